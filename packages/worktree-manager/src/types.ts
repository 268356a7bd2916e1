import type { StrategyName } from './config.ts';

export interface RepositoryInfo {
  /** Top directory of the checkout that holds the path; the git directory itself when it is bare. */
  readonly root: string;
  /** The git directory that all worktrees of the repository share. */
  readonly commonDir: string;
  /** The git directory of this checkout alone; `commonDir` unless it is a worktree of another. */
  readonly gitDir: string;
  /** The branch that is checked out at `root`; `null` when HEAD is detached. Set even without a commit. */
  readonly branch: string | null;
  readonly head: string | null;
  readonly hasCommits: boolean;
  readonly isBare: boolean;
  readonly isWorktreeOfAnother: boolean;
  /** Names, such as `origin`. */
  readonly remotes: readonly string[];
}

export interface EnsureInput {
  /** Any directory of the repository. */
  readonly repository: string;
  readonly project: string;
  /** Last part of the agent's id, so that a second developer is `developer-2`. */
  readonly role: string;
  /** Full name of the agent's branch, such as `feature/shop-developer`. */
  readonly branch: string;
  /** Branch or commit that the agent's work starts from. */
  readonly parent: string;
  /** No other branch will do: without this one nothing is made. Default: false. */
  readonly exact?: boolean;
}

export interface Worktree {
  readonly path: string;
  /** `null` when the worktree stands on a commit without a branch. */
  readonly branch: string | null;
  readonly head: string;
  /** How it got its branch; `kept` when it was there already and was left as it is. */
  readonly strategy: StrategyName | 'kept';
  /** One sentence on why it is this strategy. */
  readonly reason: string;
  readonly isNew: boolean;
}

export interface ListedWorktree {
  readonly project: string;
  readonly role: string;
  readonly agentId: string;
  readonly path: string;
  readonly branch: string | null;
  readonly head: string | null;
  /** Registered with git, but its directory is gone. */
  readonly isMissing: boolean;
  readonly isLocked: boolean;
  readonly lockReason: string | null;
}

export interface WorktreeState {
  readonly path: string;
  readonly branch: string | null;
  readonly head: string | null;
  readonly isDetached: boolean;
  /** Commits that HEAD has and the parent has not; `null` without a known parent. */
  readonly ahead: number | null;
  /** Commits that the parent has and HEAD has not; `null` without a known parent. */
  readonly behind: number | null;
  /** Commits made here since the parent, what was merged in not counted: 0 in a fresh worktree. */
  readonly commitsSinceParent: number | null;
  /** Tracked files that differ from the last commit, staged or not. */
  readonly dirtyFiles: readonly string[];
  /** Files git does not know and does not ignore; a nested repository ends with `/`. */
  readonly untrackedFiles: readonly string[];
  /** The commit HEAD stands on, which a fresh worktree inherits from its parent; `at` is ms since 1970. */
  readonly lastCommit: {
    readonly hash: string;
    readonly subject: string;
    readonly at: number;
    readonly author: string;
  } | null;
}

/** A file that could not be read, and the reason. */
export interface Skipped {
  readonly path: string;
  readonly why: string;
}

/** Work that was kept as a commit under `refs/orc/rescue/`. */
export interface Rescue {
  readonly ref: string;
  readonly agentId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly commit: string;
  readonly reason: string;
  /** The worktree it comes from. */
  readonly path: string;
  readonly branch: string | null;
  /** The commit the work was done on; `null` when there was none. */
  readonly base: string | null;
  /** A commit of what was staged, when that was neither committed nor still in the files. */
  readonly staged: string | null;
  readonly skipped: readonly Skipped[];
}

export interface ShownRescue extends Rescue {
  /** Files that differ from `base`. */
  readonly files: readonly string[];
  /** A patch for reading; a summary instead where the patch would be over 16 MiB. */
  readonly diff: string;
}

export interface Restored {
  readonly path: string;
  /** Files that were written or deleted. */
  readonly files: readonly string[];
  /** Nested repositories of which only the commit is known. */
  readonly notRestored: readonly string[];
  /** What force replaced, kept before that happened. */
  readonly previous: Rescue | undefined;
}

export interface Removed {
  /** False when there was nothing to remove. */
  readonly isRemoved: boolean;
  readonly rescue: Rescue | undefined;
  readonly branch: string | null;
  readonly isBranchDeleted: boolean;
}

export interface Repaired {
  /** Worktrees that git finds again. */
  readonly repaired: readonly string[];
  /** Registrations of directories that are gone, now cleared away. */
  readonly pruned: readonly string[];
  /** Directories that look like worktrees of this project and that git cannot take back. */
  readonly broken: readonly string[];
  readonly rescues: readonly Rescue[];
}

/**
 * Worktrees of agents. Nothing here changes the branch, HEAD, index or files of a checkout that orc did
 * not make, runs a git hook, or takes the index lock of a worktree that somebody may work in.
 */
export interface Worktrees {
  /** @throws ORC_WORKTREE_NOT_A_REPOSITORY */
  inspectRepository(path: string): Promise<RepositoryInfo>;
  /**
   * The worktree of an agent, made when it is not there; a second call changes nothing.
   * @throws ORC_WORKTREE_NO_COMMITS, ORC_WORKTREE_UNKNOWN_PARENT, ORC_WORKTREE_DIRECTORY_TAKEN,
   * ORC_WORKTREE_CANNOT_CREATE, ORC_WORKTREE_BAD_NAME, ORC_WORKTREE_BAD_BRANCH, ORC_WORKTREE_BUSY
   */
  ensure(input: EnsureInput): Promise<Worktree>;
  /** Orc's worktrees of this repository, below the configured directory, by path. */
  list(repository: string): Promise<ListedWorktree[]>;
  describe(path: string, options?: { readonly parent?: string }): Promise<WorktreeState>;
  /**
   * Keeps uncommitted work, and commits that no branch, tag or remote holds, as a commit under
   * `refs/orc/rescue/<agentId>/`; `undefined` when there is nothing to keep. The worktree does not change.
   * @throws ORC_WORKTREE_NOT_A_REPOSITORY, ORC_WORKTREE_BAD_NAME
   */
  rescue(input: {
    readonly path: string;
    /** Any directory of the repository. Known, it still tells of a worktree whose directory is gone. */
    readonly repository?: string;
    readonly agentId: string;
    readonly reason: string;
    /** Milliseconds since 1970. Default: now. */
    readonly at?: number;
  }): Promise<Rescue | undefined>;
  /** Newest first. */
  listRescues(repository: string): Promise<Rescue[]>;
  /** @throws ORC_WORKTREE_UNKNOWN_RESCUE */
  showRescue(input: { readonly repository: string; readonly ref: string }): Promise<ShownRescue>;
  /**
   * Writes the rescued files into a worktree of the same repository; its branch and index stay. With
   * `force`, what would be replaced is rescued first.
   * @throws ORC_WORKTREE_UNKNOWN_RESCUE, ORC_WORKTREE_WOULD_OVERWRITE
   */
  restoreRescue(input: {
    readonly ref: string;
    readonly path: string;
    readonly force?: boolean;
  }): Promise<Restored>;
  /**
   * Rescues, then removes a worktree that `ensure` made. Its branch stays unless `deleteBranch` is asked
   * for. `force` removes one with commits that only its branch holds although there is a remote, a locked one, one with unreadable files, and a branch with unmerged commits,
   * which the rescue then holds.
   * @throws ORC_WORKTREE_NOT_OURS, ORC_WORKTREE_IN_USE, ORC_WORKTREE_LOCKED, ORC_WORKTREE_UNPUSHED,
   * ORC_WORKTREE_UNMERGED, ORC_WORKTREE_NOT_ALL_KEPT
   */
  remove(input: {
    readonly path: string;
    readonly force?: boolean;
    readonly deleteBranch?: boolean;
  }): Promise<Removed>;
  /** Finds moved worktrees of a project again and clears registrations of gone ones; deletes no directory. */
  repair(input: { readonly repository: string; readonly project: string }): Promise<Repaired>;
  /** The branch or commit the project started on; `undefined` when none was recorded. */
  readParent(input: { readonly repository: string; readonly project: string }): Promise<string | undefined>;
  /**
   * Records where the project started, in the common git directory. The first record stays: a later call
   * returns it and changes nothing. Default: the branch now checked out, or the commit of a detached HEAD.
   */
  recordParent(input: {
    readonly repository: string;
    readonly project: string;
    readonly parent?: string;
  }): Promise<string>;
}
