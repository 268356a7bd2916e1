import { z } from 'zod';
import type { AdmissionPolicy } from './policy.ts';

const MEBIBYTE = 1024 * 1024;
/** A peak is noted in steps of this, so that keeping it is not a write for every page. */
const STEP_BYTES = 8 * MEBIBYTE;
const LAUNCHES_KEPT = 5;

/** What agents held at most, by agent: one peak for each of the last launches, the newest last. */
export const MemoryHistory = z.record(
  z.string(),
  z.strictObject({
    runtime: z.string(),
    peaks: z.array(z.strictObject({ launch: z.int(), bytes: z.int().nonnegative() })),
  }),
);

export type MemoryHistory = Readonly<z.infer<typeof MemoryHistory>>;

export interface MemoryReading {
  readonly agentId: string;
  readonly runtime: string;
  /** Counts the agent's launches. */
  readonly launch: number;
  /** What it and all that it started hold now. */
  readonly bytes: number;
}

/** Takes in one reading. The same object comes back when there is nothing new to keep. */
export function noteMemory(
  history: MemoryHistory,
  { agentId, runtime, launch, bytes }: MemoryReading,
): MemoryHistory {
  const known = history[agentId];
  const before = known?.runtime === runtime ? known.peaks : [];
  const rounded = Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;
  const last = before.at(-1);
  if (last?.launch === launch && last.bytes >= rounded) return history;
  const others = before.filter((peak) => peak.launch !== launch);
  const peaks = [...others, { launch, bytes: rounded }].slice(-LAUNCHES_KEPT);
  return { ...history, [agentId]: { runtime, peaks } };
}

/** Without agents that are no more. The same object comes back when all of them are. */
export function forgetOthers(history: MemoryHistory, agentIds: ReadonlySet<string>): MemoryHistory {
  const left = Object.entries(history).filter(([id]) => agentIds.has(id));
  return left.length === Object.keys(history).length ? history : Object.fromEntries(left);
}

/**
 * Bytes that an agent is expected to need: the most that it held in its last launches, else what is in the
 * middle of those that run the same program, else what the policy says.
 */
export function expectMemory(
  history: MemoryHistory,
  { agentId, runtime }: Pick<MemoryReading, 'agentId' | 'runtime'>,
  { expectedMemoryMb }: AdmissionPolicy,
): number {
  const own = history[agentId];
  if (own?.runtime === runtime && own.peaks.length > 0) return mostOf(own.peaks);
  const alike = Object.values(history)
    .filter((each) => each.runtime === runtime && each.peaks.length > 0)
    .map(({ peaks }) => mostOf(peaks))
    .sort((a, b) => a - b);
  return alike[Math.floor(alike.length / 2)] ?? expectedMemoryMb * MEBIBYTE;
}

function mostOf(peaks: readonly { readonly bytes: number }[]): number {
  return Math.max(...peaks.map(({ bytes }) => bytes));
}

export interface RecentStart {
  readonly startedAt: number;
  readonly expectedBytes: number;
  /** What it holds by now; 0 while that was not read yet. */
  readonly heldBytes: number;
}

/** What agents that were just started will still take: nobody else may be given it meanwhile. */
export function sumReserved(
  starts: readonly RecentStart[],
  now: number,
  { settleMs }: AdmissionPolicy,
): number {
  return starts
    .filter(({ startedAt }) => now - startedAt < settleMs)
    .reduce((sum, { expectedBytes, heldBytes }) => sum + Math.max(0, expectedBytes - heldBytes), 0);
}
