export { WorktreesConfig, type StrategyName, type WorktreesConfigInput } from './config.ts';
export { openWorktrees, type WorktreesDeps } from './worktrees.ts';
export type {
  EnsureInput,
  ListedWorktree,
  Removed,
  Repaired,
  RepositoryInfo,
  Rescue,
  Restored,
  ShownRescue,
  Skipped,
  Worktree,
  Worktrees,
  WorktreeState,
} from './types.ts';
