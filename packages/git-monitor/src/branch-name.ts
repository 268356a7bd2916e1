import type { BranchNaming, WatchedAgent } from './facts.ts';

/** What a branch's name says about the agent that works on it (Z-23). */
export function nameBranch(
  branch: string | null,
  { branchPrefix, baseBranch }: Pick<WatchedAgent, 'branchPrefix' | 'baseBranch'>,
  parent: string,
): BranchNaming {
  if (branch === null) return 'none';
  if (branch === parent) return 'parent';
  if (branch === baseBranch) return 'base';
  if (branchPrefix === null || branch.startsWith(branchPrefix)) return 'prefixed';
  return 'unprefixed';
}

/**
 * What an agent works on: its branch without the prefix, so that `feature/login` and `test/login` are one
 * feature. `null` when it has not chosen one: on the branch that orc made, on the parent, or detached.
 */
export function featureOf(branch: string | null, naming: BranchNaming): string | null {
  if (branch === null || naming === 'base' || naming === 'none' || naming === 'parent') return null;
  const slash = branch.indexOf('/');
  return slash === -1 ? branch : branch.slice(slash + 1);
}
