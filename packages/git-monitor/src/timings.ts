import type { Database } from '@orc/sqlite';

/** The steps of F-08 and how long each may take, in milliseconds. */
export const timingTargets = {
  'commit-to-push': 15 * 60_000,
  'push-to-pull-request': 30 * 60_000,
  'pull-request-to-merge': 2 * 3_600_000,
  'merge-to-pull': 3_600_000,
  'full-cycle': 4 * 3_600_000,
} as const;

export type TimingKind = keyof typeof timingTargets;

export interface TimingSummary {
  readonly kind: TimingKind;
  readonly targetMs: number;
  readonly count: number;
  readonly late: number;
  /** `null` when nothing was measured. */
  readonly medianMs: number | null;
  readonly longestMs: number | null;
}

export interface Timings {
  /** Measures a step once per subject (a commit, a pull request); a second time changes nothing. */
  recordTiming(timing: {
    readonly project: string;
    readonly kind: TimingKind;
    readonly subject: string;
    readonly durationMs: number;
    readonly at: number;
  }): void;
  /** Every step, of what was measured at or after `since`. */
  summarizeTimings(project: string, since: number): TimingSummary[];
}

export function createTimings(database: Database): Timings {
  const insert = database.prepare(
    'INSERT INTO git_timings (project, kind, subject, duration_ms, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const select = database.prepare<[string, number], { kind: TimingKind; duration_ms: number }>(
    'SELECT kind, duration_ms FROM git_timings WHERE project = ? AND at >= ?',
  );
  return {
    recordTiming: ({ project, kind, subject, durationMs, at }) =>
      void insert.run(project, kind, subject, Math.max(0, Math.round(durationMs)), at),
    summarizeTimings(project, since) {
      const rows = select.all(project, since);
      return (Object.keys(timingTargets) as TimingKind[]).map((kind) =>
        summarize(
          kind,
          rows.filter((row) => row.kind === kind).map((row) => row.duration_ms),
        ),
      );
    },
  };
}

function summarize(kind: TimingKind, durations: readonly number[]): TimingSummary {
  const targetMs = timingTargets[kind];
  return {
    kind,
    targetMs,
    count: durations.length,
    late: durations.filter((each) => each > targetMs).length,
    medianMs: medianOf(durations),
    longestMs: durations.length === 0 ? null : Math.max(...durations),
  };
}

/** The middle one; of an even number the smaller of the two in the middle. */
export function medianOf(durations: readonly number[]): number | null {
  const sorted = [...durations].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
