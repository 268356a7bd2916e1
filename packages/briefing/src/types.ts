import type { BriefingRulesInput } from './rules.ts';

export interface BriefedAgent {
  /** `project/role`. */
  readonly id: string;
  /** Id of the role; decides which parts for a role are added. */
  readonly role: string;
  readonly title: string;
  readonly duties: readonly string[];
  readonly directories?: readonly string[];
  /** What branches of this agent begin with, such as `feature/`. */
  readonly branchPrefix?: string;
}

export interface BriefedProject {
  readonly name: string;
  /** The branch that the project started on, and the only one that work is merged into. */
  readonly parentBranch: string | null;
  readonly goal?: string | null;
  /** Where the specification lies. */
  readonly specificationPath?: string | null;
  /** A directory that everybody may write to, for what belongs to nobody's branch. */
  readonly sharedDirectory?: string | null;
  /** `null` or absent when it is not known. */
  readonly hasRemote?: boolean | null;
  readonly devServer?: string | null;
  readonly testCommand?: string | null;
  /** Rules of the project itself, as its owner wrote them. */
  readonly ownRules?: string | null;
}

export interface Teammate {
  readonly id: string;
  readonly title: string;
  /** False for somebody who is reached through the hub. Default true. */
  readonly talksTo?: boolean;
}

/** A task of the board, as far as an agent is told about it. */
export interface BriefedTask {
  readonly id: string;
  readonly title: string;
  readonly objective?: string | null;
  readonly criteria?: readonly string[];
  readonly assignee?: string | null;
  readonly role?: string | null;
  /** From 10 on it is HIGH, at 0 LOW. */
  readonly priority?: number;
  readonly blockedReason?: string | null;
}

export interface BriefingInput {
  readonly agent: BriefedAgent;
  readonly project: BriefedProject;
  readonly worktree: { readonly path: string | null; readonly branch: string | null };
  /** Everybody else. */
  readonly team: readonly Teammate[];
  /** Id of the agent that reports go to. */
  readonly hub: string;
  /** The one task to begin with; without it, tasks arrive as messages. */
  readonly task?: BriefedTask | null;
  readonly rules?: BriefingRulesInput;
  /** Further commands, each with what it is for. */
  readonly tools?: readonly { readonly command: string; readonly purpose: string }[];
  readonly isSimulation?: boolean;
}

export type RebriefReason = 'compaction' | 'restart' | 'clear' | 'resume' | 'requested';

/** What git says of a worktree; every part may be unknown. */
export interface GitStatus {
  readonly branch?: string | null;
  readonly ahead?: number | null;
  readonly behind?: number | null;
  readonly dirtyFiles?: readonly string[];
  readonly untrackedFiles?: readonly string[];
}

export interface RebriefInput extends BriefingInput {
  readonly reason: RebriefReason;
  /** What the agent did last, as it was recorded. */
  readonly activitySummary?: string | null;
  readonly gitStatus?: GitStatus | string | null;
  /** What the agent noted for itself: a text, or anything JSON carries. */
  readonly checkpoint?: unknown;
  /** The newest checkpoint file of the agent, by its path. */
  readonly checkpointFile?: string | null;
  readonly unreadCount?: number;
  /** When this was put together, in ms since 1970. */
  readonly at?: number | null;
}

export interface StatusRequestInput {
  /** Who has to answer. */
  readonly agentId: string;
  readonly reason?: string | null;
  readonly replyWithinMs?: number | null;
}

export interface SurvivalInput {
  readonly agentId: string;
  readonly branch: string | null;
  readonly task: BriefedTask | null;
  readonly unreadIds: readonly string[];
  /** Answers that the agent owes. */
  readonly obligations: readonly { readonly messageId: string; readonly to: string }[];
}
