export const severities = ['debug', 'info', 'notice', 'warning', 'critical'] as const;

/** How much somebody should care, least first. */
export type Severity = (typeof severities)[number];

/** A past-tense fact. What stands here stands in the day's file. */
export interface BusEvent<Data = unknown> {
  readonly id: string;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  /** `noun.verbed`, such as `message.seen`. */
  readonly type: string;
  readonly severity: Severity;
  /** Who says so, such as `ledger` or `supervision`. */
  readonly source: string;
  readonly project?: string;
  readonly agent?: string;
  readonly message?: string;
  readonly data: Data;
}
