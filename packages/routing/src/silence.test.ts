import { describe, expect, it } from 'vitest';
import { judgeSilence, RoutingConfig } from './index.ts';
import type { SilenceFacts } from './silence.ts';

const policy = RoutingConfig.parse({});
const MINUTE = 60_000;
const base: SilenceFacts = {
  task: 'shop.t-01',
  startedAt: 0,
  idleSince: null,
  lastWordAt: null,
  askedAt: null,
  escalatedAt: null,
};
const judge = (facts: Partial<SilenceFacts>, now: number) => judgeSilence({ ...base, ...facts }, now, policy);

describe('judgeSilence', () => {
  it('asks about a begun task whose agent is idle for ten minutes without a report', () => {
    expect(judge({ idleSince: 5 * MINUTE }, 14 * MINUTE)).toEqual({ action: 'none' });
    expect(judge({ idleSince: 5 * MINUTE }, 15 * MINUTE)).toMatchObject({
      action: 'ask',
      because: 'silent-completion',
    });
    expect(judge({ idleSince: 5 * MINUTE, lastWordAt: 12 * MINUTE }, 15 * MINUTE)).toEqual({
      action: 'none',
    });
  });

  it('asks about a task that nothing was heard of for long, however busy its agent is', () => {
    expect(judge({}, 44 * MINUTE)).toEqual({ action: 'none' });
    expect(judge({}, 45 * MINUTE)).toMatchObject({ action: 'ask', because: 'no-word' });
  });

  it('escalates once when the question stays unanswered, and not when it was answered', () => {
    const asked = { idleSince: 0, askedAt: 10 * MINUTE };
    expect(judge(asked, 14 * MINUTE)).toEqual({ action: 'none' });
    expect(judge(asked, 15 * MINUTE)).toMatchObject({ action: 'escalate', because: 'silent-completion' });
    expect(judge({ ...asked, lastWordAt: 11 * MINUTE }, 60 * MINUTE)).toEqual({ action: 'none' });
    expect(judge({ ...asked, escalatedAt: 15 * MINUTE }, 60 * MINUTE)).toEqual({ action: 'none' });
  });
});
