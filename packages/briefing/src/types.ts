/** Who the text is for. */
export interface BriefedAgent {
  readonly id: string;
  readonly role: string;
  readonly title: string;
  readonly duties: readonly string[];
  /** Where the role's files belong, relative to the worktree. */
  readonly directories: readonly string[];
}

export interface BriefedTask {
  readonly id: string;
  readonly title: string;
  readonly objective: string;
  readonly criteria: readonly string[];
  readonly assignee: string | null;
  /** 0 to 999, larger is sooner. */
  readonly priority: number;
}

/** What registry, task board and plan know about an agent's place. */
export interface Situation {
  readonly agent: BriefedAgent;
  readonly project: { readonly name: string; readonly parentBranch: string; readonly goal: string };
  readonly worktree: { readonly path: string | null; readonly branch: string | null };
  /** The others of the team. */
  readonly team: readonly { readonly id: string; readonly title: string }[];
  /** Whom reports go to. */
  readonly hub: string;
  readonly isSimulation: boolean;
}

export type RebriefReason = 'compaction' | 'clear' | 'restart' | 'resume' | 'requested';

/** What an agent was doing when its context was lost. */
export interface Rebriefing extends Situation {
  readonly reason: RebriefReason;
  readonly task: BriefedTask | null;
  readonly activitySummary: string | null;
  readonly checkpoint: unknown;
}

/** What a summary of the conversation must keep. */
export interface Survival {
  readonly agentId: string;
  readonly branch: string | null;
  readonly task: { readonly id: string; readonly title: string } | null;
  readonly unreadIds: readonly string[];
  /** Replies that the agent owes. */
  readonly obligations: readonly { readonly messageId: string; readonly to: string }[];
}
