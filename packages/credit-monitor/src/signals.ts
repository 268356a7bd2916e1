import type { CreditPolicy } from './config.ts';
import { readLimitText, type LimitReading, type ReadingContext } from './limit-text.ts';

/** Who says it, the most trusted first. An estimate is said by nobody. */
export const sources = ['transcript', 'status-line', 'stop-failure', 'screen', 'estimate'] as const;
export type SignalSource = (typeof sources)[number];

/** One thing that was said about usage. Times are milliseconds since 1970, UTC. */
export interface CreditSignal {
  readonly at: number;
  readonly source: SignalSource;
  readonly status: 'ok' | 'warning' | 'limited' | 'throttled';
  /** As the client names it: `five_hour`, `seven_day` …; `null` when it does not say. */
  readonly window: string | null;
  readonly usedPercent: number | null;
  readonly resetsAt: number | null;
  /** True when `resetsAt` is said as a day only. */
  readonly isVague: boolean;
}

const WARNING_PERCENT = 90;

/** A limit as the client's own record has it: the type and end as fields, its text for what they leave out. */
export function signalOfRecord(
  record: {
    readonly at: number;
    readonly limitType: string;
    readonly resetsAt: unknown;
    readonly text: string;
  },
  context: Omit<ReadingContext, 'at'>,
): CreditSignal {
  const { at, limitType, text } = record;
  const read = readLimitText(text, { ...context, at });
  const told = readInstant(record.resetsAt);
  return {
    at,
    source: 'transcript',
    status: 'limited',
    window: limitType === '' || limitType === 'unknown' ? (read?.window ?? null) : limitType,
    usedPercent: 100,
    resetsAt: told ?? read?.reset?.at ?? null,
    isVague: told === null && read?.reset?.precision === 'day',
  };
}

/** What `rate_limits` of the status line's JSON says, window by window; empty for anything else. */
export function signalsOfStatusLine(rateLimits: unknown, at: number): CreditSignal[] {
  if (typeof rateLimits !== 'object' || rateLimits === null) return [];
  return Object.entries(rateLimits as Record<string, unknown>).flatMap(([window, value]) => {
    if (typeof value !== 'object' || value === null) return [];
    const { used_percentage: used, resets_at: resets } = value as Record<string, unknown>;
    if (typeof used !== 'number' || !Number.isFinite(used) || used < 0) return [];
    const status = used >= 100 ? 'limited' : used >= WARNING_PERCENT ? 'warning' : 'ok';
    return [
      {
        ...({ at, source: 'status-line' as const, status, window } as const),
        usedPercent: Math.min(100, used),
        resetsAt: readInstant(resets),
        isVague: false,
      },
    ];
  });
}

/** A turn that ended in an error, with the client's word for it and what it showed. */
export function signalOfFailure(
  failure: { readonly at: number; readonly error: string | null; readonly text: string },
  context: Omit<ReadingContext, 'at'>,
): CreditSignal | undefined {
  const read = readLimitText(failure.text, { ...context, at: failure.at });
  if (read) return signalOfReading(read, 'stop-failure', failure.at);
  if (failure.error !== 'rate_limit') return undefined;
  const unsaid = { window: null, usedPercent: null, resetsAt: null, isVague: false };
  return { at: failure.at, source: 'stop-failure', status: 'limited', ...unsaid };
}

/** A notice that stands on a screen, outside of the conversation. */
export function signalOfScreen(
  notice: { readonly at: number; readonly text: string },
  context: Omit<ReadingContext, 'at'>,
): CreditSignal | undefined {
  const read = readLimitText(notice.text, { ...context, at: notice.at });
  // Without an end, nothing tells an old notice from a new one.
  const isTimed = read !== undefined && (read.reset !== null || read.status !== 'limited');
  return isTimed ? signalOfReading(read, 'screen', notice.at) : undefined;
}

function signalOfReading(
  { status, window, usedPercent, reset }: LimitReading,
  source: SignalSource,
  at: number,
): CreditSignal | undefined {
  // Money is not waited for, and a limit that is over needs a better witness than an old notice.
  if (status === 'billing' || status === 'over') return undefined;
  const said = { resetsAt: reset?.at ?? null, isVague: reset?.precision === 'day' };
  return { at, source, status, window, usedPercent, ...said };
}

/** Epoch seconds or milliseconds, as a number or digits, or an ISO time with its zone. */
function readInstant(value: unknown): number | null {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(value)) {
    const at = Date.parse(value);
    return Number.isNaN(at) ? null : at;
  }
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !(number > 0)) return null;
  return number > 100_000_000_000 ? Math.round(number) : Math.round(number * 1_000);
}

/** What people are told a window is called. */
export function titleOf(window: string | null, windows: CreditPolicy['windows']): string {
  if (window === null) return 'usage';
  return windows[window]?.title ?? window.replaceAll('_', ' ');
}
