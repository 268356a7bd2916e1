import { describe, expect, it } from 'vitest';
import { idsOf, openTestQueue, type TestQueue } from '../test/open-test-queue.ts';

const hourMs = 3_600_000;

function finish({ queue, send, clock }: TestQueue, count: number): string[] {
  return Array.from({ length: count }, () => {
    const { id } = send({ kind: 'task' });
    clock.pass(1);
    queue.finish(id);
    return id;
  });
}

describe('prune', () => {
  it('keeps the newest finished messages and removes the others with their history', () => {
    const test = openTestQueue({ finishedMax: 3 });
    const ids = finish(test, 10);
    const last = test.send();
    test.clock.pass(hourMs);
    expect(test.queue.prune()).toBe(7);
    expect(idsOf(test.queue.list())).toEqual([...ids.slice(7), last.id]);
    expect(test.queue.find(ids[0] ?? '')).toBeUndefined();
    expect(new Set(test.queue.transitions().map((entry) => entry.messageId))).toEqual(
      new Set([...ids.slice(7), last.id]),
    );
    expect(test.queue.prune()).toBe(0);
    expect(test.queue.integrity()).toEqual([]);
  });

  it('never removes what is on its way, what is being worked on, or what a reply is owed for', () => {
    const test = openTestQueue({ finishedMax: 0 });
    const { queue, send, inject, see, clock } = test;
    const kept = [inject(), see({ kind: 'task' }), see({ expectReplyMs: 5 })];
    const started = see();
    queue.start(started.id);
    kept.push(started, send());
    const gone = see();
    kept.push(send({ recipient: 'demo/qa' }));
    clock.pass(365 * 24 * hourMs);
    expect(queue.prune()).toBe(1);
    expect(queue.find(gone.id)).toBeUndefined();
    expect(idsOf(queue.list())).toEqual(idsOf(kept));
  });

  it('keeps everything that ended within the last hour, whatever the number', () => {
    const test = openTestQueue({ finishedMax: 0 });
    finish(test, 5);
    test.send();
    test.clock.pass(hourMs - 10);
    expect(test.queue.prune()).toBe(0);
    test.clock.pass(10);
    expect(test.queue.prune()).toBe(5);
  });

  it('keeps the hundred slowest', () => {
    const test = openTestQueue({ finishedMax: 0 });
    const slow = Array.from({ length: 105 }, (_, n) => {
      const { id } = test.see({ kind: 'task' });
      test.clock.pass(n + 1);
      test.queue.finish(id);
      return id;
    });
    test.send();
    test.clock.pass(hourMs);
    expect(test.queue.prune()).toBe(5);
    expect(idsOf(test.queue.slowest(100))).toEqual(slow.slice(5).reverse());
  });

  it('never gives a number a second time', () => {
    const test = openTestQueue({ finishedMax: 0, retainMs: 0 });
    const seqs: number[] = [];
    const seen = new Set<number>();
    for (let n = 0; n < 20; n += 1) {
      finish(test, 2);
      for (const entry of test.queue.transitions({ after: Math.max(0, ...seen) })) seqs.push(entry.seq);
      for (const seq of seqs) seen.add(seq);
      test.queue.prune();
    }
    expect(seqs).toHaveLength(seen.size);
    expect(seqs).toHaveLength(20 * 2 * 3);
    expect(test.queue.list().length).toBeLessThanOrEqual(2);
  });

  it('keeps the newest message, and the one that changed last, for the sake of their numbers', () => {
    const { queue, send, clock } = openTestQueue({ finishedMax: 0, retainMs: 0 });
    const [old, changedLast, newest] = [send(), send(), send()];
    for (const { id } of [old, newest, changedLast]) {
      clock.pass(1);
      queue.finish(id);
    }
    const last = queue.transitions().at(-1)?.seq ?? 0;
    expect(queue.prune()).toBe(1);
    expect(idsOf(queue.list())).toEqual(idsOf([changedLast, newest]));
    expect(send().seq).toBe(newest.seq + 1);
    expect(queue.transitions().at(-1)?.seq).toBe(last + 1);
  });

  it('removes long bodies and fulfilled dependencies with their message', () => {
    const test = openTestQueue({ finishedMax: 0, retainMs: 0 });
    const { queue, send } = test;
    const first = send({ kind: 'task', body: 'x'.repeat(5_000) });
    const second = send({ kind: 'task', after: [first.id], body: 'y'.repeat(5_000) });
    queue.fail(first.id, { reason: 'broken' });
    const last = send();
    queue.cancel(last.id, { reason: 'x' });
    send();
    test.clock.pass(1);
    expect(queue.prune()).toBe(3);
    expect([queue.find(first.id), queue.find(second.id)]).toEqual([undefined, undefined]);
    expect(queue.integrity()).toEqual([]);
  });

  it('removes a great many in steps', () => {
    const test = openTestQueue({ finishedMax: 10, depthMax: 5_000 });
    const { queue, clock } = test;
    const sent = queue.sendAll(
      Array.from({ length: 1_200 }, (_, n) => ({ sender: 'a', recipient: 'b', body: 'x', id: `m${n}` })),
    );
    for (const { id } of sent) queue.advance(id, { step: 'answered' });
    test.send();
    clock.pass(hourMs);
    expect(queue.prune()).toBe(1_190);
  });
});
