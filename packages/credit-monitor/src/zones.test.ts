import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseResetTime } from './reset-time.ts';
import { findZone, instantsOf, wallTimeAt } from './zones.ts';

const zones = [
  'UTC',
  'America/New_York',
  'America/Santiago',
  'Europe/Berlin',
  'Asia/Dhaka',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Chatham',
  'Etc/GMT+5',
  '+05:30',
];
const zone = fc.constantFrom(...zones);
const DAY_MS = 86_400_000;
const minute = (at: number) => Math.floor(at / 60_000) * 60_000;
const instant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2032, 0, 1) }).map(minute);
/** Minutes within three hours of a change of the clocks, where everything goes wrong. */
const nearChange = fc
  .tuple(
    fc.constantFrom(
      Date.UTC(2026, 2, 8, 7),
      Date.UTC(2026, 10, 1, 6),
      Date.UTC(2026, 2, 29, 1),
      Date.UTC(2026, 9, 25, 1),
      Date.UTC(2026, 3, 4, 15),
      Date.UTC(2026, 9, 3, 15, 30),
    ),
    fc.integer({ min: -180, max: 180 }),
  )
  .map(([change, minutes]) => change + minutes * 60_000);
const anyInstant = fc.oneof(instant, nearChange);

describe('wall times', () => {
  it('lead back to the instant they were taken from, whatever the clocks do', () => {
    fc.assert(
      fc.property(anyInstant, zone, (at, name) => {
        const { instants, isSkipped } = instantsOf(wallTimeAt(at, name), name);
        expect(isSkipped).toBe(false);
        expect(instants).toContain(at);
      }),
    );
  });

  it('that are skipped lead to an instant that no other time means, shortly after the change', () => {
    const wall = { year: 2026, month: 3, day: 8, hour: 2, minute: 30, second: 0 };
    const { instants, isSkipped } = instantsOf(wall, 'America/New_York');
    expect(isSkipped).toBe(true);
    expect(instants.map((at) => wallTimeAt(at, 'America/New_York').hour)).toEqual([3]);
  });
});

describe('findZone', () => {
  it('knows names, UTC and offsets, and no abbreviation that means several zones', () => {
    expect(['Asia/Dhaka', 'america/new_york', 'utc', 'GMT', 'GMT+6', '+05:30'].map(findZone)).toEqual([
      'Asia/Dhaka',
      'America/New_York',
      'UTC',
      'UTC',
      '+06:00',
      '+05:30',
    ]);
    expect(['CST', 'IST', 'PST', 'Mars/Olympus', 'GMT+25', ''].map(findZone)).toEqual(
      Array(6).fill(undefined),
    );
  });
});

describe('a time of day', () => {
  const show = (hour: number, minutes: number) =>
    `${hour % 12 || 12}:${String(minutes).padStart(2, '0')}${hour < 12 ? 'am' : 'pm'}`;

  it('means the next instant at which a clock in that zone shows it', () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 1, max: 23 * 60 }), zone, (at, ahead, name) => {
        const wanted = at + ahead * 60_000;
        const { hour, minute: minutes } = wallTimeAt(wanted, name);
        const read = parseResetTime(show(hour, minutes), { at, zone: name, aheadMsMax: DAY_MS });
        expect(read).toBeDefined();
        const found = read?.at ?? 0;
        expect(found).toBeGreaterThan(at - 60_000);
        expect(found).toBeLessThanOrEqual(wanted);
        expect(wallTimeAt(found, name)).toMatchObject({ hour, minute: minutes });
        // Earlier than wanted only when the clocks show the time twice.
        if (found !== wanted) expect(read?.shown).toBe('twice');
      }),
    );
  });

  it('with a date means the same instant from whenever in that half year it is read', () => {
    const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: -150, max: 150 }), zone, (wanted, days, name) => {
        const { month, day, hour, minute: minutes } = wallTimeAt(wanted, name);
        const text = `${months[month - 1] ?? ''} ${day}, ${show(hour, minutes)} (${name})`;
        const read = parseResetTime(text, { at: wanted + days * DAY_MS, zone: 'UTC', aheadMsMax: DAY_MS });
        expect(
          read?.shown === 'twice' ? Math.abs((read.at ?? 0) - wanted) <= 3_600_000 : read?.at === wanted,
        ).toBe(true);
      }),
    );
  });

  it('is never made up from a text that holds none', () => {
    fc.assert(
      fc.property(fc.string(), instant, (text, at) => {
        const read = parseResetTime(text, { at, zone: 'UTC', aheadMsMax: DAY_MS });
        if (read !== undefined) expect(text).toMatch(/\d|noon|midnight/i);
      }),
    );
  });
});
