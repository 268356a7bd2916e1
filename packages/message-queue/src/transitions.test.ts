import { describe, expect, it } from 'vitest';
import { idsOf, openTestQueue } from '../test/open-test-queue.ts';
import { openQueue } from './queue.ts';

const code = (name: string) => expect.objectContaining({ code: name }) as Error;

describe('transitions', () => {
  it('are numbered without gaps in the order of the commits, whoever wrote them', () => {
    const { queue, send, path, clock } = openTestQueue();
    using other = openQueue({ path }, { clock });
    const first = send();
    other.send({ sender: 'demo/qa', recipient: 'demo/dev', body: 'x' });
    queue.lease('demo/dev', { worker: 'w' });
    other.advance(first.id, { step: 'answered' });
    const all = queue.transitions();
    expect(all.map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5]);
    expect(other.transitions()).toEqual(all);
    expect(all.at(-1)).toEqual({
      ...{
        seq: 5,
        at: clock.now(),
        messageId: first.id,
        action: 'seen',
        from: 'leased',
        to: 'seen',
        step: 'answered',
      },
      ...{ sender: 'demo/pm', recipient: 'demo/dev', kind: 'note' },
    });
  });

  it('can be read on from the last one known', () => {
    const { queue, send } = openTestQueue();
    for (let n = 0; n < 5; n += 1) send();
    expect(queue.transitions({ after: 2, limit: 2 }).map((entry) => entry.seq)).toEqual([3, 4]);
    expect(queue.transitions({ after: 5 })).toEqual([]);
    expect(() => queue.transitions({ after: -1 })).toThrow(code('ORC_QUEUE_BAD_INPUT'));
    expect(() => queue.transitions({ limit: 10_001 })).toThrow(code('ORC_QUEUE_BAD_INPUT'));
  });

  it('are there exactly when the change is: a refused call leaves none', () => {
    const { queue, see } = openTestQueue();
    const { id } = see({ kind: 'task' });
    queue.finish(id);
    const before = queue.transitions();
    expect(() => queue.fail(id, { reason: 'x' })).toThrow();
    expect(() => queue.send({ sender: 'a', recipient: 'a', body: 'x' })).toThrow();
    expect(queue.transitions()).toEqual(before);
  });

  it('tell the whole life of a message', () => {
    const { queue, send, clock } = openTestQueue();
    const { id } = send({ kind: 'task' });
    send();
    queue.lease('demo/dev', { worker: 'a', limit: 1 });
    queue.release([id], { worker: 'a', reason: 'no room' });
    queue.lease('demo/dev', { worker: 'b', limit: 1, leaseMs: 100 });
    clock.pass(100);
    queue.sweep();
    queue.lease('demo/dev', { worker: 'c', limit: 1 });
    queue.inject([id], { worker: 'c', channel: 'Stop' });
    queue.requeueUnseen('demo/dev', 'the session ended');
    queue.start(id, 'demo/dev');
    queue.fail(id, { reason: 'broken' });
    queue.retry(id);
    queue.cancel(id, { reason: 'enough' });
    expect(queue.history(id).map((entry) => [entry.action, entry.to, entry.actor, entry.reason])).toEqual([
      ['sent', 'queued', 'demo/pm', undefined],
      ['leased', 'leased', 'a', undefined],
      ['released', 'queued', 'a', 'no room'],
      ['leased', 'leased', 'b', undefined],
      ['expired', 'queued', undefined, 'the lease ran out'],
      ['leased', 'leased', 'c', undefined],
      ['injected', 'injected', 'c', undefined],
      ['requeued', 'queued', undefined, 'the session ended'],
      ['seen', 'seen', 'demo/dev', undefined],
      ['started', 'seen', 'demo/dev', undefined],
      ['failed', 'failed', undefined, 'broken'],
      ['retried', 'queued', undefined, undefined],
      ['cancelled', 'dead', undefined, 'enough'],
    ]);
  });
});

describe('list', () => {
  it('filters by everything a message says of itself', () => {
    const { queue, send, see } = openTestQueue();
    const plain = send();
    const task = send({ kind: 'task', tags: ['urgent', 'build'], topic: 'management' });
    const answer = send({ sender: 'demo/qa', recipient: 'demo2/dev', inReplyTo: 'q-1' });
    const seen = see({ recipient: 'demo/ops' });
    expect(idsOf(queue.list())).toEqual([plain.id, task.id, answer.id, seen.id]);
    expect(idsOf(queue.list({ recipient: 'demo/dev' }))).toEqual([plain.id, task.id]);
    expect(idsOf(queue.list({ recipientPrefix: 'demo/' }))).toEqual([plain.id, task.id, seen.id]);
    expect(idsOf(queue.list({ sender: 'demo/qa' }))).toEqual([answer.id]);
    expect(idsOf(queue.list({ kind: 'task' }))).toEqual([task.id]);
    expect(idsOf(queue.list({ tag: 'build' }))).toEqual([task.id]);
    expect(idsOf(queue.list({ topic: 'management' }))).toEqual([task.id]);
    expect(idsOf(queue.list({ inReplyTo: 'q-1' }))).toEqual([answer.id]);
    expect(idsOf(queue.list({ state: 'seen' }))).toEqual([seen.id]);
    expect(idsOf(queue.list({ state: ['queued', 'leased'] }))).toEqual([plain.id, task.id, answer.id]);
    expect(idsOf(queue.list({ state: ['queued', 'seen'] }))).toHaveLength(4);
    expect(idsOf(queue.list({ afterSeq: task.seq, limit: 1 }))).toEqual([answer.id]);
    expect(idsOf(queue.list({ state: [] }))).toEqual([]);
  });

  it('sorts by age, or as messages would be handed out', () => {
    const { queue, send } = openTestQueue();
    const ids = [5, 30, 5, 30].map((priority) => send({ priority }).id);
    expect(idsOf(queue.list({ order: 'newest' }))).toEqual([...ids].reverse());
    expect(idsOf(queue.list({ order: 'delivery' }))).toEqual([ids[1], ids[3], ids[0], ids[2]]);
  });

  it.each([
    ['a state that does not exist', { state: 'parked' }],
    ['an order that does not exist', { order: 'random' }],
    ['an order that every object has', { order: 'constructor' }],
    ['a limit of 0', { limit: 0 }],
  ])('refuses %s', (_what, filter) => {
    expect(() => openTestQueue().queue.list(filter as object)).toThrow(code('ORC_QUEUE_BAD_INPUT'));
  });
});
