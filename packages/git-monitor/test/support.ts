import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeGitRepository, makeTempDirectory, onTeardown, type GitRepository } from '@orc/testing';
import {
  openGitMonitor,
  type AgentFacts,
  type GitMonitor,
  type GitMonitorConfigInput,
  type RepositoryFacts,
  type WatchedRepository,
} from '../src/index.ts';

/** Nothing of the machine's own git configuration may change what a test sees. */
export const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

export interface Worktree {
  readonly owner: string;
  readonly path: string;
  git(...args: string[]): string;
  write(files: Readonly<Record<string, string>>): void;
  /** Commits everything; the time is in seconds since 1970. */
  commit(files: Readonly<Record<string, string>>, message: string, seconds?: number): string;
}

export interface Shop {
  readonly repository: GitRepository;
  readonly watched: WatchedRepository;
  readonly worktrees: Readonly<Record<string, Worktree>>;
  readonly at: (role: string) => Worktree;
}

const PREFIXES: Readonly<Record<string, string>> = {
  developer: 'feature/',
  tester: 'test/',
  devops: 'devops/',
};

/** A repository with one worktree per role, each on the branch that orc would make for it. */
export function makeShop(roles: readonly string[], repository = makeGitRepository()): Shop {
  const home = makeTempDirectory('orc-worktrees');
  const worktrees: Record<string, Worktree> = {};
  const agents = roles.map((role) => {
    const path = join(home, role);
    const prefix = PREFIXES[role] ?? `${role}/`;
    const baseBranch = `${prefix}shop-${role}`;
    repository.git('worktree', 'add', '--quiet', '-b', baseBranch, path);
    worktrees[role] = worktreeAt(`shop/${role}`, path);
    return { owner: `shop/${role}`, role, path, branchPrefix: prefix, baseBranch };
  });
  const watched = { key: 'shop', path: repository.path, parent: 'main', agents };
  const at = (role: string) => {
    const found = worktrees[role];
    if (!found) throw new Error(`there is no ${role}`);
    return found;
  };
  return { repository, watched, worktrees, at };
}

function worktreeAt(owner: string, path: string): Worktree {
  const git = (args: readonly string[], env: Record<string, string> = {}) =>
    execFileSync('git', args, {
      cwd: path,
      env: { ...environment, ...env },
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
  };
  return {
    owner,
    path,
    git: (...args) => git(args),
    write,
    commit(files, message, seconds) {
      write(files);
      const date = seconds === undefined ? {} : { GIT_COMMITTER_DATE: `@${seconds} +0000` };
      git(['add', '--all']);
      git(['commit', '--quiet', '--message', message], date);
      return git(['rev-parse', 'HEAD']);
    },
  };
}

/** A monitor without gh that ends with the test; its clock is moved by hand. */
export function openMonitor(
  now: { at: number } = { at: Date.now() },
  options: GitMonitorConfigInput = {},
): GitMonitor {
  const monitor = openGitMonitor({ ghPath: null, ...options }, { clock: { now: () => now.at }, environment });
  onTeardown(() => monitor[Symbol.dispose]());
  return monitor;
}

export function factsOf({ agents }: RepositoryFacts, role: string): AgentFacts {
  const found = agents.find((agent) => agent.role === role);
  if (!found) throw new Error(`there are no facts of ${role}`);
  return found;
}
