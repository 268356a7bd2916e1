import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastExhaustion } from './forecast.ts';

const T0 = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const line = (perHour: number, count = 13) =>
  Array.from({ length: count }, (_, index) => ({
    at: T0 + (index * HOUR_MS) / 12,
    usedPercent: (index * perHour) / 12,
  }));

describe('a forecast', () => {
  it('says when a window is used up at the rate so far, and how sure that is', () => {
    expect(forecastExhaustion(line(25), { now: T0 + HOUR_MS, resetsAt: T0 + 5 * HOUR_MS })).toEqual({
      ...{ exhaustedAt: T0 + 4 * HOUR_MS, percentPerHour: 25, confidence: 'high', samples: 13 },
    });
  });

  it('names no time when the reset comes first, or nothing is used', () => {
    expect(
      forecastExhaustion(line(25), { now: T0 + HOUR_MS, resetsAt: T0 + 3 * HOUR_MS })?.exhaustedAt,
    ).toBeNull();
    expect(forecastExhaustion(line(0), { now: T0 + HOUR_MS, resetsAt: null })).toMatchObject({
      exhaustedAt: null,
    });
  });

  it('is less sure of few samples, short times and zigzag', () => {
    const at = { now: T0 + HOUR_MS, resetsAt: null };
    expect(forecastExhaustion(line(25, 2), at)?.confidence).toBe('low');
    expect(forecastExhaustion(line(25, 4), at)?.confidence).toBe('medium');
    const jump = line(0).map((each, index) => ({ ...each, usedPercent: index === 12 ? 60 : index % 2 }));
    expect(forecastExhaustion(jump, at)?.confidence).toBe('low');
  });

  it('is not made from one sample, or from one moment', () => {
    expect(forecastExhaustion([], { now: T0, resetsAt: null })).toBeUndefined();
    expect(forecastExhaustion(line(25, 1), { now: T0, resetsAt: null })).toBeUndefined();
    const twice = [1, 2].map((usedPercent) => ({ at: T0, usedPercent }));
    expect(forecastExhaustion(twice, { now: T0, resetsAt: null })).toBeUndefined();
  });

  it('never names a time that has passed', () => {
    const sample = fc.record({
      at: fc.integer({ min: T0, max: T0 + HOUR_MS }),
      usedPercent: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 30 }), (samples) => {
        const now = T0 + 2 * HOUR_MS;
        const sorted = samples.sort((one, other) => one.at - other.at);
        const { exhaustedAt = null } = forecastExhaustion(sorted, { now, resetsAt: now + HOUR_MS }) ?? {};
        expect(exhaustedAt === null || (exhaustedAt >= now && exhaustedAt < now + HOUR_MS)).toBe(true);
      }),
    );
  });
});
