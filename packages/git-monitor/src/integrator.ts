import { homedir } from 'node:os';
import { createGit, lineOf, listRegistrations, type Environment, type Git } from '@orc/git';
import { describeError } from '@orc/errors';
import { run } from '@orc/process';
import { GitMonitorConfig, type GitMonitorConfigInput } from './config.ts';
import { errors } from './errors.ts';
import { isAncestor, ownConflicts, planIntegration, type PlanInput } from './integration-plan.ts';
import type { IntegrationPlan, OwnedConflict } from './integration-types.ts';
import { readHealth, type Health } from './health.ts';
import { rehearse, type Rehearsal } from './merge-tree.ts';
import { createRemote, type Remote } from './remote.ts';
import { createScratch, type Scratch } from './scratch.ts';
import type { RepositoryFacts } from './facts.ts';

export type Merged =
  | { readonly status: 'merged'; readonly head: string }
  /** The head has all of it. */
  | { readonly status: 'contained' }
  | {
      readonly status: 'conflict';
      readonly conflicts: readonly OwnedConflict[];
      readonly why: string | null;
    };

export type Forwarded =
  /** The branch holds the commit now, or did before. */
  | { readonly status: 'moved'; readonly how: string }
  /** Nothing was changed. `how` is a command line that does it. */
  | { readonly status: 'left'; readonly why: string; readonly how: string }
  /** The branch has commits that this one lacks. */
  | { readonly status: 'behind' };

export interface CommandRun {
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** The last 4 000 characters of what it printed. */
  readonly output: string;
}

/**
 * What changes a repository for an integration: new commits, orc's own branches, and the parent only by
 * fast-forward. Never a checkout that a person works in, unless that is asked for in so many words.
 */
export interface Integrator extends Remote {
  /** The checklist and the order. Changes nothing. */
  plan(input: PlanInput): Promise<IntegrationPlan>;
  /**
   * Merges a commit into a branch that only orc writes: rehearsed first, and moved only when the result is
   * clean, so that there is never a half-done merge.
   * @throws ORC_GIT_FAILED
   */
  merge(input: {
    readonly directory: string;
    readonly branch: string;
    readonly tip: string;
    readonly message: string;
  }): Promise<Merged>;
  /** Puts the files of an older commit on top of a branch as one new commit. @throws ORC_GIT_FAILED */
  revertTo(input: {
    readonly directory: string;
    readonly branch: string;
    readonly target: string;
    readonly message: string;
  }): Promise<string>;
  /** Makes orc's own worktree be exactly the commit of its branch. What was unsaved in it is lost. */
  reset(worktree: string): Promise<string>;
  /** Moves a branch forward; a person's checkout of it only with `updateCheckout`, and only a clean one. */
  forward(input: {
    readonly directory: string;
    readonly branch: string;
    readonly to: string;
    readonly updateCheckout: boolean;
  }): Promise<Forwarded>;
  /** Moves a branch to any commit, when nobody has it checked out. Loses commits; a person must have said so. */
  moveBack(input: {
    readonly directory: string;
    readonly branch: string;
    readonly to: string;
  }): Promise<Forwarded>;
  /**
   * Merges a commit into the branch that a clean worktree is on, or changes nothing. A merge that somebody has
   * under way there is left alone.
   * @throws ORC_GIT_FAILED when git refused it or stopped in the middle; what it had begun is undone then
   */
  mergeWorktree(input: {
    readonly worktree: string;
    readonly tip: string;
    readonly message: string;
  }): Promise<Merged>;
  /** What merging two commits would come to. Changes nothing. */
  rehearse(directory: string, sides: readonly [string, string]): Promise<Rehearsal>;
  /** The morning look at a repository (G-10, G-11). */
  health(facts: RepositoryFacts, since: number): Promise<Health>;
  isAncestor(directory: string, older: string, newer: string): Promise<boolean>;
  commitOf(directory: string, branch: string): Promise<string | undefined>;
  /** Commits of one that the other lacks. */
  countMissing(directory: string, of: string, from: string): Promise<number>;
  /** Runs a command in a worktree. One that cannot be started, or takes too long, has failed. */
  runCommand(command: readonly string[], worktree: string, timeoutMs: number): Promise<CommandRun>;
}

export interface IntegratorDeps {
  readonly clock?: { now(): number };
  readonly environment?: Environment;
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'orc',
  GIT_AUTHOR_EMAIL: 'orc@localhost',
  GIT_COMMITTER_NAME: 'orc',
  GIT_COMMITTER_EMAIL: 'orc@localhost',
};

const OUTPUT_MAX = 4_000;

/** @throws ORC_GIT_BAD_CONFIG */
export function createIntegrator(options: GitMonitorConfigInput = {}, deps: IntegratorDeps = {}): Integrator {
  const parsed = GitMonitorConfig.safeParse(options);
  if (!parsed.success) throw errors.badConfig(parsed.error.issues.map(({ message }) => message));
  const { gitPath, ghPath, gitTimeoutMs: timeoutMs } = parsed.data;
  const environment = deps.environment ?? {
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
    HOME: homedir(),
  };
  const git = createGit({ gitPath, timeoutMs, environment, failed: errors.failed });
  const now = () => (deps.clock ?? Date).now();
  const commitOf = async (directory: string, branch: string) => {
    const found = await git.attempt(directory, [
      'rev-parse',
      '--verify',
      '--quiet',
      `refs/heads/${branch}^{commit}`,
    ]);
    return found.exitCode === 0 ? lineOf(found.stdout) : undefined;
  };
  return {
    ...createRemote(git, { ghPath, timeoutMs, environment }),
    async plan(input) {
      using scratch = await openScratch(git, input.facts.path);
      return await planIntegration(git, scratch, input);
    },
    merge: (input) => mergeInto(git, input),
    async revertTo({ directory, branch, target, message }) {
      const head = lineOf(
        await git.run(directory, ['rev-parse', '--verify', `refs/heads/${branch}^{commit}`]),
      );
      const commit = await commitTree(git, directory, `${target}^{tree}`, [head], message);
      await git.run(directory, ['update-ref', `refs/heads/${branch}`, commit, head]);
      return commit;
    },
    async reset(worktree) {
      await git.run(worktree, ['reset', '--quiet', '--hard']);
      await git.run(worktree, ['clean', '--quiet', '-d', '--force']);
      return lineOf(await git.run(worktree, ['rev-parse', 'HEAD']));
    },
    mergeWorktree: (input) => mergeWorktree(git, input),
    async rehearse(directory, sides) {
      using scratch = await openScratch(git, directory);
      return await rehearse(git, directory, sides, scratch.env);
    },
    async health(facts, since) {
      using scratch = await openScratch(git, facts.path);
      return await readHealth(git, scratch, facts, since);
    },
    forward: (input) => forward(git, input),
    moveBack: (input) => moveBack(git, input),
    isAncestor: (directory, older, newer) => isAncestor(git, directory, older, newer),
    commitOf,
    countMissing: async (directory, of, from) =>
      Number(await git.run(directory, ['rev-list', '--count', of, `^${from}`, '--'])),
    async runCommand([file = '', ...args], worktree, limitMs) {
      const startedAt = now();
      try {
        const env = Object.fromEntries(
          Object.entries(environment).filter(([name]) => !name.startsWith('GIT_')),
        );
        const ended = await run(file, args, { cwd: worktree, env, timeoutMs: limitMs });
        const output = `${ended.stdout}${ended.stderr}`.slice(-OUTPUT_MAX);
        return { exitCode: ended.exitCode, durationMs: now() - startedAt, output };
      } catch (error) {
        return { exitCode: null, durationMs: now() - startedAt, output: describeError(error) };
      }
    },
  };
}

async function openScratch(git: Git, directory: string): Promise<Scratch> {
  const where = ['rev-parse', '--path-format=absolute', '--git-common-dir'];
  return createScratch(git, lineOf(await git.run(directory, where)));
}

async function mergeWorktree(
  git: Git,
  { worktree, tip, message }: Parameters<Integrator['mergeWorktree']>[0],
): Promise<Merged> {
  const head = lineOf(await git.run(worktree, ['rev-parse', 'HEAD']));
  if (await isAncestor(git, worktree, tip, head)) return { status: 'contained' };
  using scratch = await openScratch(git, worktree);
  const verdict = await rehearse(git, worktree, [head, tip], scratch.env);
  if (verdict.status === 'unknown') return { status: 'conflict', conflicts: [], why: verdict.why };
  if (verdict.status === 'conflict')
    return { status: 'conflict', conflicts: ownConflicts(verdict.conflicts), why: null };
  const before = await mergeUnderWay(git, worktree);
  const merged = await git.attempt(
    worktree,
    ['merge', '--quiet', '--no-edit', '--no-gpg-sign', '--no-autostash', '-m', message, tip],
    { env: IDENTITY },
  );
  if (merged.exitCode !== 0) {
    // Only what this merge began is undone: somebody may be in the middle of one, and abort would take their work.
    const left = before === undefined ? await mergeUnderWay(git, worktree) : undefined;
    const own = lineOf(await git.run(worktree, ['rev-parse', '--verify', `${tip}^{commit}`]));
    if (left === own) await git.attempt(worktree, ['merge', '--abort']);
    throw errors.failed(worktree, ['merge', tip], merged.exitCode, merged.stderr);
  }
  return { status: 'merged', head: lineOf(await git.run(worktree, ['rev-parse', 'HEAD'])) };
}

/** The commit of a merge that was begun in the worktree, by whomever, and not ended. */
async function mergeUnderWay(git: Git, worktree: string): Promise<string | undefined> {
  const found = await git.attempt(worktree, ['rev-parse', '--verify', '--quiet', 'MERGE_HEAD']);
  return found.exitCode === 0 ? lineOf(found.stdout) : undefined;
}

async function mergeInto(
  git: Git,
  { directory, branch, tip, message }: Parameters<Integrator['merge']>[0],
): Promise<Merged> {
  const head = lineOf(await git.run(directory, ['rev-parse', '--verify', `refs/heads/${branch}^{commit}`]));
  if (await isAncestor(git, directory, tip, head)) return { status: 'contained' };
  const verdict = await rehearse(git, directory, [head, tip]);
  if (verdict.status === 'unknown') return { status: 'conflict', conflicts: [], why: verdict.why };
  if (verdict.status === 'conflict')
    return { status: 'conflict', conflicts: ownConflicts(verdict.conflicts), why: null };
  const commit = await commitTree(git, directory, verdict.tree, [head, tip], message);
  await git.run(directory, ['update-ref', '-m', message, `refs/heads/${branch}`, commit, head]);
  return { status: 'merged', head: commit };
}

async function commitTree(
  git: Git,
  directory: string,
  tree: string,
  parents: readonly string[],
  message: string,
): Promise<string> {
  const from = parents.flatMap((parent) => ['-p', parent]);
  const args = ['commit-tree', '--no-gpg-sign', ...from, '-m', message, tree];
  return lineOf(await git.run(directory, args, { env: IDENTITY }));
}

async function forward(
  git: Git,
  { directory, branch, to, updateCheckout }: Parameters<Integrator['forward']>[0],
): Promise<Forwarded> {
  const found = await git.attempt(directory, [
    'rev-parse',
    '--verify',
    '--quiet',
    `refs/heads/${branch}^{commit}`,
  ]);
  if (found.exitCode !== 0)
    return {
      status: 'left',
      why: `the project started on ${branch}, which is no branch here`,
      how: `git branch NAME ${to}`,
    };
  const old = lineOf(found.stdout);
  if (await isAncestor(git, directory, to, old)) return { status: 'moved', how: `${branch} has it` };
  if (!(await isAncestor(git, directory, old, to))) return { status: 'behind' };
  const holder = (await listRegistrations(git, directory)).find((each) => each.branch === branch);
  if (!holder) {
    await git.run(directory, ['update-ref', '-m', 'orc: fast-forward', `refs/heads/${branch}`, to, old]);
    return { status: 'moved', how: `${branch} was moved forward` };
  }
  const how = `git -C ${holder.path} merge --ff-only ${to}`;
  if (!updateCheckout)
    return { status: 'left', why: `${branch} is checked out at ${holder.path}, and that is yours`, how };
  const dirty = await git.run(holder.path, ['status', '--porcelain=v2', '-z', '--untracked-files=no']);
  if (dirty !== '')
    return {
      status: 'left',
      why: `${branch} is checked out at ${holder.path} with changes that are not committed`,
      how,
    };
  await git.run(holder.path, ['merge', '--quiet', '--ff-only', to]);
  return { status: 'moved', how: `${branch} was moved forward in ${holder.path}` };
}

async function moveBack(
  git: Git,
  { directory, branch, to }: Parameters<Integrator['moveBack']>[0],
): Promise<Forwarded> {
  const old = lineOf(await git.run(directory, ['rev-parse', '--verify', `refs/heads/${branch}^{commit}`]));
  const holder = (await listRegistrations(git, directory)).find((each) => each.branch === branch);
  if (holder)
    return {
      status: 'left',
      why: `${branch} is checked out at ${holder.path}, and that is yours`,
      how: `git -C ${holder.path} reset --keep ${to}`,
    };
  await git.run(directory, ['update-ref', '-m', 'orc: rollback', `refs/heads/${branch}`, to, old]);
  return { status: 'moved', how: `${branch} was moved back from ${old.slice(0, 12)}` };
}
