import { describe, expect, it } from 'vitest';
import { hours, makeFleet, minutes, T0 } from '../fixtures/fleet.ts';

const RESET = T0 + hours(3);
const stale = { source: 'status-line', resetsAt: RESET } as const;

/** Two agents that were refused, shortly after the announced end: one is asked whether it is over. */
function makeRejected() {
  const fleet = makeFleet(['a', 'b']);
  fleet.signal('a', { resetsAt: RESET });
  fleet.signal('b', { resetsAt: RESET, at: T0 + 5 });
  fleet.signal('a', stale);
  fleet.signal('b', stale);
  fleet.run(hours(3) + minutes(2));
  return fleet;
}

describe('a status line that still shows the window before', () => {
  it('does not begin a limit again while one agent is asked whether it is over', () => {
    const fleet = makeRejected();
    fleet.signal('a', stale);
    fleet.signal('b', stale);
    expect(fleet.state.episodes).toMatchObject([{ phase: 'verifying', round: 1, failures: 0 }]);
  });

  it('does not stop the agents that follow one by one', () => {
    const fleet = makeRejected();
    fleet.run(5_000);
    fleet.answer('a');
    fleet.signal('b', stale);
    expect(fleet.state.episodes).toMatchObject([{ phase: 'resuming', round: 1 }]);
    fleet.run(minutes(1));
    expect(fleet.continues()).toEqual(['a', 'b']);
  });

  it('is no new limit with an end that has passed when all go on', () => {
    const fleet = makeRejected();
    fleet.run(5_000);
    fleet.answer('a');
    fleet.run(minutes(1));
    expect(fleet.state.episodes).toEqual([]);
    fleet.signal('b', stale);
    fleet.run(minutes(30));
    expect(fleet.held()).toEqual([]);
    expect(fleet.events().filter((name) => name === 'credits.limited')).toHaveLength(1);
    expect(fleet.told()).toEqual(['limited']);
    expect(fleet.continues()).toEqual(['a', 'b']);
  });

  it('is no limit when the known window was begun anew before the end of that one', () => {
    const fleet = makeFleet(['a', 'b']);
    fleet.signal('b', stale);
    fleet.run(hours(1));
    const next = RESET + hours(5);
    fleet.signal('a', { source: 'status-line', status: 'ok', usedPercent: 1, resetsAt: next });
    fleet.run(minutes(5));
    expect(fleet.held()).toEqual([]);
    fleet.signal('b', stale);
    expect(fleet.held()).toEqual([]);
    expect(fleet.state.readings['claude']?.['five_hour']).toMatchObject({ resetsAt: next, usedPercent: 1 });
  });

  it('is no reading either: what is known stays as it is', () => {
    const fleet = makeFleet(['a', 'b']);
    const next = { source: 'status-line', status: 'ok', usedPercent: 40, resetsAt: RESET } as const;
    fleet.signal('a', next);
    const { readings, samples } = fleet.state;
    fleet.run(minutes(1));
    fleet.signal('b', { ...next, usedPercent: 80, resetsAt: RESET - hours(1) });
    fleet.signal('b', { ...next, window: 'seven_day', status: 'warning', usedPercent: 95, resetsAt: T0 });
    expect([fleet.state.readings, fleet.state.samples]).toEqual([readings, samples]);
    expect(fleet.events()).toEqual([]);
  });
});

describe('a status line of the window that is known', () => {
  it('is believed though it says the end some seconds earlier', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', { source: 'status-line', status: 'ok', usedPercent: 99, resetsAt: RESET });
    fleet.signal('a', { source: 'status-line', resetsAt: RESET - 40_000 });
    expect(fleet.held()).toEqual(['a']);
  });

  it('is believed against an end that was read from a text', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', {
      source: 'stop-failure',
      status: 'warning',
      usedPercent: 93,
      resetsAt: RESET + hours(1),
    });
    fleet.signal('a', stale);
    expect(fleet.state.readings['claude']?.['five_hour']).toMatchObject({
      ...{ usedPercent: 100, resetsAt: RESET, resetSource: 'status-line' },
    });
  });
});
