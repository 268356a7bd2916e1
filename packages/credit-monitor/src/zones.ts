/** A wall clock's reading, in no zone yet. Months are 1…12. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export interface Instants {
  /** Milliseconds since 1970, ascending. Two when the clocks are set back over this time. */
  readonly instants: readonly number[];
  /** True when the clocks are set forward over this time: it is shown by no clock. */
  readonly isSkipped: boolean;
}

const DAY_MS = 86_400_000;
const OFFSET = /^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?$/i;
const NAMES_OF_UTC = new Set(['UTC', 'GMT', 'Z']);
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The zone that a text means, or `undefined`: `Asia/Dhaka`, `Etc/GMT+5`, `UTC`, `GMT+6`, `+05:30`. Other
 * abbreviations mean several zones each (CST, IST), and a guess would be hours off.
 */
export function findZone(text: string): string | undefined {
  const name = text.trim();
  if (NAMES_OF_UTC.has(name.toUpperCase())) return 'UTC';
  const [, sign, hours, minutes = '00'] = OFFSET.exec(name) ?? [];
  if (sign !== undefined && hours !== undefined)
    return Number(hours) <= 14 && Number(minutes) < 60
      ? `${sign}${hours.padStart(2, '0')}:${minutes}`
      : undefined;
  if (!name.includes('/')) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined; // No zone of that name.
  }
}

/** What a clock in the zone shows. `zone` comes from `findZone`. */
export function wallTimeAt(at: number, zone: string): WallTime {
  const date = new Date(at + offsetAt(at, zone));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** When a clock in the zone shows this time. A day over the month's end is one in the next month. */
export function instantsOf(wall: WallTime, zone: string): Instants {
  const naive = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  // No zone changes its offset twice within two days, so these are all that can hold at that time.
  const offsets = [...new Set([offsetAt(naive - DAY_MS, zone), offsetAt(naive + DAY_MS, zone)])];
  const instants = offsets
    .map((offset) => ({ offset, at: naive - offset }))
    .filter(({ offset, at }) => offsetAt(at, zone) === offset)
    .map(({ at }) => at)
    .sort((one, other) => one - other);
  if (instants.length > 0) return { instants, isSkipped: false };
  // With the offset from before, the time lies as far behind the change as it was said to lie behind it.
  return { instants: [naive - offsetAt(naive - DAY_MS, zone)], isSkipped: true };
}

/** Local time minus UTC, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const [, sign, hours, minutes = '0'] = OFFSET.exec(zone) ?? [];
  if (sign !== undefined)
    return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600_000 + Number(minutes) * 60_000);
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  const shown = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return shown - Math.floor(at / 1_000) * 1_000;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
