import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRestart, RestartPolicy, type Exit, type RestartInput, type RestartRecord } from './index.ts';

const NOW = Date.UTC(2030, 0, 2, 12);
const HOUR = 3_600_000;
const defaults = RestartPolicy.parse({});
const crash: Exit = { status: 1, signal: null, cause: 'exit status 1' };
const killed: Exit = { status: null, signal: 'SIGKILL', cause: 'signal SIGKILL' };

const decide = (input: Partial<RestartInput> = {}) =>
  decideRestart({ history: [], exit: crash, now: NOW, policy: defaults, randomness: 0.5, ...input });

/** Restarts so many ms before now, after which the agent had worked. */
const ago = (...distances: number[]): RestartRecord[] =>
  distances.map((distance) => ({ at: NOW - distance, cause: crash.cause, outcome: 'worked' }));

describe('decideRestart', () => {
  it('starts an agent again within half a second at first', () => {
    expect(decide()).toEqual({
      action: 'restart',
      at: NOW + 250,
      attempt: 1,
      why: 'exit status 1; restart 1 of at most 3 within an hour',
    });
    expect(decide({ randomness: 0 })).toMatchObject({ at: NOW });
    expect(decide({ randomness: 1 })).toMatchObject({ at: NOW + 500 });
  });

  it.each([
    [1, 10_000, 12_500],
    [2, 20_000, 25_000],
    [3, 40_000, 50_000],
    [7, 600_000, 600_000],
    [50, 600_000, 600_000],
  ])('waits longer after %i restarts: %i to %i ms', (restarts, shortest, longest) => {
    const policy = { ...defaults, restartsMax: 100 };
    const history = ago(...Array.from({ length: restarts }, (_, index) => HOUR - index * 60_000));
    expect(decide({ history, policy, randomness: 0 })).toMatchObject({
      at: NOW + shortest,
      attempt: restarts + 1,
    });
    expect(decide({ history, policy, randomness: 1 })).toMatchObject({ at: NOW + longest });
  });

  it('blocks an agent after three restarts within an hour, and says why', () => {
    expect(decide({ history: ago(50 * 60_000, 30 * 60_000, 10 * 60_000) })).toEqual({
      action: 'block',
      because: 'too-many',
      why: 'exit status 1; it was restarted 3 times within an hour, and more is not allowed',
    });
  });

  it('lets the hour slide: what is longer ago does not count', () => {
    expect(decide({ history: ago(HOUR + 1, 30 * 60_000, 10 * 60_000) })).toMatchObject({ attempt: 3 });
    expect(decide({ history: ago(HOUR, 30 * 60_000, 10 * 60_000) })).toMatchObject({ action: 'block' });
    expect(decide({ history: ago(HOUR * 5, HOUR * 4, HOUR * 3, HOUR * 2) })).toMatchObject({ attempt: 1 });
  });

  it('knows only the history, so that a daemon that was started anew decides the same', () => {
    const history = ago(50 * 60_000, 30 * 60_000, 10 * 60_000);
    const stored = JSON.parse(JSON.stringify(history)) as RestartRecord[];
    expect(decide({ history: stored })).toEqual(decide({ history }));
  });

  it('counts what seems to be in the future, as after a clock that was set back', () => {
    expect(decide({ history: ago(-HOUR, -2 * HOUR, -24 * HOUR) })).toMatchObject({ action: 'block' });
  });

  it('does nothing about a stop that was asked for, whatever it ended with', () => {
    for (const exit of [crash, killed, { status: 0, signal: null, cause: 'exit status 0' }])
      expect(decide({ exit: { ...exit, wasRequested: true } })).toEqual({
        action: 'none',
        why: 'the stop was asked for',
      });
  });

  it('starts an agent again that ended well, but that nobody had asked to end', () => {
    expect(decide({ exit: { status: 0, signal: null, cause: 'exit status 0' } })).toMatchObject({
      action: 'restart',
    });
  });

  it('does not start an agent that is out of usage, also when it crashed too often', () => {
    const exit = { ...crash, isLimited: true };
    expect(decide({ exit })).toMatchObject({
      action: 'none',
      why: expect.stringContaining('usage limit') as string,
    });
    expect(decide({ exit, history: ago(1, 2, 3) })).toMatchObject({ action: 'none' });
  });

  it('never starts anything where no restart is allowed', () => {
    expect(decide({ policy: { ...defaults, restartsMax: 0 } })).toMatchObject({ action: 'block' });
  });
});

describe('futile restarts', () => {
  const led = (...outcomes: RestartRecord['outcome'][]): RestartRecord[] =>
    outcomes.map((outcome, index) => ({
      at: NOW - (outcomes.length - index) * 60_000,
      cause: crash.cause,
      outcome: outcome ?? null,
    }));

  it('block an agent earlier: twice in a row it ended of the same before it had worked', () => {
    expect(decide({ history: led('crashed', null) })).toEqual({
      action: 'block',
      because: 'futile',
      why: 'exit status 1; 2 times in a row a restart led to that and to no work',
    });
  });

  it('are judged by what came of them, and not by how long they lasted', () => {
    const policy = { ...defaults, futileMax: 1 };
    const slow = [{ at: NOW - 50 * 60_000, cause: crash.cause, outcome: 'crashed' as const }];
    expect(decide({ policy, history: slow })).toMatchObject({ because: 'futile' });
    const quick = [{ at: NOW - 10, cause: crash.cause, outcome: 'worked' as const }];
    expect(decide({ policy, history: quick })).toMatchObject({ action: 'restart' });
  });

  it('are found in a history of any order', () => {
    expect(decide({ history: led('crashed', null).reverse() })).toMatchObject({ because: 'futile' });
  });

  it('are only one so far', () => {
    expect(decide({ history: led('crashed') })).toMatchObject({ action: 'restart', attempt: 2 });
  });

  it('are counted anew once the agent has worked', () => {
    expect(decide({ history: led('crashed', 'worked') })).toMatchObject({ action: 'restart' });
    expect(decide({ history: led('worked', 'crashed') })).toMatchObject({ action: 'restart' });
  });

  it('are none when something else was the cause', () => {
    const [first, second] = led('crashed', 'crashed');
    const history = [{ ...first, cause: 'exit status 2' } as RestartRecord, second as RestartRecord];
    expect(decide({ history })).toMatchObject({ action: 'restart' });
    const exit = { ...crash, cause: 'exit status 7' };
    expect(decide({ history: led('crashed', 'crashed'), exit })).toMatchObject({ action: 'restart' });
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'])('are none when %s came from outside', (signal) => {
    const exit = { status: null, signal, cause: `signal ${signal}` };
    const history = led('crashed', 'crashed').map((record) => ({ ...record, cause: exit.cause }));
    expect(decide({ history, exit })).toMatchObject({ action: 'restart', attempt: 3 });
  });

  it('are some when the program itself crashed by a signal', () => {
    const exit = { status: null, signal: 'SIGSEGV', cause: 'signal SIGSEGV' };
    const history = led('crashed', 'crashed').map((record) => ({ ...record, cause: exit.cause }));
    expect(decide({ history, exit })).toMatchObject({ action: 'block', because: 'futile' });
  });
});

describe('decideRestart refuses', () => {
  it.each([
    ['a time that is none', { now: Number.NaN }],
    ['a negative time', { now: -1 }],
    ['randomness over 1', { randomness: 1.5 }],
    ['randomness that is none', { randomness: Number.NaN }],
    ['a damaged record, which would slip through the limit', { history: [{ at: Number.NaN, cause: 'x' }] }],
    ['a record with text for a time', { history: [{ at: '2030-01-02' as never, cause: 'x' }] }],
  ])('%s', (_what, input) => {
    expect(() => decide(input)).toThrow(
      expect.objectContaining({ code: 'ORC_SUPERVISOR_BAD_INPUT' }) as Error,
    );
  });
});

describe('any life of an agent', () => {
  const policies = fc
    .record({
      restartsMax: fc.integer({ min: 0, max: 6 }),
      windowMs: fc.integer({ min: 1_000, max: 2 * HOUR }),
      firstDelayMaxMs: fc.integer({ min: 0, max: 2_000 }),
      delayMs: fc.integer({ min: 0, max: 600_000 }),
      delayMaxMs: fc.integer({ min: 0, max: HOUR }),
      jitterRatio: fc.double({ min: 0, max: 1, noNaN: true }),
      futileMax: fc.integer({ min: 1, max: 5 }),
    })
    .map((input) => RestartPolicy.parse(input));
  const ratio = fc.double({ min: 0, max: 1, noNaN: true });
  const causes = fc.constantFrom('exit status 1', 'exit status 2', 'signal SIGSEGV');
  const runs = fc.array(
    fc.record({ ranMs: fc.integer({ min: 0, max: HOUR }), cause: causes, randomness: ratio }),
    {
      maxLength: 60,
    },
  );

  /** Lives one run after another; a blocked agent is started by hand, which is no restart. */
  function live(
    policy: RestartPolicy,
    life: readonly { ranMs: number; cause: string; randomness: number }[],
  ) {
    const history: RestartRecord[] = [];
    const exits: number[] = [];
    let started = NOW;
    for (const { ranMs, cause, randomness } of life) {
      const now = started + ranMs;
      const decision = decideRestart({
        history,
        exit: { status: 1, signal: null, cause },
        now,
        policy,
        randomness,
      });
      if (decision.action === 'restart') {
        history.push({ at: decision.at, cause });
        exits.push(now);
        started = decision.at;
      } else started = now;
    }
    return { history, exits };
  }

  it('never has more restarts in any window than are allowed', () => {
    fc.assert(
      fc.property(policies, runs, (policy, life) => {
        const { history } = live(policy, life);
        for (const { at: end } of history) {
          const inWindow = history.filter(({ at }) => at <= end && at >= end - policy.windowMs);
          expect(inWindow.length).toBeLessThanOrEqual(policy.restartsMax);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never starts before the exit, and the first time within two seconds', () => {
    fc.assert(
      fc.property(policies, runs, (policy, life) => {
        const { history, exits } = live(policy, life);
        for (const [index, { at }] of history.entries()) {
          const exit = exits[index] ?? 0;
          const isFirst = history.slice(0, index).every((earlier) => earlier.at < exit - policy.windowMs);
          expect(at - exit).toBeGreaterThanOrEqual(0);
          expect(at - exit).toBeLessThanOrEqual(isFirst ? 2_000 : policy.delayMaxMs);
        }
      }),
    );
  });

  it('waits at least as long before a later attempt, whatever the jitter', () => {
    fc.assert(
      fc.property(policies, ratio, ratio, fc.integer({ min: 0, max: 20 }), (policy, one, other, restarts) => {
        const wide = { ...policy, restartsMax: 100, futileMax: 100 };
        const delay = (count: number, randomness: number) => {
          const history = Array.from({ length: count }, () => ({ at: NOW, cause: 'other' }));
          const decision = decide({ history, policy: wide, randomness });
          return decision.action === 'restart' ? decision.at - NOW : Number.NaN;
        };
        expect(delay(restarts, one)).toBeLessThanOrEqual(delay(restarts + 1, other));
      }),
    );
  });

  it('is decided the same whatever the order of the history, and what is long ago', () => {
    fc.assert(
      fc.property(
        policies,
        fc.array(fc.record({ at: fc.integer({ min: NOW - 3 * HOUR, max: NOW }), cause: causes })),
        fc.array(fc.record({ at: fc.integer({ min: 0, max: NOW - 3 * HOUR }), cause: causes })),
        (policy, history, old) => {
          const decision = decide({ history, policy });
          const sorted = [...history].sort((one, other) => other.at - one.at);
          // Records of the same millisecond have no order that could matter less than their causes.
          fc.pre(new Set(history.map(({ at }) => at)).size === history.length);
          expect(decide({ history: [...old, ...sorted], policy })).toEqual(decision);
        },
      ),
    );
  });

  it('gets a restart later, or none, when there were more restarts before', () => {
    fc.assert(
      fc.property(
        policies,
        fc.array(fc.record({ at: fc.integer({ min: NOW - HOUR, max: NOW }), cause: causes })),
        fc.integer({ min: NOW - HOUR, max: NOW }),
        (policy, history, at) => {
          const timeOf = (records: readonly RestartRecord[]) => {
            const decision = decide({ history: records, policy, exit: killed });
            return decision.action === 'restart' ? decision.at : Number.POSITIVE_INFINITY;
          };
          expect(timeOf([...history, { at, cause: 'more' }])).toBeGreaterThanOrEqual(timeOf(history));
        },
      ),
    );
  });
});

describe('RestartPolicy', () => {
  it('has the numbers that are promised', () => {
    expect(defaults).toEqual({
      restartsMax: 3,
      windowMs: HOUR,
      firstDelayMaxMs: 500,
      delayMs: 10_000,
      delayMaxMs: 600_000,
      jitterRatio: 0.25,
      futileMax: 2,
    });
  });

  it.each([
    [{ firstDelayMaxMs: 2_001 }],
    [{ restartsMax: -1 }],
    [{ jitterRatio: 1.1 }],
    [{ windowMs: 0 }],
    [{ futileMax: 0 }],
    [{ restartMax: 3 }],
  ])('refuses %j', (input) => {
    expect(RestartPolicy.safeParse(input).success).toBe(false);
  });
});
