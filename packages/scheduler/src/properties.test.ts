import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkIn, HOUR, makeWorld, MINUTE } from '../fixtures/world.ts';

/** What may happen to a daemon: time passes, the clock is set, it is down for a while, an agent is limited. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('run' as const), minutes: fc.integer({ min: 1, max: 240 }) }),
  },
  fc.record({ what: fc.constant('forward' as const), minutes: fc.integer({ min: 1, max: 5_000 }) }),
  fc.record({ what: fc.constant('back' as const), minutes: fc.integer({ min: 1, max: 5_000 }) }),
  fc.record({ what: fc.constant('limited' as const), minutes: fc.integer({ min: 1, max: 300 }) }),
);

describe('whatever happens to the clock', () => {
  it('a check-in comes at most once per interval, and is never longer away than its interval', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 10, max: 90 }),
        async (happenings, minutes) => {
          using world = makeWorld();
          const everyMs = minutes * MINUTE;
          const { id } = world.scheduler.add({ ...checkIn, timing: { everyMs } });
          let passed = 0;
          for (const { what, minutes: length } of happenings) {
            if (what === 'forward') world.now += length * MINUTE;
            else if (what === 'back') world.now -= length * MINUTE;
            else {
              world.verdict = what === 'limited' ? { action: 'skip', reason: 'limited' } : { action: 'fire' };
              await world.run(length * MINUTE, 10 * MINUTE);
              passed += length + 10;
            }
            await world.pass(0);
            const { nextAt, state } = world.scheduler.find(id) ?? {};
            expect(state).toBe('active');
            expect((nextAt ?? Infinity) - world.now).toBeLessThanOrEqual(everyMs);
            expect((nextAt ?? 0) - world.now).toBeGreaterThan(0);
          }
          expect(world.fired.map(({ number }) => number)).toEqual(world.fired.map((_, index) => index + 1));
          const jumps = happenings.filter(({ what }) => what === 'forward').length;
          expect(world.fired.length).toBeLessThanOrEqual(Math.ceil(passed / minutes) + jumps + 1);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('a one-shot comes exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 6 }), async (happenings) => {
        using world = makeWorld();
        world.scheduler.add({ ...checkIn, timing: { inMs: HOUR } });
        for (const { what, minutes } of happenings) {
          world.now += what === 'back' ? -minutes * MINUTE : minutes * MINUTE;
          await world.pass(0);
        }
        await world.run(2 * HOUR, 5 * MINUTE);
        expect(world.fired).toHaveLength(1);
      }),
      { numRuns: 20 },
    );
  });
});
