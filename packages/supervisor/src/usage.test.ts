import { expect, it } from 'vitest';
import { judgeUsage, UsageLimits } from './index.ts';

const NOW = Date.UTC(2030, 0, 1);
const MEBIBYTE = 1024 * 1024;
const usage = { cpuPercent: 900, memoryBytes: 8_000 * MEBIBYTE };

it('limits nothing unless it was asked to', () => {
  expect(judgeUsage(usage, { exceededSince: null, now: NOW }, UsageLimits.parse({}))).toEqual({
    exceededSince: null,
    why: null,
  });
});

it('acts on what lasts, and forgets what passes', () => {
  const limits = UsageLimits.parse({ memoryMb: 1_000, cpuPercent: 100 });
  const first = judgeUsage(usage, { exceededSince: null, now: NOW }, limits);
  expect(first).toEqual({ exceededSince: NOW, why: null });
  const later = judgeUsage(usage, { exceededSince: first.exceededSince, now: NOW + 60_000 }, limits);
  expect(later.why).toBe(
    'it holds 8000 MiB of memory and may have 1000; it uses 900 % of a core and may use 100',
  );
  const calm = { cpuPercent: null, memoryBytes: MEBIBYTE };
  expect(judgeUsage(calm, { exceededSince: NOW, now: NOW + 60_000 }, limits).exceededSince).toBeNull();
});
