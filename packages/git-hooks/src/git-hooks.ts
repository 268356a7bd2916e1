import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '@orc/errors';
import { run } from '@orc/process';
import { errors } from './errors.ts';
import {
  COMMON_HOOKS,
  FREQUENT_HOOKS,
  MARK,
  scriptOf,
  type HookName,
  type HookProgram,
  type ScriptPlace,
} from './script.ts';

export interface InstalledHooks {
  /** Where the scripts lie: in git's own directory of this worktree, which goes when the worktree goes. */
  readonly directory: string;
  /** False when everything was as it should be. */
  readonly changed: boolean;
}

/**
 * Hooks for one linked worktree. The repository's own hooks, from wherever git would take them, run first,
 * with the same arguments, standard input and exit code. No other worktree notices anything.
 */
export interface GitHooks {
  /**
   * Puts the hooks in place; a second call changes nothing.
   *
   * @throws ORC_GITHOOKS_NOT_A_LINKED_WORKTREE, ORC_GITHOOKS_GIT_FAILED
   */
  install(input: { readonly worktree: string; readonly program: HookProgram }): Promise<InstalledHooks>;
  /** Takes them out again and gives back what was set for this worktree before. False when none were there. */
  remove(worktree: string): Promise<boolean>;
}

export interface GitHooksDeps {
  /** What git sees: PATH, HOME and the user's own settings. Variables that name a repository are left out. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

type Git = (directory: string, args: readonly string[]) => Promise<string | undefined>;

const DIRECTORY = 'orc-hooks';
const BEFORE = 'orc.hooksPathBefore';
const KEPT_VARIABLES = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);
const ATTEMPTS_MAX = 20;
const RETRY_MS = 50;

export function createGitHooks({ environment = {} }: GitHooksDeps = {}): GitHooks {
  const git = createGit(environment);
  // Two agents of one repository may be started at once, and git's settings have one lock.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    install: ({ worktree, program }) => inTurn(() => install(git, worktree, program)),
    remove: (worktree) => inTurn(() => remove(git, worktree)),
  };
}

async function install(git: Git, worktree: string, program: HookProgram): Promise<InstalledHooks> {
  const { gitDirectory, commonDirectory } = await findDirectories(git, worktree);
  const own = join(gitDirectory, DIRECTORY);
  const hasOwnSettings = await letWorktreesHaveSettings(git, worktree, commonDirectory);
  const current = await git(worktree, ['config', '--worktree', '--get', 'core.hooksPath']);
  if (current !== undefined && current !== own)
    await git(worktree, ['config', '--worktree', BEFORE, current]);
  const before = (await git(worktree, ['config', '--worktree', '--type=path', '--get', BEFORE])) ?? null;
  const written = await writeScripts({ own, before }, await wantedHooks(git, worktree), program);
  if (current !== own) await git(worktree, ['config', '--worktree', 'core.hooksPath', own]);
  return { directory: own, changed: hasOwnSettings || written || current !== own };
}

async function remove(git: Git, worktree: string): Promise<boolean> {
  const { gitDirectory } = await findDirectories(git, worktree);
  const own = join(gitDirectory, DIRECTORY);
  const current = await git(worktree, ['config', '--worktree', '--get', 'core.hooksPath']);
  if (current !== own) return false;
  const before = await git(worktree, ['config', '--worktree', '--get', BEFORE]);
  if (before === undefined) await git(worktree, ['config', '--worktree', '--unset-all', 'core.hooksPath']);
  else {
    await git(worktree, ['config', '--worktree', 'core.hooksPath', before]);
    await git(worktree, ['config', '--worktree', '--unset-all', BEFORE]);
  }
  await rm(own, { recursive: true, force: true });
  return true;
}

async function findDirectories(
  git: Git,
  worktree: string,
): Promise<{ gitDirectory: string; commonDirectory: string }> {
  const found = await git(worktree, [
    ...['rev-parse', '--path-format=absolute'],
    ...['--git-dir', '--git-common-dir'],
  ]);
  const [gitDirectory = '', commonDirectory = ''] = (found ?? '').split('\n');
  if (gitDirectory === '' || gitDirectory === commonDirectory) throw errors.notALinkedWorktree(worktree);
  return { gitDirectory, commonDirectory };
}

/**
 * Lets worktrees have settings of their own. What is true of the main checkout alone is moved there first, as
 * git's own commands do it: with this extension it would be true of every worktree. Killed half way, it leaves a
 * copy behind in both places, which the next call takes for what it is.
 */
async function letWorktreesHaveSettings(git: Git, worktree: string, common: string): Promise<boolean> {
  const shared = (key: string, ...more: string[]) =>
    git(worktree, ['config', '--local', ...more, '--get', key]);
  const ofMain = (...args: string[]) =>
    git(worktree, ['config', '--file', join(common, 'config.worktree'), ...args]);
  const isOn = (await shared('extensions.worktreeConfig', '--type=bool')) === 'true';
  const moved: string[] = [];
  if ((await shared('core.bare', '--type=bool')) === 'true') moved.push('core.bare');
  if ((await shared('core.worktree')) !== undefined) moved.push('core.worktree');
  let changed = !isOn;
  if (!isOn) {
    for (const key of moved) await ofMain(key, (await shared(key)) ?? '');
    await git(worktree, ['config', '--local', 'extensions.worktreeConfig', 'true']);
  }
  for (const key of moved) {
    // Where the settings were the worktrees' own already, only what is a copy is taken away.
    if (isOn && (await ofMain('--get', key)) !== (await shared(key))) continue;
    await git(worktree, ['config', '--local', '--unset', key]);
    changed = true;
  }
  return changed;
}

/** All that are cheap; of the frequent ones those that the user has now. */
async function wantedHooks(git: Git, worktree: string): Promise<HookName[]> {
  const settings = await git(worktree, [
    ...['config', '--show-scope', '--type=path'],
    ...['--get-all', 'core.hooksPath'],
  ]);
  const theirs = (settings ?? '')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([scope, path]) => scope !== 'worktree' && path !== undefined)
    .at(-1)?.[1];
  const common = await git(worktree, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
  const directory = theirs ?? join(common ?? '', 'hooks');
  const there = new Set(await list(directory.startsWith('/') ? directory : join(worktree, directory)));
  return [...COMMON_HOOKS, ...FREQUENT_HOOKS.filter((name) => there.has(name))];
}

async function writeScripts(
  place: ScriptPlace,
  names: readonly HookName[],
  program: HookProgram,
): Promise<boolean> {
  const { own } = place;
  await mkdir(own, { recursive: true, mode: 0o700 });
  await keepForeign(own);
  let changed = false;
  for (const name of names) {
    const text = scriptOf(name, place, program);
    const path = join(own, name);
    if ((await read(path)) === text) continue;
    // Whole or not at all: git may run it at this moment.
    await writeFile(`${path}.partial`, text);
    await chmod(`${path}.partial`, 0o700);
    await rename(`${path}.partial`, path);
    changed = true;
  }
  return changed;
}

/** Programs such as lefthook write into whatever hooks directory git names; what they wrote is run, too. */
async function keepForeign(own: string): Promise<void> {
  for (const name of await list(own)) {
    const path = join(own, name);
    const text = await read(path);
    if (text === undefined || text.startsWith(MARK) || name.endsWith('.partial')) continue;
    await mkdir(join(own, 'kept'), { recursive: true, mode: 0o700 });
    await rename(path, join(own, 'kept', name));
  }
}

async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR') || isErrno(error, 'EACCES')) return [];
    throw error;
  }
}

/** The text of a file; `undefined` where there is none. */
async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'EISDIR')) return undefined;
    throw error;
  }
}

/**
 * Standard output without its last newline; `undefined` for a setting that is not there. `@orc/git` gives every
 * command a `core.hooksPath` of its own, and that is the setting which is read and written here.
 */
function createGit(environment: NodeJS.ProcessEnv): Git {
  const kept = Object.entries(environment).filter(
    ([name]) => !name.startsWith('GIT_') || KEPT_VARIABLES.has(name),
  );
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', ...Object.fromEntries(kept), LC_ALL: 'C' };
  return async (directory, args) => {
    for (let attempt = 1; ; attempt += 1) {
      const { exitCode, stdout, stderr } = await run('git', ['-C', directory, ...args], {
        cwd: '/',
        env,
        timeoutMs: 30_000,
      });
      if (exitCode === 0) return stdout.replace(/\n$/, '');
      if (exitCode === 1 && args.includes('--get')) return undefined;
      if (exitCode === 1 && args.includes('--get-all')) return undefined;
      // Somebody else changes the settings of this repository right now; git itself does not wait for that.
      if (!stderr.includes('could not lock config file') || attempt >= ATTEMPTS_MAX)
        throw errors.gitFailed(args, exitCode, stderr);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
}
