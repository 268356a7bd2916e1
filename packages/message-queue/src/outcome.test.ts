import { describe, expect, it } from 'vitest';
import { openTestQueue } from '../test/open-test-queue.ts';

const code = (name: string) => expect.objectContaining({ code: name }) as Error;

describe('the outcome of a task', () => {
  it('holds who did it, the result, and how long it took', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ id: 'T-1', kind: 'task' });
    clock.pass(100);
    queue.start(id, 'demo/dev');
    clock.pass(2_500);
    queue.finish(id, { by: 'demo/dev', result: 'The build is green.' });
    expect(queue.get(id)).toMatchObject({
      ...{ state: 'done', result: 'The build is green.', reason: null, durationMs: 2_500 },
      ...{ startedAt: clock.now() - 2_500, finishedAt: clock.now() },
    });
    expect(queue.history(id).slice(-2)).toMatchObject([
      { action: 'started', from: 'seen', to: 'seen', actor: 'demo/dev' },
      { action: 'finished', from: 'seen', to: 'done', actor: 'demo/dev' },
    ]);
  });

  it('is a failure with a reason', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ kind: 'task' });
    queue.start(id);
    clock.pass(40);
    queue.fail(id, { by: 'demo/dev', reason: 'No such file.' });
    expect(queue.get(id)).toMatchObject({
      state: 'failed',
      reason: 'No such file.',
      durationMs: 40,
      result: null,
    });
  });

  it('counts from the moment it was seen when nobody said that work began', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ kind: 'task' });
    clock.pass(70);
    queue.finish(id);
    expect(queue.get(id)).toMatchObject({ startedAt: null, durationMs: 70, seenAt: clock.now() - 70 });
  });

  it('has no duration when only its end is known', () => {
    const { queue, send } = openTestQueue();
    const { id } = send({ kind: 'task' });
    queue.finish(id);
    expect(queue.get(id).durationMs).toBeNull();
  });

  it('is never negative when the clock went back', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ kind: 'task' });
    queue.start(id);
    clock.pass(-60_000);
    queue.finish(id);
    expect(queue.get(id).durationMs).toBe(0);
  });
});

describe('work on a message that was never proven to be seen', () => {
  it.each(['queued', 'leased', 'injected'] as const)('proves that it was seen, from %s', (state) => {
    const { queue, send } = openTestQueue();
    const { id } = send({ kind: 'task' });
    if (state !== 'queued') queue.lease('demo/dev', { worker: 'w' });
    if (state === 'injected') queue.inject([id], { worker: 'w', channel: 'Stop' });
    expect(queue.get(id).state).toBe(state);
    queue.finish(id, { by: 'demo/dev' });
    expect(queue.get(id)).toMatchObject({ state: 'done', step: state === 'injected' ? 'printed' : null });
    expect(queue.get(id).seenAt).not.toBeNull();
    expect(queue.history(id).slice(-2)).toMatchObject([
      { action: 'seen', from: state, to: 'seen', actor: 'demo/dev' },
      { action: 'finished', from: 'seen', to: 'done' },
    ]);
    expect(queue.integrity()).toEqual([]);
  });

  it('is a start, too', () => {
    const { queue, send } = openTestQueue();
    const { id } = send({ kind: 'task' });
    queue.start(id);
    expect(queue.get(id)).toMatchObject({ state: 'seen', startedAt: queue.get(id).createdAt });
  });

  it('overturns a death by attempts', () => {
    const { queue, inject, clock } = openTestQueue({ attemptsMax: 1 });
    const { id } = inject({ kind: 'task' });
    clock.pass(15_000);
    expect(queue.sweep().dead).toEqual([id]);
    queue.finish(id, { result: 'done anyway' });
    expect(queue.get(id)).toMatchObject({ state: 'done', result: 'done anyway' });
  });
});

describe('repeated and late calls', () => {
  it('lets the first result stand', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ kind: 'task' });
    queue.finish(id, { result: 'first' });
    const first = queue.get(id);
    clock.pass(10);
    queue.finish(id, { result: 'second' });
    expect(queue.get(id)).toEqual(first);
    expect(queue.history(id).filter((entry) => entry.action === 'finished')).toHaveLength(1);
  });

  it('lets the first start and the first failure stand', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ kind: 'task' });
    queue.start(id);
    clock.pass(10);
    queue.start(id);
    expect(queue.get(id).startedAt).toBe(clock.now() - 10);
    queue.fail(id, { reason: 'first' });
    queue.fail(id, { reason: 'second' });
    expect(queue.get(id).reason).toBe('first');
  });

  it('refuses to turn one outcome into another', () => {
    const { queue, see } = openTestQueue();
    const done = see({ kind: 'task' });
    queue.finish(done.id);
    expect(() => queue.fail(done.id, { reason: 'no' })).toThrow(code('ORC_QUEUE_WRONG_STATE'));
    expect(() => queue.start(done.id)).toThrow(code('ORC_QUEUE_WRONG_STATE'));
    expect(() => queue.cancel(done.id, { reason: 'no' })).toThrow(code('ORC_QUEUE_WRONG_STATE'));
    expect(() => queue.retry(done.id)).toThrow(code('ORC_QUEUE_WRONG_STATE'));
    const failed = see({ kind: 'task' });
    queue.fail(failed.id, { reason: 'broken' });
    expect(() => queue.finish(failed.id)).toThrow(/is failed, so it cannot be finished/);
    const cancelled = see({ kind: 'task' });
    queue.cancel(cancelled.id, { reason: 'not needed' });
    expect(() => queue.finish(cancelled.id)).toThrow(code('ORC_QUEUE_WRONG_STATE'));
    expect(queue.get(done.id).state).toBe('done');
  });

  it('reports an unknown id from every call', () => {
    const { queue } = openTestQueue();
    const calls = [
      () => queue.start('nowhere'),
      () => queue.finish('nowhere'),
      () => queue.fail('nowhere', { reason: 'x' }),
      () => queue.cancel('nowhere', { reason: 'x' }),
      () => queue.retry('nowhere'),
      () => queue.get('nowhere'),
      () => queue.history('nowhere'),
      () => queue.get(undefined as unknown as string),
    ];
    for (const call of calls) expect(call).toThrow(code('ORC_QUEUE_UNKNOWN_MESSAGE'));
    expect(queue.find('nowhere')).toBeUndefined();
  });

  it('refuses a failure without a reason, and a result that is too long or no text', () => {
    const { queue, send } = openTestQueue({ bodyBytesMax: 100 });
    const { id } = send();
    expect(() => queue.fail(id, { reason: ' ' })).toThrow(code('ORC_QUEUE_BAD_INPUT'));
    expect(() => queue.cancel(id, { reason: '' })).toThrow(code('ORC_QUEUE_BAD_INPUT'));
    expect(() => queue.finish(id, { result: 'x'.repeat(101) })).toThrow(code('ORC_QUEUE_BODY_TOO_LONG'));
    expect(() => queue.finish(id, { result: 'a\0' })).toThrow(code('ORC_QUEUE_BAD_TEXT'));
    expect(() => queue.start(id, '')).toThrow(code('ORC_QUEUE_BAD_INPUT'));
    expect(queue.get(id).state).toBe('queued');
  });
});

describe('cancel', () => {
  it('ends a message wherever it is, once', () => {
    const { queue, send, clock } = openTestQueue();
    const { id } = send();
    queue.lease('demo/dev', { worker: 'w' });
    queue.cancel(id, { reason: 'not needed' });
    const dead = queue.get(id);
    expect(dead).toMatchObject({
      state: 'dead',
      reason: 'not needed',
      leaseExpiresAt: null,
      finishedAt: clock.now(),
    });
    queue.cancel(id, { reason: 'again' });
    expect(queue.get(id)).toEqual(dead);
    expect(queue.history(id).at(-1)).toMatchObject({ action: 'cancelled', from: 'leased', to: 'dead' });
  });
});

describe('retry', () => {
  it('begins a new life in the old place', () => {
    const { queue, see, send, clock } = openTestQueue();
    const { id, seq } = see({ kind: 'task' });
    queue.start(id);
    queue.fail(id, { reason: 'broken' });
    send();
    clock.pass(5);
    queue.retry(id);
    expect(queue.get(id)).toMatchObject({
      ...{ seq, state: 'queued', attempts: 0, reason: null, step: null, channel: null, durationMs: null },
      ...{ seenAt: null, startedAt: null, finishedAt: null },
    });
    expect(queue.lease('demo/dev', { worker: 'w' })[0]?.id).toBe(id);
  });

  it('gives a dead message all its attempts again', () => {
    const { queue, inject, clock } = openTestQueue({ attemptsMax: 1 });
    const { id } = inject();
    clock.pass(15_000);
    queue.sweep();
    queue.retry(id);
    expect(queue.get(id)).toMatchObject({ state: 'queued', attempts: 0 });
    expect(() => queue.retry(id)).toThrow(/is queued, so it cannot be retried/);
  });
});
