import { describe, expect, it } from 'vitest';
import { alive, check, derive, died, hook, launchedAt, limit, record, screen, t } from '../fixtures/facts.ts';
import { deriveState } from './state.ts';

describe('what is wanted of an agent', () => {
  it('is ended when it was ended, whatever is seen of it', () => {
    expect(derive([alive(1), hook('prompt.submitted', 2)], 3, { desired: 'ended' })).toEqual({
      state: 'ended',
      why: 'it was ended',
      source: 'operator',
      since: null,
      confidence: 'high',
    });
  });

  it('is stopped when it was stopped, and says so while its process still runs', () => {
    expect(derive([died(1)], 3, { desired: 'stopped' })).toMatchObject({
      state: 'stopped',
      confidence: 'high',
    });
    expect(derive([], 3, { desired: 'stopped' })).toMatchObject({ state: 'stopped', confidence: 'high' });
    expect(derive([alive(1)], 3, { desired: 'stopped' })).toMatchObject({
      state: 'stopped',
      confidence: 'low',
      source: 'process',
    });
  });

  it('is starting before its first launch', () => {
    expect(derive([], 3, { launchedAt: null })).toMatchObject({ state: 'starting', since: null });
  });
});

describe('starting', () => {
  check([
    ['begins with the launch', [alive(1)], { state: 'starting', since: launchedAt, confidence: 'high' }, 60],
    [
      'turns into not knowing when nothing comes for two minutes, and never into a crash',
      [alive(1)],
      { state: 'unknown', confidence: 'low' },
      600,
    ],
    [
      'is not shortened by an idle-looking screen alone',
      [alive(1), screen(50, {})],
      { state: 'starting' },
      60,
    ],
    [
      'goes on while the client calls itself idle before it has read its first prompt',
      [record('idle', 3, 2)],
      { state: 'starting', source: 'session-record' },
      4,
    ],
    [
      'goes on for a moment after the first hook',
      [record('idle', 3, 2), hook('session.started', 3, { source: 'resume' })],
      { state: 'starting', source: 'hook' },
      4,
    ],
    [
      'does not come back after /clear',
      [hook('session.started', 3, { source: 'clear' })],
      { state: 'idle', source: 'hook' },
      4,
    ],
    [
      'is over at once when the first turn runs',
      [hook('session.started', 3, { source: 'startup' }), record('busy', 3.5, 3.4)],
      { state: 'working' },
      4,
    ],
    [
      'ends with the first hook',
      [hook('session.started', 5, { source: 'startup' })],
      { state: 'idle', source: 'hook', since: t(5) },
    ],
    [
      "ends with the client's own record",
      [record('idle', 6, 5)],
      { state: 'idle', source: 'session-record', since: t(5) },
    ],
    [
      'gives way to a turn that only the screen shows, with low confidence',
      [screen(5, { isBusy: true })],
      { state: 'working', source: 'screen', confidence: 'low' },
    ],
    [
      'is not disturbed by facts of the launch before',
      [hook('prompt.submitted', -5), record('busy', -4, -5), died(-1), screen(-1, { dialog: 'trust' })],
      { state: 'starting' },
      5,
    ],
  ]);
});

describe('a clock that was set back by an hour', () => {
  const ahead = 3_600;
  const launched = { launchedAt: t(ahead) };

  it('does not keep an agent starting that was launched before', () => {
    const stale = [alive(ahead), hook('session.started', ahead + 2, { source: 'startup' })];
    const facts = [...stale, hook('prompt.submitted', 10), hook('turn.stopped', 20)];
    expect(derive(facts, 30, launched)).toMatchObject({ state: 'idle', since: t(20) });
    expect(derive([...stale, record('idle', 29, ahead + 9)], 30, launched)).toMatchObject({
      state: 'idle',
      source: 'session-record',
    });
  });

  it('leaves nothing from before it in front of what came after', () => {
    const facts = [alive(1), hook('turn.stopped', ahead), hook('prompt.submitted', 20)];
    expect(derive(facts, 30)).toMatchObject({ state: 'working', since: t(20) });
    expect(derive([hook('prompt.submitted', ahead), record('idle', 29, 25)], 30).state).toBe('idle');
  });

  it('does not make an agent forget what it did, where nothing else is known', () => {
    expect(derive([alive(ahead), hook('turn.stopped', ahead + 9)], 30, launched).state).toBe('idle');
  });

  it('is said of an agent that nothing was heard of', () => {
    expect(derive([alive(ahead)], 30, launched)).toMatchObject({
      state: 'unknown',
      why: 'its process runs, and nothing was heard of it since the clock was set back',
    });
  });

  it('is not seen in a clock that is set a little', () => {
    expect(derive([alive(60)], 0, { launchedAt: t(60) }).state).toBe('starting');
  });
});

describe('a dead process', () => {
  check([
    [
      'is a crash, with its exit code',
      [hook('prompt.submitted', 1), died(5, { exitCode: 1 })],
      { state: 'crashed', why: 'its process ended with exit code 1', source: 'process', since: t(5) },
    ],
    [
      'is a crash, with its signal',
      [died(5, { signal: 'SIGKILL' })],
      { state: 'crashed', why: 'its process was killed by SIGKILL' },
    ],
    ['is a crash when nobody knows how it went', [died(5)], { state: 'crashed', why: 'its process is gone' }],
    [
      'outweighs everything that was said since',
      [died(5), record('busy', 6, 6), hook('tool.finished', 7), limit(8)],
      { state: 'crashed' },
    ],
    [
      'is a block that needs a person once its restarts were given up',
      [
        died(5, { exitCode: 1 }),
        { kind: 'supervision.blocked', source: 'process', value: { why: 'too many' }, at: t(6) },
      ],
      {
        state: 'blocked',
        needs: 'you',
        why: 'its process ended with exit code 1 and is not started again: too many',
      },
    ],
    ['outweighs a limit', [limit(1), died(5, { exitCode: 1 })], { state: 'crashed' }],
    [
      'is no crash when somebody ended it in its own terminal',
      [hook('session.ended', 4, { reason: 'prompt_input_exit' }), died(5, { exitCode: 0 })],
      { state: 'stopped', source: 'process' },
    ],
    [
      'is a crash when the session was ended from outside',
      [hook('session.ended', 4, { reason: 'other' }), died(5, { exitCode: 0 })],
      { state: 'crashed' },
    ],
    [
      'is a crash when it did not end well, whoever ended it',
      [hook('session.ended', 4, { reason: 'prompt_input_exit' }), died(5, { exitCode: 139 })],
      { state: 'crashed' },
    ],
    [
      'is a crash although an earlier session was ended by somebody',
      [hook('session.ended', -9, { reason: 'prompt_input_exit' }), died(5, { exitCode: 0 })],
      { state: 'crashed' },
    ],
    [
      'is not yet one when only the session has ended',
      [hook('session.ended', 4, { reason: 'other' }), alive(1)],
      { state: 'unknown', confidence: 'low' },
    ],
  ]);
});

describe('silence', () => {
  const hours = 3_600;
  check([
    [
      'never ends a turn, and makes it less certain',
      [hook('prompt.submitted', 5), alive(1)],
      {
        state: 'working',
        confidence: 'low',
        since: t(5),
        why: 'it was given a prompt; nothing was heard of it for 119 min',
      },
      2 * hours,
    ],
    [
      'of nine minutes is nothing',
      [hook('prompt.submitted', 5)],
      { state: 'working', confidence: 'high' },
      540,
    ],
    [
      'of the hooks does not matter while the record is read',
      [hook('prompt.submitted', 5), record('busy', 2 * hours, 5)],
      { state: 'working', confidence: 'high' },
      2 * hours,
    ],
    [
      'of an idle agent is what idle means',
      [hook('turn.stopped', 5)],
      { state: 'idle', confidence: 'high' },
      2 * hours,
    ],
    [
      'since the last look at the record makes it less certain',
      [record('busy', 10, 5)],
      { state: 'working', confidence: 'low' },
      2 * hours,
    ],
    ['of a client that never said anything is not knowing', [alive(1)], { state: 'unknown' }, 2 * hours],
  ]);
});

describe('facts of any shape', () => {
  it.each([
    [null],
    [undefined],
    ['text'],
    [7],
    [[]],
    [{}],
    [{ status: 7, isAlive: 'yes', dialog: 5, isHeld: true, since: 'soon', error: {} }],
  ])('do not trip it: %j', (value) => {
    const kinds = [
      'process',
      'session-record',
      'screen',
      'limit',
      'turn.failed',
      'turn.stopped',
      'session.started',
      'notified',
      'brand-new',
    ];
    for (const kind of kinds) {
      for (const source of ['hook', 'process', 'transcript', 'session-record', 'screen', 'credits']) {
        expect(() => derive([{ kind, source, value, at: t(5) }])).not.toThrow();
      }
    }
  });

  it('never make a living agent crash, whatever is true of it', () => {
    const kinds = [
      'prompt.submitted',
      'turn.stopped',
      'turn.failed',
      'session.ended',
      'permission.asked',
      'notified',
    ];
    for (const kind of kinds) {
      for (const seconds of [1, 60, 600, 86_400]) {
        expect(derive([alive(0), hook(kind, 1)], seconds).state).not.toBe('crashed');
      }
    }
  });

  it('are read within a fraction of a millisecond', () => {
    const facts = [
      alive(1),
      hook('prompt.submitted', 5),
      hook('tool.finished', 6),
      hook('turn.stopped', 7),
      record('idle', 9, 8),
      limit(2),
      screen(9, {}),
    ];
    const began = performance.now();
    for (let n = 0; n < 2_000; n += 1)
      deriveState({ facts, agent: { desired: 'running', launchedAt }, now: t(100) + n * 60_000 });
    expect((performance.now() - began) / 2_000).toBeLessThan(1);
  });
});
