/** Every time is an integer in milliseconds since 1970, UTC. */
export type ScheduleKind = 'once' | 'interval' | 'cron';

/** `active` is fired when it is due. The others are ends: nothing leads out of them. */
export type ScheduleState = 'active' | 'done' | 'cancelled' | 'failed';

export interface Schedule {
  readonly id: string;
  /** Of the active schedules at most one has a given key. */
  readonly key: string | null;
  readonly project: string | null;
  readonly target: string;
  readonly note: string;
  readonly createdBy: string;
  readonly kind: ScheduleKind;
  /** Of an interval. */
  readonly everyMs: number | null;
  /** Of a one-shot that was asked for as "in so long". */
  readonly delayMs: number | null;
  readonly cron: string | null;
  /** IANA zone that the cron expression is read in. */
  readonly zone: string | null;
  readonly state: ScheduleState;
  /** Why it failed or was cancelled. */
  readonly reason: string | null;
  /** When it is due next; null once it has ended. */
  readonly nextAt: number | null;
  readonly firings: number;
  /** Times that passed while nobody looked; each run of them was made up for by one firing. */
  readonly missed: number;
  /** When the last firing had been due, and when it was fired. */
  readonly lastDueAt: number | null;
  readonly lastFiredAt: number | null;
  /** The last time it was passed over, and why. */
  readonly lastSkippedAt: number | null;
  readonly skipReason: string | null;
  /** Failed tries at the firing that is due. */
  readonly attempts: number;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

/** When something is to happen. `everyMs: 0` is a one-shot that is due at once. */
export type Timing =
  | { readonly inMs: number }
  | { readonly at: number }
  | { readonly everyMs: number; readonly firstInMs?: number }
  | { readonly cron: string; readonly zone?: string };

export interface ScheduleInput {
  readonly timing: Timing;
  readonly target: string;
  readonly note: string;
  readonly createdBy: string;
  readonly project?: string | null;
  readonly key?: string;
}

/** One time that a schedule is due. Whoever acts on it may see it twice, always with the same id. */
export interface Firing {
  /** The same for every try and every process: `<schedule>.<number>`. */
  readonly id: string;
  readonly number: number;
  readonly schedule: Schedule;
  readonly dueAt: number;
  readonly lateMs: number;
  /** Later times that passed as well and that this firing stands for. */
  readonly missed: number;
}

/** What is to be done about a firing. */
export type Verdict =
  | { readonly action: 'fire' }
  /** Not now: a recurring schedule waits for its next time, a one-shot is put off. */
  | { readonly action: 'skip'; readonly reason: string; readonly notBefore?: number | undefined }
  /** Never again. */
  | { readonly action: 'fail'; readonly reason: string };

export interface Outcome {
  readonly firing: Firing;
  readonly outcome: 'fired' | 'skipped' | 'retried' | 'gave-up' | 'failed';
  readonly reason: string | null;
  readonly nextAt: number | null;
}

export interface ScheduleFilter {
  readonly project?: string | undefined;
  readonly target?: string | undefined;
  readonly state?: ScheduleState | undefined;
  readonly keyPrefix?: string | undefined;
}
