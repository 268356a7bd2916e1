import { describe, expect, it } from 'vitest';
import { hours, makeFleet, minutes, T0 } from '../fixtures/fleet.ts';
import { forget, resumeNow } from './progress.ts';
import { pressureOf, holdsOf } from './views.ts';

const RESET = T0 + hours(3);

describe('a limit', () => {
  it('holds every agent of the account and nobody else, and is told once', () => {
    const fleet = makeFleet(['a', 'b', 'c'], { accounts: { c: 'other' } });
    fleet.signal('a', { resetsAt: RESET });
    fleet.signal('a', { resetsAt: RESET - 40_000, source: 'stop-failure', at: T0 + 50 });
    fleet.run(minutes(5));
    expect(fleet.held()).toEqual(['a', 'b']);
    expect(fleet.told()).toEqual(['limited']);
    expect(holdsOf(fleet.state).get('b')).toMatchObject({
      ...{ endsAt: RESET, isEstimate: false, isOwn: false, resumesAt: RESET + minutes(2) },
    });
  });

  it('ends two minutes after its reset with one agent, and the others follow when that was answered', () => {
    const fleet = makeFleet(['a', 'b', 'c']);
    fleet.signal('b', { resetsAt: RESET });
    fleet.signal('a', { resetsAt: RESET, at: T0 + 5 });
    fleet.run(hours(3) + minutes(2) - 1_000);
    expect(fleet.continues()).toEqual([]);
    fleet.run(1_000);
    expect(fleet.continues()).toEqual(['b']);
    expect(fleet.held()).toEqual(['a', 'c']);
    fleet.run(minutes(1));
    expect(fleet.held()).toEqual(['a', 'c']);
    fleet.answer('b');
    fleet.run(1_000);
    expect(fleet.held()).toEqual(['c']);
    fleet.run(minutes(1));
    expect(fleet.held()).toEqual([]);
    // Who was not stopped in the middle of anything has nothing to go on with; its mail is enough.
    expect(fleet.continues()).toEqual(['b', 'a']);
    expect(fleet.events().filter((name) => name === 'credits.resumed')).toHaveLength(1);
    expect(fleet.state.history).toMatchObject([{ windows: ['five_hour'], rounds: 1 }]);
  });

  it('is not told to go on when the client itself has begun again', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('a', { resetsAt: RESET });
    fleet.signal('b', { resetsAt: RESET });
    fleet.run(hours(3) + 80_000);
    fleet.begin('a');
    fleet.answer('a', fleet.now + 1);
    fleet.run(minutes(3));
    expect(fleet.continues()).toEqual(['b']);
    expect(fleet.held()).toEqual([]);
  });

  it('lets the others go on no sooner than two minutes after the reset', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(hours(3) + 80_000);
    fleet.answer('a');
    expect(fleet.held()).toEqual(['b']);
    fleet.run(39_000);
    expect(fleet.held()).toEqual(['b']);
    fleet.run(1_000);
    expect(fleet.held()).toEqual([]);
  });

  it('that moves when it has passed is waited for again, and said once for each end', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(hours(3) + minutes(2));
    const later = RESET + hours(5);
    fleet.run(2_000);
    fleet.signal('a', { resetsAt: later });
    expect(fleet.held()).toEqual(['a', 'b']);
    fleet.run(hours(4));
    expect(fleet.continues()).toEqual(['a']);
    fleet.run(hours(1));
    expect(fleet.continues()).toEqual(['a', 'a']);
    fleet.answer('a');
    fleet.run(minutes(1));
    expect(fleet.held()).toEqual([]);
    expect(fleet.told()).toEqual(['limited']);
    expect(fleet.events()).toContain('credits.reset_moved');
    expect(fleet.state.history).toMatchObject([{ rounds: 2, resetsAt: later }]);
  });

  it('that holds on without a later end is tried again at growing distances', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', { resetsAt: RESET });
    const tries: number[] = [];
    for (let step = 0; step < hours(9) / 1_000; step += 1) {
      const before = fleet.continues().length;
      fleet.run(1_000);
      if (fleet.continues().length === before) continue;
      tries.push(fleet.now - RESET);
      fleet.now += 500;
      fleet.signal('a', { resetsAt: RESET });
    }
    const waits = tries.slice(1).map((at, index) => Math.round((at - (tries[index] ?? 0)) / minutes(1)));
    expect(tries[0]).toBe(minutes(2));
    expect(waits.slice(0, 5)).toEqual([5, 10, 20, 40, 60]);
  });

  it('asks the next agent when the first one says nothing, and says so once when nobody does', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(hours(3) + minutes(2));
    expect(fleet.held()).toEqual(['b']);
    fleet.run(minutes(10));
    expect(fleet.held()).toEqual(['a']);
    fleet.run(minutes(11));
    expect(fleet.held()).toEqual(['a', 'b']);
    fleet.run(hours(6));
    expect(fleet.told()).toEqual(['limited', 'stuck']);
  });

  it('waits for the later of two ends, and for a third that comes on top', () => {
    const fleet = makeFleet(['a', 'b']);
    const week = T0 + hours(60);
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(minutes(1));
    fleet.signal('b', { window: 'seven_day', resetsAt: week });
    fleet.run(hours(59));
    expect(fleet.held()).toEqual(['a', 'b']);
    expect(fleet.continues()).toEqual([]);
    fleet.run(hours(1) + minutes(2));
    expect(fleet.continues()).toEqual(['a']);
  });

  it('that holds everybody together with another one ends with the later of them, and each is told once', () => {
    const fleet = makeFleet(['a', 'b']);
    for (const index of [0, 1]) fleet.agents[index] = { ...fleet.agents[index]!, model: 'claude-opus-5-5' };
    fleet.signal('a', { resetsAt: RESET });
    fleet.signal('b', { resetsAt: RESET });
    fleet.run(1_000);
    fleet.signal('a', { window: 'seven_day_opus', resetsAt: RESET + hours(1) });
    fleet.run(hours(3) + minutes(5));
    expect(fleet.continues()).toEqual([]);
    fleet.run(hours(1));
    expect(fleet.continues()).toEqual(['a']);
    fleet.answer('a');
    fleet.run(minutes(1));
    expect(fleet.continues()).toEqual(['a', 'b']);
    expect(fleet.held()).toEqual([]);
  });

  it('of a model holds the agents of that model only', () => {
    const fleet = makeFleet(['a', 'b', 'c']);
    fleet.agents[0] = { ...fleet.agents[0]!, model: 'claude-opus-5-5' };
    fleet.agents[1] = { ...fleet.agents[1]!, model: 'claude-sonnet-5-5' };
    fleet.signal('a', { window: 'seven_day_opus', resetsAt: RESET });
    fleet.run(1_000);
    expect(fleet.held()).toEqual(['a']);
  });

  it('without an end is estimated and said to be: from the last reset, or a whole window', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', { source: 'stop-failure', window: null });
    expect(holdsOf(fleet.state).get('a')).toMatchObject({
      endsAt: T0 + hours(5),
      isEstimate: true,
      source: 'estimate',
    });
    const known = makeFleet(['a']);
    const last = { at: T0 - hours(2), usedPercent: 40, resetsAt: T0 - hours(1) };
    known.signal('a', { source: 'status-line', status: 'ok', ...last });
    known.signal('a', { source: 'stop-failure' });
    expect(holdsOf(known.state).get('a')).toMatchObject({ endsAt: T0 + hours(4), isEstimate: true });
  });

  it('without an end takes the one that was said before, when that is still to come', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', { source: 'status-line', status: 'ok', usedPercent: 40, resetsAt: RESET });
    fleet.signal('a', { source: 'stop-failure' });
    expect(holdsOf(fleet.state).get('a')).toMatchObject({
      endsAt: RESET,
      isEstimate: false,
      source: 'status-line',
    });
  });

  it('of a kind without a length has no end at all, and is tried after a while', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', { window: 'overage' });
    expect(holdsOf(fleet.state).get('a')).toMatchObject({
      endsAt: null,
      isEstimate: true,
      resumesAt: T0 + hours(1),
    });
  });

  it('is corrected by whoever is trusted more, and not by whoever is trusted less', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', { source: 'stop-failure', resetsAt: RESET + minutes(1) });
    fleet.signal('a', { source: 'transcript', resetsAt: RESET });
    fleet.signal('a', { source: 'stop-failure', resetsAt: RESET + minutes(1), at: T0 + 9 });
    expect(holdsOf(fleet.state).get('a')).toMatchObject({ endsAt: RESET, source: 'transcript' });
  });

  it('is corrected by a transcript that is read after its hook, though it was written before', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', { resetsAt: RESET - 40_000, source: 'stop-failure', at: T0 + 50 });
    fleet.signal('a', { resetsAt: RESET, source: 'transcript', at: T0 + 20 });
    fleet.run(1_000);
    expect(holdsOf(fleet.state).get('a')).toMatchObject({ endsAt: RESET, source: 'transcript' });
    expect(fleet.told()).toEqual(['limited']);
  });

  it('is not begun again by a transcript that is read again, or by a notice from before the answer', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(minutes(1));
    fleet.answer('a');
    fleet.run(minutes(1));
    fleet.signal('a', { resetsAt: RESET, at: T0 });
    fleet.signal('a', { resetsAt: RESET, at: T0 + 4, source: 'stop-failure' });
    expect(fleet.held()).toEqual([]);
    expect(fleet.state.episodes).toEqual([]);
  });

  it('is not disproved by an answer that was on its way to another agent', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(minutes(2));
    fleet.answer('b');
    expect(fleet.held()).toEqual(['a', 'b']);
    fleet.run(minutes(9));
    fleet.answer('b');
    fleet.run(minutes(1));
    expect(fleet.held()).toEqual([]);
  });

  it('is over at once when somebody pays and an agent is answered before the reset', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(minutes(30));
    fleet.answer('a');
    fleet.run(2_000);
    expect(fleet.held()).toEqual([]);
    // The number still says 100, and means nothing any more.
    fleet.signal('a', { source: 'status-line', resetsAt: RESET });
    expect(fleet.held()).toEqual([]);
  });

  it('that only a number tells of has stopped nobody, so that nobody has to go on', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('a', { source: 'status-line', resetsAt: RESET });
    fleet.signal('b', { resetsAt: RESET });
    fleet.run(hours(3) + minutes(2));
    expect(fleet.continues()).toEqual(['b']);
    fleet.answer('b');
    fleet.run(minutes(1));
    expect(fleet.continues()).toEqual(['b']);
  });

  it('is over when a status line tells of the next window', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('a', { source: 'status-line', resetsAt: RESET });
    fleet.run(hours(3) + 30_000);
    fleet.signal('b', { source: 'status-line', status: 'ok', usedPercent: 97, resetsAt: RESET });
    expect(fleet.held()).toEqual(['a', 'b']);
    fleet.signal('b', { source: 'status-line', status: 'ok', usedPercent: 1, resetsAt: RESET + hours(5) });
    fleet.run(minutes(3));
    expect(fleet.held()).toEqual([]);
  });

  it('is gone on from after a start in which its end was slept through', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(minutes(1));
    fleet.now = RESET + hours(9);
    fleet.run(1_000);
    expect(fleet.continues()).toEqual(['a']);
    fleet.answer('a');
    fleet.run(minutes(1));
    expect(fleet.held()).toEqual([]);
    expect(fleet.continues()).toEqual(['a']);
  });

  it('holds agents that start meanwhile, and forgets those that end', () => {
    const fleet = makeFleet(['a', 'b', 'c']);
    fleet.agents[2] = { ...fleet.agents[2]!, isRunning: false };
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(1_000);
    expect(fleet.held()).toEqual(['a', 'b']);
    fleet.agents[2] = { ...fleet.agents[2], isRunning: true };
    fleet.agents[0] = { ...fleet.agents[0]!, isRunning: false };
    fleet.run(1_000);
    expect(fleet.held()).toEqual(['b', 'c']);
  });

  it('waits for somebody when nothing may go on by itself', () => {
    const fleet = makeFleet(['a'], { policy: { autoResume: false } });
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(hours(6));
    expect(fleet.continues()).toEqual([]);
    expect(fleet.told()).toEqual(['limited', 'due']);
  });
});

describe('a person', () => {
  it('has a limit tried at once', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', { resetsAt: RESET });
    fleet.take({ state: resumeNow(fleet.state, 'claude', fleet.context()), effects: [] });
    fleet.run(1_000);
    expect(fleet.continues()).toEqual(['a']);
  });

  it('has a limit tried once, and all go on when it is over, though nobody may go on by itself', () => {
    const fleet = makeFleet(['a', 'b'], { policy: { autoResume: false } });
    const resume = () =>
      fleet.take({ state: resumeNow(fleet.state, 'claude', fleet.context()), effects: [] });
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(hours(4));
    resume();
    fleet.run(1_000);
    expect(fleet.continues()).toEqual(['a']);
    // It was not over: the next end is waited for, and said to have come, and nobody tries by itself.
    fleet.signal('a', { resetsAt: RESET + hours(5) });
    fleet.run(hours(6));
    expect(fleet.continues()).toEqual(['a']);
    expect(fleet.told()).toEqual(['limited', 'due', 'due']);
    resume();
    fleet.run(1_000);
    fleet.answer('a');
    fleet.run(minutes(1));
    expect(fleet.continues()).toEqual(['a', 'a']);
    expect(fleet.held()).toEqual([]);
  });

  it('is told again that it would be time when nobody was answered, and not that it is tried again', () => {
    const fleet = makeFleet(['a'], { policy: { autoResume: false } });
    fleet.signal('a', { resetsAt: RESET });
    fleet.run(hours(4));
    fleet.take({ state: resumeNow(fleet.state, 'claude', fleet.context()), effects: [] });
    fleet.run(hours(3));
    expect(fleet.continues()).toEqual(['a']);
    expect(fleet.told()).toEqual(['limited', 'due', 'due']);
    expect(fleet.held()).toEqual(['a']);
  });

  it('has an account forgotten, and it stays forgotten', () => {
    const fleet = makeFleet(['a', 'b'], { accounts: { b: 'other' } });
    fleet.signal('a', { resetsAt: RESET });
    fleet.signal('b', { resetsAt: RESET });
    fleet.take({ state: forget(fleet.state, 'claude'), effects: [] });
    fleet.signal('a', { resetsAt: RESET, at: T0 });
    expect(fleet.held()).toEqual(['b']);
  });
});

describe('requests that come too fast', () => {
  it('rest one agent for a while, longer each time, and hold nobody else', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('a', { status: 'throttled', window: null });
    fleet.signal('a', { status: 'throttled', window: null, at: T0 + 3 });
    fleet.run(1_000);
    expect(fleet.held()).toEqual(['a']);
    fleet.run(minutes(2));
    expect(fleet.continues()).toEqual(['a']);
    fleet.signal('a', { status: 'throttled', window: null });
    fleet.run(minutes(3));
    expect(fleet.held()).toEqual(['a']);
    fleet.run(minutes(1));
    expect(fleet.held()).toEqual([]);
    expect(fleet.told()).toEqual([]);
  });
});

describe('a warning', () => {
  it('is an event, once for each window, and holds nobody', () => {
    const fleet = makeFleet(['a']);
    for (const usedPercent of [91, 92, 93])
      fleet.signal('a', { source: 'status-line', status: 'warning', usedPercent, resetsAt: RESET });
    fleet.run(1_000);
    expect(fleet.held()).toEqual([]);
    expect(fleet.events()).toEqual(['credits.warned']);
    expect(pressureOf(fleet.state, 'claude', fleet.now)).toBe(0.5);
  });
});

describe('the pressure', () => {
  it('grows when a window will be used up long before its reset, and is 1 while limited', () => {
    const fleet = makeFleet(['a']);
    for (let step = 0; step <= 10; step += 1) {
      const usedPercent = step * 5;
      fleet.signal('a', { source: 'status-line', status: 'ok', usedPercent, resetsAt: T0 + hours(5) });
      fleet.now += minutes(6);
    }
    // 50 % in an hour: used up in another one, and then three more to wait.
    expect(pressureOf(fleet.state, 'claude', fleet.now)).toBeGreaterThan(0.8);
    fleet.signal('a', { resetsAt: T0 + hours(5) });
    expect(pressureOf(fleet.state, 'claude', fleet.now)).toBe(1);
    expect(pressureOf(fleet.state, 'other', fleet.now)).toBe(0);
  });
});
