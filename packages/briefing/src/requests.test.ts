import { describe, expect, it } from 'vitest';
import { composeStatusRequest, composeSurvivalNotes } from './requests.ts';

describe('a status request', () => {
  it('asks three things and shows the form of the answer (M-13, M-15)', () => {
    expect(composeStatusRequest({ agentId: 'shop/developer' }))
      .toBe(`How do you stand? Three things: what is completed, what you are at, what blocks you.

STATUS [shop/developer] [time]
Completed:
- [what exactly]
Current: [what you are at]
Blocked: [what by, or no]
ETA: [when it will be done]`);
  });

  it.each([
    [600_000, '10 minutes'],
    [60_001, '2 minutes'],
    [1, '1 minute '],
  ])('that waits %d ms says %s', (replyWithinMs, words) => {
    const text = composeStatusRequest({
      agentId: 'a/b',
      replyWithinMs,
      reason: 'nothing was heard for an hour',
    });
    expect(text).toContain(`An answer within ${words}`);
    expect(text).toContain('Asked because: nothing was heard for an hour');
  });

  it('is short whatever the reason is', () => {
    expect(
      composeStatusRequest({ agentId: 'a/b', reason: 'because '.repeat(10_000) }).length,
    ).toBeLessThanOrEqual(2_000);
  });
});

describe('what a summary must keep', () => {
  const notes = composeSurvivalNotes({
    agentId: 'shop/developer',
    branch: 'feature/x',
    task: { id: 'shop.t-01', title: 'Write prices', criteria: ['each has a currency'] },
    unreadIds: ['m1', 'm2'],
    obligations: [{ messageId: 'm3', to: 'shop/tester' }],
  });

  it('is identity, branch, task with criteria, unread mail and owed answers', () => {
    for (const words of [
      'the agent is shop/developer',
      'its branch is feature/x',
      'TASK [shop.t-01]: Write prices',
      '- each has a currency',
      'messages it has not read: m1, m2',
      'orc send shop/tester --in-reply-to m3',
      'the next step',
    ])
      expect(notes).toContain(words);
  });

  it('is less when there is less', () => {
    const text = composeSurvivalNotes({
      agentId: 'a/b',
      branch: null,
      task: null,
      unreadIds: [],
      obligations: [],
    });
    expect(text).toContain('it has no open task');
    expect(text).toContain('its worktree has no branch');
    expect(text).not.toMatch(/undefined|null|word for word|owes|not read/);
  });

  it('is bounded, and says how many are left out', () => {
    const text = composeSurvivalNotes({
      agentId: 'a/b',
      branch: 'x',
      task: {
        id: 't',
        title: 'y '.repeat(5_000),
        criteria: Array.from({ length: 500 }, () => 'criterion '.repeat(100)),
      },
      unreadIds: Array.from({ length: 1_000 }, (_, index) => `m${index}`),
      obligations: Array.from({ length: 1_000 }, (_, index) => ({ messageId: `o${index}`, to: 'a/c' })),
    });
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(text).toMatch(/m0, .*… and \d+ more/);
    expect(text).toContain('TASK [t]');
  });
});
