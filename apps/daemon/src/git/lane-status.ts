import type { LaneStatus } from '@orc/contracts';
import { medianOf, type Lane, type LaneSync } from '@orc/git-monitor';

const RECENT_MAX = 20;

interface LaneInput {
  readonly project: string;
  readonly isOn: boolean;
  readonly why: string;
  readonly active: {
    readonly lanes: readonly Lane[];
    readonly cycleMinutes: number | null;
    readonly modes: readonly string[];
  };
  /** The newest first. */
  readonly syncs: readonly LaneSync[];
  readonly roleOf: (agentId: string) => string;
  readonly timings: LaneStatus['timings'];
}

/** Every lane with how long commits took on it, against its target. */
export function describeLanes({ project, isOn, why, active, syncs, roleOf, timings }: LaneInput): LaneStatus {
  const lanes = active.lanes.map(({ from, to, targetMinutes, merge }) => {
    const targetMs = targetMinutes * 60_000;
    const own = syncs.filter(({ source, receiver }) => roleOf(source) === from && roleOf(receiver) === to);
    const durations = own.flatMap(({ committedAt, settledAt }) =>
      settledAt === null ? [] : [settledAt - committedAt],
    );
    return {
      from,
      to,
      merges: merge,
      targetMs,
      arrived: durations.length,
      late: durations.filter((each) => each > targetMs).length,
      waiting: own.length - durations.length,
      medianMs: medianOf(durations),
      lastMs: durations[0] ?? null,
    };
  });
  const recent = syncs
    .slice(0, RECENT_MAX)
    .map(({ source, receiver, sha, subject, committedAt, outcome, settledAt }) => ({
      source,
      receiver,
      sha,
      subject,
      committedAt,
      outcome,
      settledAt,
    }));
  return {
    project,
    isOn,
    why,
    modes: active.modes,
    cycleMinutes: active.cycleMinutes,
    lanes,
    recent,
    timings,
  };
}
