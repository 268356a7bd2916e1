import { describe, expect, it } from 'vitest';
import { makeFleet, T0 } from '../fixtures/fleet.ts';
import { observe } from './observe.ts';
import { advance } from './progress.ts';
import { parseState } from './state.ts';

describe('the state', () => {
  it('is empty when nothing was kept, and refused when something else was', () => {
    expect(parseState(undefined).episodes).toEqual([]);
    expect(() => parseState({ version: 9 })).toThrow(
      expect.objectContaining({ code: 'ORC_CREDITS_BAD_STATE' }) as Error,
    );
  });

  it('is read as well when it was kept before a person could ask for a try', () => {
    const fleet = makeFleet(['a']);
    fleet.signal('a', { resetsAt: T0 + 1_000 });
    const kept = structuredClone(fleet.state) as { episodes: { isAsked?: boolean }[] };
    for (const episode of kept.episodes) delete episode.isAsked;
    expect(parseState(kept)).toEqual(fleet.state);
  });

  it('is never changed by a step: a new one is given', () => {
    const fleet = makeFleet(['a']);
    const before = fleet.state;
    const kept = JSON.stringify(before);
    fleet.signal('a', { resetsAt: T0 + 1_000 });
    expect(JSON.stringify(before)).toBe(kept);
  });

  it('does not take a time that is none', () => {
    const fleet = makeFleet(['a']);
    const bad = expect.objectContaining({ code: 'ORC_CREDITS_BAD_TIME' }) as Error;
    expect(() => advance(fleet.state, { ...fleet.context(), now: NaN })).toThrow(bad);
    const agent = fleet.agents[0]!;
    const signal = {
      at: -1,
      source: 'screen',
      status: 'ok',
      window: null,
      usedPercent: null,
      resetsAt: null,
      isVague: false,
    } as const;
    expect(() => observe(fleet.state, { agent, signal }, fleet.context())).toThrow(bad);
  });
});
