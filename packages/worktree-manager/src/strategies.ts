import { lineOf, type Git, type Registration } from '@orc/git';
import type { StrategyName } from './config.ts';

/** All that the strategies look at; read once, under the lock. */
export interface Scene {
  readonly git: Git;
  readonly commonDir: string;
  /** Target of the worktree. */
  readonly path: string;
  readonly branch: string;
  readonly parent: string;
  readonly parentCommit: string;
  /** Worktrees of the repository, without the one that is about to be made. */
  readonly others: readonly Registration[];
  readonly branches: ReadonlySet<string>;
}

/** One way to make the worktree, or why there is none. */
export type Step =
  | {
      readonly strategy: StrategyName;
      readonly branch: string | null;
      /** A branch that git makes, and that has to go again when the worktree fails. */
      readonly isNewBranch: boolean;
      readonly args: readonly string[];
      readonly reason: string;
    }
  | { readonly strategy: StrategyName; readonly refusal: string };

const NUMBER_MAX = 99;

export function planStep(strategy: StrategyName, scene: Scene): Step {
  const { branch, parent, parentCommit } = scene;
  const why = explain(scene, branch);
  switch (strategy) {
    case 'agent-branch':
      return why === undefined
        ? makeBranch(strategy, scene, branch, `the branch ${branch} was made from ${parent}`)
        : { strategy, refusal: why };
    case 'existing-branch': {
      if (!scene.branches.has(branch)) return { strategy, refusal: `there is no branch ${branch}` };
      const holder = findHolder(scene, branch);
      return holder
        ? { strategy, refusal: `${branch} is checked out at ${holder.path}` }
        : takeBranch(strategy, scene, branch, `the branch ${branch} was there and free`);
    }
    case 'numbered-branch': {
      const name = findFreeName(scene);
      return name === undefined
        ? { strategy, refusal: `all names like ${branch}-2 are taken` }
        : makeBranch(
            strategy,
            scene,
            name,
            `the branch ${name} was made from ${parent}, since ${why ?? 'asked for'}`,
          );
    }
    case 'parent-branch': {
      if (!scene.branches.has(parent)) return { strategy, refusal: `${parent} is not a branch here` };
      const holder = findHolder(scene, parent);
      return holder
        ? { strategy, refusal: `${parent} is checked out at ${holder.path}` }
        : takeBranch(strategy, scene, parent, `the branch ${parent} was free`);
    }
    case 'detached':
      return {
        strategy,
        branch: null,
        isNewBranch: false,
        args: ['--detach', '--', scene.path, parentCommit],
        reason: `it stands on the commit of ${parent} without a branch`,
      };
  }
}

export async function listBranches(git: Git, commonDir: string): Promise<Set<string>> {
  const output = await git.run(commonDir, ['for-each-ref', '--format=%(refname)', 'refs/heads']);
  return new Set(
    lineOf(output)
      .split('\n')
      .map((ref) => ref.slice('refs/heads/'.length)),
  );
}

function makeBranch(strategy: StrategyName, scene: Scene, branch: string, reason: string): Step {
  const args = ['--no-track', '-b', branch, '--', scene.path, scene.parentCommit];
  return { strategy, branch, isNewBranch: true, args, reason };
}

function takeBranch(strategy: StrategyName, scene: Scene, branch: string, reason: string): Step {
  return { strategy, branch, isNewBranch: false, args: ['--', scene.path, branch], reason };
}

function findHolder(scene: Scene, branch: string): Registration | undefined {
  return scene.others.find((other) => other.branch === branch);
}

/** Why a branch of this name cannot be made; `undefined` when it can. */
function explain(scene: Scene, name: string): string | undefined {
  const { branches } = scene;
  if (branches.has(name)) {
    const holder = findHolder(scene, name);
    return holder ? `${name} is checked out at ${holder.path}` : `the branch ${name} exists`;
  }
  // A reference is a file: `feature` and `feature/x` cannot both be there.
  const parts = name.split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    const above = parts.slice(0, depth).join('/');
    if (branches.has(above)) return `the branch ${above} leaves no room for ${name}`;
  }
  const below = [...branches].find((other) => other.startsWith(`${name}/`));
  return below === undefined ? undefined : `the branch ${below} leaves no room for ${name}`;
}

/** `<branch>-2` and so on; with hyphens for slashes where a branch such as `feature` blocks all below it. */
function findFreeName(scene: Scene): string | undefined {
  const flat = scene.branch.replaceAll('/', '-');
  const numbers = Array.from({ length: NUMBER_MAX - 1 }, (_, index) => `-${index + 2}`);
  const names = [
    ...numbers.map((number) => scene.branch + number),
    flat,
    ...numbers.map((number) => flat + number),
  ];
  return names.find((name) => explain(scene, name) === undefined);
}
