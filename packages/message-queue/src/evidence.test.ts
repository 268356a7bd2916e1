import { describe, expect, it } from 'vitest';
import { idsOf, openTestQueue } from '../test/open-test-queue.ts';

const code = (name: string) => expect.objectContaining({ code: name }) as Error;

describe('evidence', () => {
  it('goes step by step, and every step is a row of the history', () => {
    const { queue, inject, clock } = openTestQueue();
    const { id } = inject();
    for (const step of ['received', 'accepted', 'sent', 'answered'] as const) {
      clock.pass(10);
      expect(queue.advance(id, { step, session: 's1', line: 7, transcript: '/t.jsonl' })).toBe(true);
      expect(queue.get(id)).toMatchObject({ step, state: step === 'answered' ? 'seen' : 'injected' });
    }
    expect(queue.get(id).seenAt).toBe(clock.now());
    expect(queue.history(id).map((entry) => [entry.action, entry.from, entry.to, entry.step])).toEqual([
      ['sent', null, 'queued', undefined],
      ['leased', 'queued', 'leased', undefined],
      ['injected', 'leased', 'injected', 'printed'],
      ['advanced', 'injected', 'injected', 'received'],
      ['advanced', 'injected', 'injected', 'accepted'],
      ['advanced', 'injected', 'injected', 'sent'],
      ['seen', 'injected', 'seen', 'answered'],
    ]);
    expect(queue.history(id).at(-1)?.evidence).toEqual({ session: 's1', line: 7, transcript: '/t.jsonl' });
  });

  it('may leave steps out', () => {
    const { queue, inject } = openTestQueue();
    const { id } = inject();
    expect(queue.advance(id, { step: 'answered' })).toBe(true);
    expect(queue.get(id)).toMatchObject({ state: 'seen', step: 'answered' });
  });

  it('never goes back, and says nothing the second time', () => {
    const { queue, inject } = openTestQueue();
    const { id } = inject();
    queue.advance(id, { step: 'sent' });
    const count = queue.history(id).length;
    for (const step of ['printed', 'received', 'accepted', 'sent'] as const)
      expect(queue.advance(id, { step })).toBe(false);
    queue.advance(id, { step: 'answered' });
    expect(queue.advance(id, { step: 'answered' })).toBe(false);
    expect(queue.history(id)).toHaveLength(count + 1);
  });

  it('keeps the time at which it came to be, inside the life of the message', () => {
    const { queue, send, clock } = openTestQueue();
    const [a, b, c] = [send(), send(), send()];
    clock.pass(1_000);
    queue.advance(a.id, { step: 'answered', at: clock.now() - 400 });
    queue.advance(b.id, { step: 'answered', at: clock.now() + 999 });
    queue.advance(c.id, { step: 'answered', at: 5 });
    expect([a, b, c].map(({ id }) => queue.get(id).seenAt)).toEqual([
      clock.now() - 400,
      clock.now(),
      c.createdAt,
    ]);
  });

  it('refuses an unknown id, an unknown step and a time that is none', () => {
    const { queue, send } = openTestQueue();
    const { id } = send();
    expect(() => queue.advance('nowhere', { step: 'sent' })).toThrow(code('ORC_QUEUE_UNKNOWN_MESSAGE'));
    expect(() => queue.advance(id, { step: 'guessed' as 'sent' })).toThrow(code('ORC_QUEUE_BAD_INPUT'));
    expect(() => queue.advance(id, { step: 'sent', at: '2026-01-01' as unknown as number })).toThrow(
      code('ORC_QUEUE_BAD_INPUT'),
    );
    expect(() => queue.advance(id, { step: 'sent', line: -1 })).toThrow(code('ORC_QUEUE_BAD_INPUT'));
    expect(() => queue.advance(id, { step: 'sent', session: 'a\0' })).toThrow(code('ORC_QUEUE_BAD_TEXT'));
  });
});

describe('a delivery without evidence', () => {
  it.each(['printed', 'received'] as const)('is queued for another channel when it stays %s', (step) => {
    const { queue, inject, clock } = openTestQueue();
    const { id } = inject();
    queue.advance(id, { step });
    clock.pass(14_999);
    expect(queue.sweep().unproven).toEqual([]);
    clock.pass(1);
    expect(queue.sweep().unproven).toEqual([id]);
    expect(queue.get(id)).toMatchObject({ state: 'queued', attempts: 1, step: null, channel: null });
    expect(queue.history(id).at(-1)).toMatchObject({ action: 'unproven', from: 'injected', to: 'queued' });
  });

  it.each(['accepted', 'sent'] as const)(
    'waits for ever once it is %s: it is in the conversation',
    (step) => {
      const { queue, inject, clock } = openTestQueue();
      const { id } = inject();
      queue.advance(id, { step });
      clock.pass(30 * 24 * 3_600_000);
      expect(queue.sweep()).toMatchObject({ unproven: [], dead: [] });
      expect(queue.get(id).state).toBe('injected');
      expect(queue.requeueUnseen('demo/dev', 'the session died')).toEqual([id]);
    },
  );

  it('is dead after the last attempt', () => {
    const { queue, inject, clock } = openTestQueue({ attemptsMax: 1 });
    const { id } = inject();
    clock.pass(15_000);
    expect(queue.sweep()).toMatchObject({ unproven: [], dead: [id] });
    expect(queue.get(id)).toMatchObject({ state: 'dead', reason: 'attempts', attempts: 1 });
  });

  it('needs no sweep: the next lease takes it back by itself', () => {
    const { queue, inject, clock } = openTestQueue();
    const { id } = inject();
    clock.pass(15_000);
    expect(idsOf(queue.lease('demo/dev', { worker: 'other' }))).toEqual([id]);
  });
});

describe('late evidence', () => {
  it('counts when the message was queued again', () => {
    const { queue, inject, clock } = openTestQueue();
    const { id } = inject();
    clock.pass(15_000);
    queue.sweep();
    expect(queue.advance(id, { step: 'answered' })).toBe(true);
    expect(queue.get(id)).toMatchObject({ state: 'seen', reason: null });
    expect(queue.lease('demo/dev', { worker: 'w' })).toEqual([]);
  });

  it('counts when another worker holds the message', () => {
    const { queue, inject, clock } = openTestQueue();
    const { id } = inject();
    clock.pass(15_000);
    queue.lease('demo/dev', { worker: 'second' });
    queue.advance(id, { step: 'answered' });
    expect(queue.get(id)).toMatchObject({ state: 'seen', leaseExpiresAt: null });
    queue.inject([id], { worker: 'second', channel: 'Stop' });
    expect(queue.get(id).state).toBe('seen');
  });

  it('takes a message out of the queue that is already in the conversation', () => {
    const { queue, send } = openTestQueue();
    const { id } = send();
    queue.lease('demo/dev', { worker: 'killed-before-it-said-so' });
    expect(queue.advance(id, { step: 'accepted' })).toBe(true);
    expect(queue.get(id)).toMatchObject({ state: 'injected', step: 'accepted', leaseExpiresAt: null });
  });

  it('is only noted while it proves nothing', () => {
    const { queue, send } = openTestQueue();
    const { id } = send();
    expect(queue.advance(id, { step: 'received' })).toBe(true);
    expect(queue.get(id)).toMatchObject({ state: 'queued', step: 'received' });
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual([id]);
    expect(queue.get(id).step).toBeNull();
  });

  it('is void when it is older than the end of its session, unless the model had answered', () => {
    const { queue, inject, clock } = openTestQueue();
    const { id } = inject();
    clock.pass(100);
    const before = clock.now();
    clock.pass(100);
    queue.requeueUnseen('demo/dev', 'the session died');
    clock.pass(100);
    expect(queue.advance(id, { step: 'accepted', at: before })).toBe(false);
    expect(queue.get(id).state).toBe('queued');
    expect(queue.advance(id, { step: 'answered', at: before })).toBe(true);
    expect(queue.get(id)).toMatchObject({ state: 'seen', seenAt: before });
  });

  it('overturns a death by attempts, which was a guess', () => {
    const { queue, inject, clock } = openTestQueue({ attemptsMax: 1 });
    const { id } = inject();
    clock.pass(15_000);
    queue.sweep();
    expect(queue.advance(id, { step: 'answered' })).toBe(true);
    expect(queue.get(id)).toMatchObject({ state: 'seen', reason: null, finishedAt: null });
    expect(queue.integrity()).toEqual([]);
  });

  it('does not undo a decision: what was cancelled stays dead, and the step is on record', () => {
    const { queue, inject, clock } = openTestQueue();
    const { id } = inject();
    queue.cancel(id, { reason: 'changed my mind' });
    clock.pass(10);
    expect(queue.advance(id, { step: 'answered' })).toBe(true);
    expect(queue.get(id)).toMatchObject({
      state: 'dead',
      reason: 'changed my mind',
      step: 'answered',
      seenAt: clock.now(),
    });
  });

  it('is noted on a message whose work is already done', () => {
    const { queue, inject } = openTestQueue();
    const { id } = inject({ kind: 'task' });
    queue.finish(id);
    expect(queue.advance(id, { step: 'answered' })).toBe(true);
    expect(queue.get(id)).toMatchObject({ state: 'done', step: 'answered' });
  });

  it('says nothing about a message that was retried since', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ kind: 'task' });
    const before = clock.now();
    queue.fail(id, { reason: 'broken' });
    clock.pass(10);
    queue.retry(id);
    expect(queue.advance(id, { step: 'answered', at: before })).toBe(false);
    expect(queue.get(id).state).toBe('queued');
    clock.pass(10);
    expect(queue.advance(id, { step: 'answered', at: clock.now() })).toBe(true);
  });
});
