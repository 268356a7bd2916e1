import type { GitSight } from './git-facts.ts';

/** Nobody looks at branches in this daemon yet, so no rule holds or fails because of them. */
export function createGitSight(): GitSight {
  return {
    snapshot: () => undefined,
    conflicts: () => [],
    syncs: () => [],
    overlaps: () => [],
    isTested: () => false,
    integratingSince: () => undefined,
  };
}
