import { expect, it } from 'vitest';
import { formatInstant } from './instant.ts';

it('shows a moment as the clock on the wall does', () => {
  const at = Date.UTC(2026, 10, 24, 23, 5);
  expect(formatInstant(at, 'UTC')).toBe('2026-11-24 23:05');
  expect(formatInstant(at, 'Asia/Dhaka')).toBe('2026-11-25 05:05');
  expect(formatInstant(Date.UTC(2026, 0, 2), 'UTC')).toBe('2026-01-02 00:00');
});
