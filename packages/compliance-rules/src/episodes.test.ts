import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, type Episode, type Step } from './episodes.ts';

const MINUTE = 60_000;
const T0 = Date.UTC(2030, 0, 2, 12);
const state = { cooldownMs: 30 * MINUTE, settleMs: MINUTE, escalate: null, looks: true };
const single = { ...state, looks: false };
const violated: Step = { type: 'violated', verdict: { severity: 'low' } };
const kept: Step = { type: 'kept' };
const tick: Step = { type: 'tick' };

/** Plays steps at minutes and gives the news with the last episode. */
function play(
  policy: Parameters<typeof advance>[2],
  ...steps: readonly (readonly [minute: number, step: Step])[]
) {
  let episode: Episode | undefined;
  const news = steps.map(([minute, step]) => {
    const next = advance(episode, step, policy, T0 + minute * MINUTE);
    episode = next.episode;
    return next.news;
  });
  return { news, episode };
}

describe('an episode of a state', () => {
  it('is opened once, however often it is looked at', () => {
    const { news, episode } = play(state, [0, violated], [1, violated], [2, violated]);
    expect(news).toEqual(['opened', null, null]);
    expect(episode).toMatchObject({ state: 'open', count: 1, firstAt: T0, lastAt: T0 + 2 * MINUTE });
  });

  it('ends when the fact was gone for the settling time, and not before', () => {
    const { news, episode } = play(state, [0, violated], [5, kept], [5.5, kept], [6, tick]);
    expect(news).toEqual(['opened', null, null, 'resolved']);
    expect(episode).toMatchObject({ state: 'resolved', resolvedBy: 'gone', resolvedAt: T0 + 6 * MINUTE });
  });

  it('goes on when the fact comes back while it settles', () => {
    const { news, episode } = play(state, [0, violated], [5, kept], [5.5, violated], [7, tick]);
    expect(news).toEqual(['opened', null, null, null]);
    expect(episode).toMatchObject({ state: 'open', count: 2, goneSince: null });
  });

  it('is the same one when it comes back within the cooldown, and a new one later', () => {
    const steps = [
      [0, violated],
      [1, kept],
      [2, kept],
    ] as const;
    expect(play(state, ...steps, [20, violated]).news.at(-1)).toBe('reopened');
    expect(play(state, ...steps, [40, violated]).news.at(-1)).toBe('opened');
  });

  it('that a person resolved stays so while the fact goes on, until the cooldown is over', () => {
    const first = advance(undefined, violated, state, T0).episode as Episode;
    const resolved: Episode = { ...first, state: 'resolved', resolvedAt: T0, resolvedBy: 'user' };
    expect(advance(resolved, violated, state, T0 + 29 * MINUTE)).toEqual({ episode: resolved, news: null });
    expect(advance(resolved, violated, state, T0 + 30 * MINUTE).news).toBe('opened');
  });

  it('escalates once when it is open for too long', () => {
    const policy = { ...state, escalate: { afterMs: 10 * MINUTE, to: 'high' as const } };
    const { news, episode } = play(policy, [0, violated], [9, tick], [10, tick], [20, violated], [30, tick]);
    expect(news).toEqual(['opened', null, 'escalated', null, null]);
    expect(episode).toMatchObject({ severity: 'high' });
  });

  it('does not escalate to less than it is', () => {
    const policy = { ...state, escalate: { afterMs: MINUTE, to: 'low' as const } };
    expect(play(policy, [0, violated], [5, tick]).news).toEqual(['opened', null]);
  });
});

describe('an episode of single messages or commits', () => {
  it('counts what comes again, and ends when nothing came for the cooldown', () => {
    const { news, episode } = play(single, [0, violated], [10, violated], [39, tick], [40, tick]);
    expect(news).toEqual(['opened', null, null, 'resolved']);
    expect(episode).toMatchObject({ count: 2, resolvedBy: 'quiet' });
  });

  it('is not ended by another one that is as it should be', () => {
    expect(play(single, [0, violated], [1, kept], [5, kept]).episode).toMatchObject({ state: 'open' });
  });

  it('escalates when it was seen often enough', () => {
    const policy = { ...single, escalate: { times: 3, to: 'high' as const } };
    expect(play(policy, [0, violated], [1, violated], [2, violated], [3, violated]).news).toEqual([
      ...['opened', null, 'escalated', null],
    ]);
  });
});

describe('any life of an episode', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(violated, kept, tick)));

  it('is told at most once within the cooldown', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (life, looks) => {
        let at = 0;
        let episode: Episode | undefined;
        let lastOpened = Number.NEGATIVE_INFINITY;
        for (const [wait, step] of life) {
          at += wait;
          const next = advance(episode, step, { ...state, looks }, T0 + at * MINUTE);
          episode = next.episode;
          if (next.news !== 'opened') continue;
          expect(at - lastOpened).toBeGreaterThanOrEqual(30);
          lastOpened = at;
        }
      }),
    );
  });

  it('is resolved only after it was open, and open or resolved as it says', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (life, looks) => {
        let at = 0;
        let episode: Episode | undefined;
        for (const [wait, step] of life) {
          at += wait;
          const next = advance(episode, step, { ...state, looks }, T0 + at * MINUTE);
          if (next.news === 'resolved') expect(episode?.state).toBe('open');
          episode = next.episode;
          if (episode) expect(episode.state === 'resolved').toBe(episode.resolvedAt !== null);
        }
      }),
    );
  });
});
