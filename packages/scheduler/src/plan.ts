import { countOccurrences, nextOccurrence } from './cron.ts';
import { errors } from './errors.ts';
import type { Schedule, ScheduleKind, Timing } from './types.ts';

const DAY_MS = 86_400_000;
const TIME_MIN = 100_000_000_000;
const TIME_MAX = 253_402_300_799_999;
const SPAN_MAX = 366 * DAY_MS;

/** What a schedule is made of, however it was asked for. */
export interface Planned {
  readonly kind: ScheduleKind;
  readonly everyMs: number | null;
  readonly delayMs: number | null;
  readonly cron: string | null;
  readonly zone: string | null;
  readonly nextAt: number;
}

/** @throws ORC_SCHEDULER_BAD_INPUT, ORC_SCHEDULER_BAD_CRON, ORC_SCHEDULER_NEVER */
export function planFirst(timing: Timing, now: number): Planned {
  const nothing = { everyMs: null, delayMs: null, cron: null, zone: null };
  if ('cron' in timing) {
    const { cron, zone = null } = timing;
    const nextAt = nextOccurrence(cron, zone, now);
    if (nextAt === undefined) throw errors.never(cron);
    return { ...nothing, kind: 'cron', cron, zone, nextAt };
  }
  if ('at' in timing) {
    const at = checkWhole('the time', timing.at, TIME_MIN, TIME_MAX);
    if (at < now) throw errors.badInput('the time', new Date(at).toISOString(), 'in the future');
    return { ...nothing, kind: 'once', nextAt: at };
  }
  if ('inMs' in timing) {
    const delayMs = checkWhole('the delay', timing.inMs, 0, SPAN_MAX);
    return { ...nothing, kind: 'once', delayMs, nextAt: now + delayMs };
  }
  const everyMs = checkWhole('the interval', timing.everyMs, 0, SPAN_MAX);
  // An interval of nothing would fire without end.
  if (everyMs === 0) return { ...nothing, kind: 'once', delayMs: 0, nextAt: now };
  const first = checkWhole('the first delay', timing.firstInMs ?? everyMs, 0, SPAN_MAX);
  return { ...nothing, kind: 'interval', everyMs, nextAt: now + Math.min(first, everyMs) };
}

function checkWhole(field: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw errors.badInput(field, value, `a whole number from ${min} to ${max} (milliseconds)`);
  return value;
}

/** Times that passed after the one that is due: nobody looked, or the clock was set forward. */
export function countMissed(schedule: Schedule, dueAt: number, now: number): number {
  if (schedule.everyMs !== null) return Math.max(0, Math.floor((now - dueAt) / schedule.everyMs));
  return schedule.cron === null ? 0 : countOccurrences(schedule.cron, schedule.zone, dueAt, now);
}

/**
 * When a schedule is due after `dueAt` and after `after`; null for a one-shot. An interval keeps its beat:
 * being late does not move the times that follow.
 */
export function planNext(schedule: Schedule, dueAt: number, after: number): number | null {
  const { everyMs, cron, zone } = schedule;
  if (everyMs !== null) return dueAt + everyMs * (Math.max(0, Math.floor((after - dueAt) / everyMs)) + 1);
  return cron === null ? null : (nextOccurrence(cron, zone, Math.max(dueAt, after)) ?? null);
}

/**
 * When a schedule is due that was planned by a clock that has been set back since. What is counted from a
 * moment (an interval, a delay) is never further away than its length. A time of day that was fired is not
 * fired again, unless the clock had been wrong by more than a day: then it begins anew.
 */
export function realign(schedule: Schedule, now: number): number | null {
  const { nextAt, everyMs, delayMs, cron, zone, lastDueAt } = schedule;
  if (nextAt === null) return null;
  const span = everyMs ?? delayMs;
  if (span !== null) return Math.min(nextAt, now + span);
  if (cron === null) return nextAt;
  const after = lastDueAt !== null && lastDueAt - now <= DAY_MS ? Math.max(now, lastDueAt) : now;
  return Math.min(nextAt, nextOccurrence(cron, zone, after) ?? nextAt);
}
