import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HealthPolicy, judgeHealth, type HealthFacts } from './index.ts';

const NOW = Date.UTC(2030, 0, 2, 12);
const policy = HealthPolicy.parse({});
const idle: HealthFacts = { process: 'running', activity: 'idle', lastSignAt: NOW - 600_000, askedAt: null };
const judge = (facts: Partial<HealthFacts>) => judgeHealth({ ...idle, ...facts }, NOW, policy);

describe('judgeHealth', () => {
  it('calls an agent dead when its program has ended, whatever was heard of it', () => {
    expect(judge({ process: 'exited', lastSignAt: NOW })).toEqual({
      verdict: 'dead',
      mayRestart: true,
      why: 'its program has ended',
    });
  });

  it.each([['working'], ['waiting']] as const)(
    'leaves an agent that is %s alone, asked or not',
    (activity) => {
      expect(judge({ activity, lastSignAt: null, askedAt: 0 })).toMatchObject({
        verdict: 'alive',
        mayRestart: false,
      });
    },
  );

  it('does not take the silence of an idle agent for anything', () => {
    expect(judge({ lastSignAt: null })).toMatchObject({ verdict: 'alive' });
  });

  it('gives an idle agent time to answer, then calls it unresponsive, and later restartable', () => {
    expect(judge({ askedAt: NOW - 5_000 })).toMatchObject({ verdict: 'alive' });
    expect(judge({ askedAt: NOW - 5_001 })).toEqual({
      verdict: 'unresponsive',
      mayRestart: false,
      why: 'it has not answered for 5 s, although it is idle',
    });
    expect(judge({ askedAt: NOW - 120_000 })).toMatchObject({ verdict: 'unresponsive', mayRestart: false });
    expect(judge({ askedAt: NOW - 120_001 })).toMatchObject({ verdict: 'unresponsive', mayRestart: true });
  });

  it('takes anything it did after the question for an answer', () => {
    expect(judge({ askedAt: NOW - 300_000, lastSignAt: NOW - 300_000 })).toMatchObject({ verdict: 'alive' });
    expect(judge({ askedAt: NOW - 300_000, lastSignAt: NOW - 300_001 })).toMatchObject({
      verdict: 'unresponsive',
    });
  });

  it('never lets an agent be restarted of which nobody knows what it does', () => {
    expect(judge({ activity: 'unknown', askedAt: NOW - 300_000 })).toMatchObject({
      verdict: 'unresponsive',
      mayRestart: false,
    });
  });

  it('says that it does not know where nobody can look, unless the agent was just heard of', () => {
    expect(judge({ process: 'unknown', lastSignAt: NOW - 30_000 })).toMatchObject({ verdict: 'alive' });
    expect(judge({ process: 'unknown', lastSignAt: NOW - 30_001 })).toMatchObject({ verdict: 'unknown' });
    expect(judge({ process: 'unknown', lastSignAt: null, askedAt: 0 })).toMatchObject({
      verdict: 'unknown',
      mayRestart: false,
    });
  });

  it('never calls an agent dead, or lets it be restarted, by silence alone', () => {
    const time = fc.option(fc.integer({ min: 0, max: NOW }), { nil: null });
    const facts = fc.record({
      process: fc.constantFrom('running' as const, 'unknown' as const),
      activity: fc.constantFrom('working' as const, 'idle' as const, 'waiting' as const, 'unknown' as const),
      lastSignAt: time,
      askedAt: time,
    });
    fc.assert(
      fc.property(facts, (given) => {
        const { verdict, mayRestart } = judgeHealth(given, NOW, policy);
        expect(verdict).not.toBe('dead');
        if (mayRestart) expect(given).toMatchObject({ process: 'running', activity: 'idle' });
        if (given.askedAt === null) expect(mayRestart).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [{ lastSignAt: Number.NaN }, NOW],
    [{ askedAt: -1 }, NOW],
    [{}, Number.NaN],
  ])('refuses times that are none: %j at %s', (facts, now) => {
    expect(() => judgeHealth({ ...idle, ...facts }, now, policy)).toThrow(
      expect.objectContaining({ code: 'ORC_SUPERVISOR_BAD_INPUT' }) as Error,
    );
  });

  it.each([[{ answerMs: 0 }], [{ restartAfterMs: -1 }], [{ signFresh: 1 }]])(
    'refuses the settings %j',
    (input) => {
      expect(HealthPolicy.safeParse(input).success).toBe(false);
    },
  );
});
