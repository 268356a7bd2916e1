import { expect, test } from 'vitest';
import { formatReset } from './times.ts';

const at = (text: string) => Date.parse(text);

test('says the hour of a reset in UTC, and the day when it is more than a day away', () => {
  const now = at('2026-11-21T00:00:00Z');
  expect(formatReset(at('2026-11-21T01:22:00Z'), now)).toBe('1:22am');
  expect(formatReset(at('2026-11-21T12:05:00Z'), now)).toBe('12:05pm');
  expect(formatReset(at('2026-11-22T00:00:00Z') - 1, now)).toBe('11:59pm');
  expect(formatReset(at('2026-11-24T10:42:00Z'), now)).toBe('Nov 24, 10:42am');
});
