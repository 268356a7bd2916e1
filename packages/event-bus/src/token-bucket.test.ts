import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenBucket } from './index.ts';

const START = Date.UTC(2030, 0, 2);

describe('a token bucket', () => {
  it('lets a burst of ten through, then one each six seconds', () => {
    const bucket = createTokenBucket({ perMinute: 10, burst: 10 });
    const taken = Array.from({ length: 12 }, () => bucket.take(START));
    expect(taken.filter(Boolean)).toHaveLength(10);
    expect(bucket.take(START + 5_999)).toBe(false);
    expect(bucket.readyAt(START + 5_999)).toBe(START + 6_000);
    expect(bucket.take(START + 6_000)).toBe(true);
    expect(bucket.take(START + 6_000)).toBe(false);
  });

  it('is full again after a minute, and holds no more than a burst', () => {
    const bucket = createTokenBucket({ perMinute: 10, burst: 10 });
    for (let count = 0; count < 10; count += 1) bucket.take(START);
    const taken = Array.from({ length: 20 }, () => bucket.take(START + 3_600_000));
    expect(taken.filter(Boolean)).toHaveLength(10);
  });

  it('neither gives nor takes when the clock is set back', () => {
    const bucket = createTokenBucket({ perMinute: 10, burst: 1 });
    expect(bucket.take(START)).toBe(true);
    expect(bucket.take(START - 60_000)).toBe(false);
    expect(bucket.take(START + 6_000)).toBe(true);
  });

  it('never lets more through than burst and rate allow, however it is asked', () => {
    fc.assert(
      fc.property(
        fc.record({ perMinute: fc.integer({ min: 1, max: 600 }), burst: fc.integer({ min: 1, max: 50 }) }),
        fc.array(fc.nat(20_000), { minLength: 1, maxLength: 200 }),
        (policy, steps) => {
          const bucket = createTokenBucket(policy);
          let now = START;
          let taken = 0;
          for (const step of steps) {
            now += step;
            if (bucket.take(now)) taken += 1;
          }
          const allowed = policy.burst + ((now - START) * policy.perMinute) / 60_000;
          expect(taken).toBeLessThanOrEqual(allowed + 1e-6);
        },
      ),
    );
  });
});
