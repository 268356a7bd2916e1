import type { Ledger } from './ledger.ts';
import { priorityBand, priorityLevel } from './priority.ts';
import { selectWhole, toMessage, type WholeRow } from './rows.ts';
import type {
  Distribution,
  Message,
  MessageState,
  Percentiles,
  DepthByLevel,
  PriorityBand,
  QueueCounts,
  QueueStats,
  RecipientStats,
} from './types.ts';
import { parseWhole } from './validation.ts';

export interface Statistics {
  readonly counts: (recipientPrefix?: string) => QueueCounts;
  readonly stats: (recipientPrefix?: string) => QueueStats;
  readonly slowest: (n?: number) => Message[];
  readonly percentiles: () => Percentiles;
}

/** So many of the slowest messages are kept for ever. */
export const slowestMax = 100;

const ofPrefix = 'instr(recipient, ?) = 1';

export function createStatistics(ledger: Ledger): Statistics {
  const statements = prepare(ledger);
  const msOf = (rows: readonly { ms: number }[]) => rows.map((row) => row.ms);

  return {
    counts: (prefix = '') =>
      ledger.snapshot(() => {
        const settled = statements.settled.all(prefix);
        const byState = sumByState([...settled, ...statements.undelivered.all(prefix)]);
        const slowestMs = Math.max(0, ...settled.map((line) => line.slowest_ms));
        const total = Object.values(byState).reduce((sum, n) => sum + n, 0);
        const hasSeen = settled.some((line) => line.state !== 'dead' && line.n > 0);
        return { total, byState, slowestSeenMs: hasSeen ? slowestMs : null };
      }),
    slowest: (n = 10) => {
      const limit = parseWhole('n', n, 1, slowestMax);
      return ledger.read(() => statements.slowest.all(limit).map(toMessage));
    },
    percentiles: () =>
      ledger.snapshot(() => ({
        duration: describe(msOf(statements.durations.all(''))),
        latency: describe(msOf(statements.latencies.all(''))),
      })),
    stats: (prefix = '') =>
      ledger.snapshot(() => {
        const counted = statements.counts.all(prefix);
        const queued = statements.waiting.all(prefix);
        const worked = statements.durations.all(prefix);
        const byState = sumByState(counted);
        const isParked = new Set(statements.parked.all(prefix).map((line) => line.recipient));
        const names = new Set([...counted.map((line) => line.recipient), ...isParked]);
        const perRecipient = [...names].sort().map((recipient): RecipientStats => {
          const lines = queued.filter((line) => line.recipient === recipient);
          const { averageMs, p95Ms } = describe(msOf(worked.filter((line) => line.recipient === recipient)));
          const countOf = (state: MessageState) =>
            counted.find((line) => line.recipient === recipient && line.state === state)?.n ?? 0;
          return {
            recipient,
            depth: lines.reduce((sum, line) => sum + line.n, 0),
            depthByBand: sumByBand(lines),
            depthByLevel: sumByLevel(lines),
            oldestAt: lines.length === 0 ? null : Math.min(...lines.map((line) => line.oldest_at)),
            isParked: isParked.has(recipient),
            completed: countOf('done'),
            failed: countOf('failed'),
            averageMs,
            p95Ms,
          };
        });
        return {
          total: Object.values(byState).reduce((sum, n) => sum + n, 0),
          byState,
          undelivered: byState.queued + byState.leased + byState.injected,
          openObligations: statements.openObligations.get(prefix)?.n ?? 0,
          crowded: perRecipient
            .filter((line) => line.depth >= ledger.settings.depthAlert)
            .map((line) => line.recipient),
          recipients: perRecipient,
          duration: describe(msOf(worked)),
          latency: describe(msOf(statements.latencies.all(prefix))),
        };
      }),
  };
}

function prepare(ledger: Ledger) {
  return {
    settled: ledger.statement<{ state: MessageState; n: number; slowest_ms: number }>(
      `SELECT state, n, slowest_ms FROM queue_settled WHERE ${ofPrefix}`,
    ),
    undelivered: ledger.statement<{ state: MessageState; n: number }>(`
    SELECT state, count(*) AS n FROM queue_messages WHERE inbox IS NOT NULL AND instr(inbox, ?) = 1 GROUP BY state`),
    counts: ledger.statement<{ recipient: string; state: MessageState; n: number }>(
      `SELECT recipient, state, count(*) AS n FROM queue_messages WHERE ${ofPrefix} GROUP BY recipient, state`,
    ),
    waiting: ledger.statement<{ recipient: string; priority: number; n: number; oldest_at: number }>(`
    SELECT recipient, priority, count(*) AS n, min(created_at) AS oldest_at FROM queue_messages
    WHERE inbox IS NOT NULL AND ${ofPrefix} GROUP BY recipient, priority`),
    parked: ledger.statement<{ recipient: string }>(`SELECT recipient FROM queue_parked WHERE ${ofPrefix}`),
    durations: ledger.statement<{ recipient: string; ms: number }>(`
    SELECT recipient, duration_ms AS ms FROM queue_messages
    WHERE duration_ms IS NOT NULL AND ${ofPrefix} ORDER BY duration_ms`),
    latencies: ledger.statement<{ ms: number }>(`
    SELECT max(0, seen_at - created_at) AS ms FROM queue_messages WHERE seen_at IS NOT NULL AND ${ofPrefix} ORDER BY ms`),
    openObligations: ledger.statement<{ n: number }>(`
    SELECT count(*) AS n FROM queue_obligations WHERE closed_at IS NULL AND instr(debtor, ?) = 1`),
    slowest: ledger.statement<WholeRow>(
      `${selectWhole} WHERE m.duration_ms IS NOT NULL ORDER BY m.duration_ms DESC, m.seq LIMIT ?`,
    ),
  };
}

/** `sorted` ascending. Nearest rank: always a value that occurred, and the largest one for 100. */
function describe(sorted: readonly number[]): Distribution {
  const count = sorted.length;
  const rank = (percent: number) => sorted[Math.max(1, Math.ceil((percent * count) / 100)) - 1] ?? null;
  return {
    count,
    averageMs: count === 0 ? null : sorted.reduce((sum, ms) => sum + ms, 0) / count,
    p50Ms: rank(50),
    p95Ms: rank(95),
    p99Ms: rank(99),
    maxMs: sorted.at(-1) ?? null,
  };
}

function sumByState(lines: readonly { state: MessageState; n: number }[]): Record<MessageState, number> {
  const byState = { queued: 0, leased: 0, injected: 0, seen: 0, done: 0, failed: 0, dead: 0 };
  for (const line of lines) byState[line.state] += line.n;
  return byState;
}

function sumByLevel(lines: readonly { priority: number; n: number }[]): DepthByLevel {
  const byLevel = { high: 0, normal: 0, low: 0 };
  for (const line of lines) byLevel[priorityLevel(line.priority)] += line.n;
  return byLevel;
}

function sumByBand(lines: readonly { priority: number; n: number }[]): Record<PriorityBand, number> {
  const byBand = { emergency: 0, critical: 0, high: 0, normal: 0 };
  for (const line of lines) byBand[priorityBand(line.priority)] += line.n;
  return byBand;
}
