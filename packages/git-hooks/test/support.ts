import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeGitRepository, makeTempDirectory, type GitRepository } from '@orc/testing';
import { createGitHooks, type HookProgram } from '../src/index.ts';

/** Nothing of the machine's own git configuration may change what a test sees. */
export const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Scene {
  readonly user: GitRepository;
  readonly worktree: string;
  /** What the program of the hooks was called with, one text a call. */
  calls(): string[];
  /** The exit code of the program from now on. */
  answer(exitCode: number, stderr?: string): void;
  readonly program: HookProgram;
  /** Git as an agent runs it. */
  git(args: readonly string[], options?: { cwd?: string; env?: Record<string, string> }): Ran;
  /** Writes a hook that notes its name, arguments and standard input, and then ends with a code. */
  userHook(path: string, exitCode?: number): void;
  /** What the user's hooks noted. */
  noted(): string;
}

/**
 * A user's repository, a linked worktree of an agent, and a program that notes what it is asked. What is told
 * in the background is noted only for a test that waits for it.
 */
export function makeScene({ noteCommits = false } = {}): Scene {
  const user = makeGitRepository();
  const directory = makeTempDirectory('orc-git-hooks');
  const worktree = join(directory, "it's a worktree");
  user.git('worktree', 'add', '--quiet', '-b', 'feature/shop-developer', worktree);
  const [programPath, log, answerPath, notes] = ['program', 'log', 'answer', 'notes'].map((name) =>
    join(directory, name),
  ) as [string, string, string, string];
  script(
    programPath,
    `${noteCommits ? '' : '[ $1 != post-commit ] || exit 0\n'}{ printf '%s|' "$@"; printf '%s|' "$ORC_AGENT" "$ORC_GIT_RUN_BY"; case $1 in commit-msg) cat "$2";; *) cat;; esac; printf '\\n--\\n'; } > ${log}.$$
cat ${log}.$$ >> ${log}; [ ! -f ${answerPath} ] || . ${answerPath}`,
  );
  return {
    user,
    worktree,
    program: { argv: [programPath], environment: { ORC_AGENT: 'shop/developer' } },
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n--\n').slice(0, -1) : []),
    answer: (exitCode, stderr = '') => writeFileSync(answerPath, `echo '${stderr}' >&2; exit ${exitCode}\n`),
    git: (args, { cwd = worktree, env = {} } = {}) => {
      const { status, stdout, stderr } = spawnSync('git', args, {
        cwd,
        encoding: 'utf8',
        env: { ...environment, ...env },
      });
      return { exitCode: status, stdout, stderr };
    },
    userHook: (path, exitCode = 0) =>
      script(
        path,
        `{ printf '%s|' "$(basename "$0")" "$#" "$@"; cat; printf '\\n'; } >> ${notes}\nexit ${exitCode}`,
      ),
    noted: () => (existsSync(notes) ? readFileSync(notes, 'utf8') : ''),
  };
}

export function script(path: string, body: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

export const hooks = () => createGitHooks({ environment });
