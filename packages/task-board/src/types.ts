/** Milliseconds since 1970, UTC. */
export interface Clock {
  now(): number;
}

export type TaskOutcome = 'done' | 'failed' | 'cancelled';

/** `assigned`: handed out, and not begun. */
export type TaskState =
  'waiting' | 'ready' | 'assigned' | 'started' | 'blocked' | 'done' | 'failed' | 'cancelled';

/** What the plan says of a task. `id` and `after` may leave the project out: `t1` is `shop.t1`. */
export interface TaskInput {
  readonly id: string;
  readonly title: string;
  readonly objective?: string;
  readonly criteria?: readonly string[];
  readonly role: string;
  /** The agent that is to have it; whoever has the role when nobody is named. */
  readonly assignee?: string | null;
  /** Tasks of the same project that must be done before this one can begin. */
  readonly after?: readonly string[];
  /** Larger goes first among tasks of equal `order`. Default 0. */
  readonly priority?: number;
  readonly phase?: string | null;
  /** Place in the plan, smaller first. Defaults to the place in the list, behind what is there already. */
  readonly order?: number;
}

/** A task as it is stored. Times are milliseconds since 1970, UTC. */
export interface TaskRecord {
  /** `<project>.<name>`, unique everywhere. */
  readonly id: string;
  readonly project: string;
  readonly title: string;
  readonly objective: string;
  readonly criteria: readonly string[];
  readonly role: string;
  readonly assignee: string | null;
  readonly after: readonly string[];
  readonly priority: number;
  readonly phase: string | null;
  readonly order: number;
  readonly createdAt: number;
  readonly handedOutAt: number | null;
  readonly startedAt: number | null;
  readonly blockedReason: string | null;
  readonly blockedBy: string | null;
  readonly outcome: TaskOutcome | null;
  readonly outcomeAt: number | null;
  readonly outcomeBy: string | null;
  readonly outcomeText: string | null;
  /** 1, and one more each time the task is reopened. */
  readonly round: number;
}

/** A task with what follows from its record and from those it waits for. */
export interface Task extends TaskRecord {
  readonly state: TaskState;
  /** Why it waits, is blocked, failed or was cancelled; `null` in the other states. */
  readonly why: string | null;
  /**
   * The id of the message that hands it out: the task's own id, and `<id>.<round>` after it was reopened,
   * since a message is delivered once only. Every call takes it in place of the task's id.
   */
  readonly messageId: string;
}

/** Somebody's word that a task is over. None is ever removed. */
export interface TaskReport {
  readonly taskId: string;
  readonly round: number;
  readonly outcome: TaskOutcome;
  readonly by: string;
  readonly text: string;
  readonly at: number;
}

/** A task that another one waits for. */
export interface WaitingReason {
  readonly id: string;
  readonly title: string;
  readonly state: TaskState;
  /** One sentence for a person. */
  readonly text: string;
}
