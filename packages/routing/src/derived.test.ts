import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyFor, createRepetitions, forwardFor, hopsOf, kinds, reservedTags, type Sent } from './index.ts';

const failure: Sent = {
  id: 'm1',
  sender: 'shop/developer',
  recipient: 'shop/tester',
  kind: 'failure',
  body: 'The build fails',
  tags: ['build'],
};
const HUB = 'shop/orchestrator';

describe('copyFor', () => {
  it('copies a critical message of others to the hub, linked to the first', () => {
    expect(copyFor(failure, HUB)).toEqual({
      id: 'm1.copy',
      recipient: HUB,
      kind: 'copy',
      body: 'For you to know: shop/developer wrote this failure to shop/tester (m1).\n\nThe build fails',
      tags: ['copy-of:m1', 'hops:1', 'kind:failure'],
    });
  });

  it('copies nothing that the hub has said or heard, and nothing without weight', () => {
    expect(copyFor({ ...failure, recipient: HUB }, HUB)).toBeUndefined();
    expect(copyFor({ ...failure, sender: HUB }, HUB)).toBeUndefined();
    expect(copyFor({ ...failure, kind: 'note', body: 'complete failure, blocked' }, HUB)).toBeUndefined();
  });

  it('never copies a copy, whatever kind and words are copied', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds.map(({ id }) => id)), fc.string(), (kind, body) => {
        const copy = copyFor({ ...failure, kind, body }, HUB);
        if (!copy) return;
        const next = { ...copy, sender: failure.sender };
        expect(copyFor(next, 'shop/project-manager')).toBeUndefined();
        expect(forwardFor(next, { recipient: 'shop/devops', ask: 'x' }, { hopsMax: 10 })).toBeUndefined();
      }),
    );
  });
});

describe('forwardFor', () => {
  const next = { recipient: 'shop/project-manager', ask: 'Rank it.' };

  it('passes work on to whoever goes on with it, and counts the hops', () => {
    const forwarded = forwardFor({ ...failure, kind: 'bug' }, next, { hopsMax: 3 });
    expect(forwarded).toMatchObject({ id: 'm1.for.project-manager', kind: 'bug', recipient: next.recipient });
    expect(hopsOf(forwarded?.tags ?? [])).toBe(1);
  });

  it('stops after so many hands, and does not hand anybody their own', () => {
    const tired = { ...failure, kind: 'bug', tags: ['hops:3'] };
    expect(forwardFor(tired, next, { hopsMax: 3 })).toBeUndefined();
    expect(forwardFor({ ...failure, recipient: next.recipient }, next, { hopsMax: 3 })).toBeUndefined();
    expect(forwardFor({ ...failure, sender: next.recipient }, next, { hopsMax: 3 })).toBeUndefined();
  });

  it('keeps its own tags to itself', () => {
    expect(reservedTags(['a', 'copy-of:m1', 'hops:2'])).toEqual(['copy-of:m1', 'hops:2']);
    expect(hopsOf(['hops:-1'])).toBe(0);
    expect(hopsOf(['hops:many'])).toBe(0);
  });
});

describe('repetitions', () => {
  it('knows what was said a moment ago, and lets it be said again later', () => {
    const said = createRepetitions({ windowMs: 1_000 });
    said.note(failure, 'm1', 0);
    expect(said.find(failure, 999)).toBe('m1');
    expect(said.find({ ...failure, body: 'other' }, 999)).toBeUndefined();
    expect(said.find({ ...failure, recipient: 'x/y' }, 999)).toBeUndefined();
    expect(said.find(failure, 1_000)).toBeUndefined();
  });

  it.each([
    ['the answer to another question', { inReplyTo: 'm9' }],
    ['a text that an answer is owed to', { expectReplyMs: 60_000 }],
    ['a text that waits for something', { after: ['m9'] }],
  ])('takes %s for another text', (_, more) => {
    const said = createRepetitions({ windowMs: 1_000 });
    said.note(failure, 'm1', 0);
    expect(said.find({ ...failure, ...more }, 0)).toBeUndefined();
    said.note({ ...failure, ...more }, 'm2', 0);
    expect(said.find({ ...failure, ...more }, 0)).toBe('m2');
    expect(said.find(failure, 0)).toBe('m1');
  });

  it('keeps its window when the clock is set back', () => {
    const said = createRepetitions({ windowMs: 1_000 });
    said.note(failure, 'm1', 5_000);
    expect(said.find(failure, 4_001)).toBe('m1');
    expect(said.find(failure, 4_000)).toBeUndefined();
  });
});
