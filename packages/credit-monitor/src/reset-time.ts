import { findZone, instantsOf, wallTimeAt, type WallTime } from './zones.ts';

/** When a limit ends, as a text says it. */
export interface ResetTime {
  /** Milliseconds since 1970, UTC. Not after the time of reading when the text is of a limit that is over. */
  readonly at: number;
  /** How exactly the text says it; a mere day is no time, and `at` is then where it begins. */
  readonly precision: 'second' | 'minute' | 'day';
  readonly zone: string;
  readonly isZoneStated: boolean;
  /** `twice`: the clocks show this time two times, and the next one was taken. `never`: they skip it. */
  readonly shown: 'once' | 'twice' | 'never';
}

export interface ResetContext {
  /** When the text was shown, in milliseconds since 1970. */
  readonly at: number;
  /** Where a text that names no zone is at home: the IANA name of the zone of the machine that shows it. */
  readonly zone: string;
  /** No reset is further ahead than this; a time of day that would be is one that has passed. */
  readonly aheadMsMax: number;
}

interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

type Day = Pick<WallTime, 'year' | 'month' | 'day'>;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
// A shown time has no seconds: for this long after it, it still is the present minute.
const SAME_MINUTE_MS = MINUTE_MS;
// The next unit may follow without a space: "2h13m".
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/(\d+)\s*d(?:ays?)?(?![a-z])/i, DAY_MS],
  [/(\d+)\s*h(?:ours?|rs?)?(?![a-z])/i, 3_600_000],
  [/(\d+)\s*m(?:in(?:ute)?s?)?(?![a-z])/i, MINUTE_MS],
  [/(\d+)\s*s(?:ec(?:ond)?s?)?(?![a-z])/i, 1_000],
];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const DATE = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?(?:(?:,| at|, at)? (\S.*))?$/i;
const WEEKDAY = /^(?:next )?([a-z]{3,9})(?:,| at|, at)? (\S.*)$/i;
const CLOCK_12 = /^(\d{1,2})(?::(\d{2}))?\s*([ap])\.?m\.?$/i;
const CLOCK_24 = /^(\d{1,2}):(\d{2})(?::\d{2})?$/;

/**
 * Reads what stands behind "resets": `1:22am (UTC)`, `3pm (America/New_York)`, `Nov 24, 10:42am`, `Monday
 * 9am`, `6am tomorrow`, `in 2h 13m`, an ISO time or epoch seconds. `undefined` when that is no time, or in
 * a zone that nobody knows: nothing is made up.
 */
export function parseResetTime(text: string, context: ResetContext): ResetTime | undefined {
  const trimmed = text.trim().replace(/[.,]$/, '');
  if (/^\d{10}(?:\d{3})?$/.test(trimmed)) {
    const at = trimmed.length === 13 ? Number(trimmed) : Number(trimmed) * 1_000;
    return { at, precision: 'second', zone: 'UTC', isZoneStated: true, shown: 'once' };
  }
  const [, bare = trimmed, named] =
    /^(.*\S)\s*\(([^)]+)\)$/.exec(trimmed) ?? /^(.*\S)\s+(UTC|GMT)$/i.exec(trimmed) ?? [];
  const zone = named === undefined ? context.zone : findZone(named);
  if (zone === undefined) return undefined;
  const base = { zone, isZoneStated: named !== undefined };
  return (
    parseRelative(bare, context, base) ??
    parseIso(bare, base) ??
    parseDate(bare, context, base) ??
    parseWeekday(bare, context, base) ??
    parseClock(bare, context, base)
  );
}

type Base = Pick<ResetTime, 'zone' | 'isZoneStated'>;

function parseRelative(text: string, { at }: ResetContext, base: Base): ResetTime | undefined {
  if (!/^in \d/i.test(text)) return undefined;
  let rest = text.replace(/^in /i, '');
  let ahead = 0;
  for (const [unit, ms] of UNITS) {
    const amount = unit.exec(rest);
    if (!amount) continue;
    ahead += Number(amount[1]) * ms;
    rest = rest.replace(amount[0], '');
  }
  if (!/^(?:\s|,|and)*$/.test(rest) || ahead === 0) return undefined;
  return { at: at + ahead, precision: 'minute', shown: 'once', ...base };
}

function parseIso(text: string, base: Base): ResetTime | undefined {
  const [, year, month, day, hour, minute, second, offset] = ISO.exec(text) ?? [];
  if (year === undefined || Number(month) > 12 || Number(day) > 31) return undefined;
  const zone = offset === undefined ? base.zone : findZone(offset);
  if (zone === undefined || Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59) return undefined;
  const wall = {
    ...{ year: Number(year), month: Number(month), day: Number(day) },
    ...{ hour: Number(hour ?? 0), minute: Number(minute ?? 0), second: Number(second ?? 0) },
  };
  const precision = hour === undefined ? 'day' : second === undefined ? 'minute' : 'second';
  return { ...first(wall, zone), precision, zone, isZoneStated: base.isZoneStated || offset !== undefined };
}

function parseDate(text: string, { at }: ResetContext, base: Base): ResetTime | undefined {
  const [, name = '', day, year, clock] = DATE.exec(text) ?? [];
  const month = MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  if (month === 0 || day === undefined || Number(day) < 1 || Number(day) > 31) return undefined;
  const time = clock === undefined ? { hour: 0, minute: 0 } : readClock(clock);
  if (time === undefined) return undefined;
  const now = wallTimeAt(at, base.zone);
  // Without a year the nearest one is meant: a notice of last December is old, not eleven months early.
  const years = year === undefined ? [now.year - 1, now.year, now.year + 1] : [Number(year)];
  const [nearest] = years
    .map((each) => first({ year: each, month, day: Number(day), ...time, second: 0 }, base.zone))
    .sort((one, other) => Math.abs(one.at - at) - Math.abs(other.at - at));
  return nearest && { ...nearest, precision: clock === undefined ? 'day' : 'minute', ...base };
}

function parseWeekday(text: string, { at }: ResetContext, base: Base): ResetTime | undefined {
  const [, name = '', clock = ''] = WEEKDAY.exec(text) ?? [];
  const wanted = WEEKDAYS.indexOf(name.slice(0, 3).toLowerCase());
  const time = readClock(clock);
  if (wanted < 0 || time === undefined) return undefined;
  const today = wallTimeAt(at, base.zone);
  const weekday = new Date(Date.UTC(today.year, today.month - 1, today.day)).getUTCDay();
  const ahead = (wanted - weekday + 7) % 7;
  const found = [ahead, ahead + 7].flatMap((days) => allOn(later(today, days), time, base.zone));
  return pickNext(found, at, 7 * DAY_MS, base);
}

function parseClock(text: string, context: ResetContext, base: Base): ResetTime | undefined {
  const [, before, bare = text, after] =
    /^(?:(today|tomorrow)(?:,| at)? )?(.*?)(?: (today|tomorrow))?$/i.exec(text) ?? [];
  const time = readClock(bare);
  if (time === undefined) return undefined;
  const today = wallTimeAt(context.at, base.zone);
  const day = (before ?? after)?.toLowerCase();
  if (day !== undefined) {
    const wall = { ...later(today, day === 'tomorrow' ? 1 : 0), ...time, second: 0 };
    return { ...first(wall, base.zone), precision: 'minute', ...base };
  }
  const found = [-1, 0, 1, 2].flatMap((days) => allOn(later(today, days), time, base.zone));
  return pickNext(found, context.at, context.aheadMsMax, base);
}

interface Shown {
  readonly at: number;
  readonly shown: ResetTime['shown'];
}

/** The next time that a clock shows it; the last one when the next would be too far ahead to be true. */
function pickNext(
  found: readonly Shown[],
  at: number,
  aheadMsMax: number,
  base: Base,
): ResetTime | undefined {
  const next = found.find((each) => each.at > at - SAME_MINUTE_MS);
  const last = found.findLast((each) => each.at <= at - SAME_MINUTE_MS);
  const taken = next !== undefined && next.at - at > aheadMsMax ? last : next;
  return taken && { ...taken, precision: 'minute', ...base };
}

function allOn(day: Day, time: TimeOfDay, zone: string): Shown[] {
  const { instants, isSkipped } = instantsOf({ ...day, ...time, second: 0 }, zone);
  const shown = isSkipped ? 'never' : instants.length > 1 ? 'twice' : 'once';
  return instants.map((at) => ({ at, shown }));
}

function first(wall: WallTime, zone: string): Shown {
  const { instants, isSkipped } = instantsOf(wall, zone);
  return { at: instants[0] as number, shown: isSkipped ? 'never' : instants.length > 1 ? 'twice' : 'once' };
}

function later({ year, month, day }: Day, days: number): Day {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** `3pm`, `1:22am`, `11 p.m.`, `15:30`, `noon`, `midnight`. */
function readClock(text: string): TimeOfDay | undefined {
  const word = text.trim();
  if (/^noon$/i.test(word)) return { hour: 12, minute: 0 };
  if (/^midnight$/i.test(word)) return { hour: 0, minute: 0 };
  const [, hour12, minute12 = '0', half] = CLOCK_12.exec(word) ?? [];
  if (hour12 !== undefined && half !== undefined) {
    const hour = Number(hour12);
    if (hour < 1 || hour > 12 || Number(minute12) > 59) return undefined;
    return { hour: (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0), minute: Number(minute12) };
  }
  const [, hour24, minute24] = CLOCK_24.exec(word) ?? [];
  if (hour24 === undefined || Number(hour24) > 23 || Number(minute24) > 59) return undefined;
  return { hour: Number(hour24), minute: Number(minute24) };
}
