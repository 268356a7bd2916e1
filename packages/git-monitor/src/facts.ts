/** Whose worktree is watched, and what its branch should look like. */
export interface WatchedAgent {
  /** The agent's id; opaque here. */
  readonly owner: string;
  readonly role: string;
  /** Its worktree, absolute. */
  readonly path: string;
  /** What a feature branch of its role begins with; `null` when any name will do. */
  readonly branchPrefix: string | null;
  /** The branch that orc made for it, which says nothing about what it works on. */
  readonly baseBranch: string | null;
}

export interface WatchedRepository {
  /** The project's name; opaque here. */
  readonly key: string;
  readonly path: string;
  /** The branch, tag or commit that the project started on. Never what an upstream is called. */
  readonly parent: string;
  readonly agents: readonly WatchedAgent[];
}

export interface Commit {
  readonly sha: string;
  readonly subject: string;
  /** Committer's time, milliseconds since 1970. */
  readonly at: number;
}

/**
 * `prefixed`: has the prefix of its role. `base`: the branch that orc made, so no feature branch yet.
 * `none`: a detached HEAD, or nothing there; no feature branch yet either. `parent`: works on the branch
 * that the project started on. `unprefixed`: a branch of its own without the prefix of its role.
 */
export type BranchNaming = 'prefixed' | 'base' | 'none' | 'parent' | 'unprefixed';

/** What git has half done in a worktree and a person or agent must end. */
export type Operation = 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect';

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly isDraft: boolean;
  readonly head: string;
  readonly base: string;
  readonly createdAt: number;
  readonly mergedAt: number | null;
}

/** `unknown` is a fact: no gh, no login, no network, no remote. It is never read as "there are none". */
export type Pulls =
  | { readonly status: 'known'; readonly at: number; readonly pulls: readonly PullRequest[] }
  | { readonly status: 'unknown'; readonly why: string };

/**
 * What git says about one agent at one moment: the record that rules are judged on. Times are milliseconds
 * since 1970 and `null` is "there is none".
 */
export interface AgentFacts {
  readonly owner: string;
  readonly role: string;
  readonly path: string;
  /** The worktree is not there; everything else is empty then. */
  readonly isMissing: boolean;
  /** `null` on a detached HEAD. */
  readonly branch: string | null;
  readonly head: string | null;
  readonly naming: BranchNaming;
  /**
   * The branch began on a commit that the parent has, or on work of this worktree, as the logs of branch and
   * HEAD say; `null` when they tell nothing, or HEAD is detached.
   */
  readonly startedFromParent: boolean | null;
  /** What its role's branches should begin with. */
  readonly branchPrefix: string | null;
  /**
   * Commits that this agent made and the parent does not have, newest first, at most 200. Inherited commits
   * and merged commits of others are none of them.
   */
  readonly ownCommits: readonly Commit[];
  /** Files that git knows and that differ from HEAD. */
  readonly dirtyFiles: readonly string[];
  /** Files and whole directories (ending in `/`) that git does not know. */
  readonly untrackedFiles: readonly string[];
  /**
   * Since when there is work that is in no commit: the first change after the last commit. This is where the
   * 30 minutes of the commit rule begin; `null` when everything is committed.
   */
  readonly uncommittedSince: number | null;
  /** Own commits that are on no remote; `null` without a remote, where no push rule holds. */
  readonly unpushed: { readonly count: number; readonly oldestAt: number | null } | null;
  /** Commits of the recorded parent, here and on its remote, that this branch lacks; `null` when unknown. */
  readonly behind: number | null;
  readonly ahead: number | null;
  readonly operation: Operation | null;
  /** Another git is writing this worktree's index at this moment. */
  readonly isIndexLocked: boolean;
  /** The newest pull request of this branch; `unknown` when nobody could be asked. */
  readonly pull: PullRequest | null | 'unknown';
}

export interface BranchFacts {
  readonly name: string;
  readonly commit: string;
  readonly committedAt: number;
}

export interface ParentFacts {
  /** As it was recorded. */
  readonly name: string;
  /** Here; `null` when there is no such branch or commit. */
  readonly commit: string | null;
  /** On the remote, as last fetched. */
  readonly remoteCommit: string | null;
}

export interface RepositoryFacts {
  readonly key: string;
  readonly path: string;
  readonly at: number;
  readonly parent: ParentFacts;
  /** `null`: there is none, so nothing can be pushed and no push rule holds. */
  readonly remote: string | null;
  /** Local branches by name. */
  readonly branches: readonly BranchFacts[];
  readonly agents: readonly AgentFacts[];
  readonly pulls: Pulls;
}

/** What is different from the look before. The first look at a repository tells of no changes. */
export type GitChange = { readonly key: string; readonly at: number } & (
  | {
      readonly type: 'committed';
      readonly owner: string;
      readonly branch: string | null;
      readonly commit: Commit;
    }
  | {
      readonly type: 'pushed';
      readonly owner: string;
      readonly branch: string | null;
      readonly count: number;
      /** From the oldest of these commits to the push. */
      readonly afterMs: number;
    }
  | {
      readonly type: 'branch-changed';
      readonly owner: string;
      readonly from: string | null;
      readonly to: string | null;
    }
  | { readonly type: 'parent-moved'; readonly from: string | null; readonly to: string | null }
  | { readonly type: 'pull-opened'; readonly owner: string; readonly pull: PullRequest }
  | { readonly type: 'pull-merged'; readonly owner: string; readonly pull: PullRequest }
);
