import { describe, expect, it } from 'vitest';
import { idsOf, openTestQueue, type TestQueue } from '../test/open-test-queue.ts';

/** A task of `recipient` that took so long. */
function work({ queue, clock, see }: TestQueue, durationMs: number, recipient = 'demo/dev') {
  const { id } = see({ kind: 'task', recipient });
  queue.start(id);
  clock.pass(durationMs);
  queue.finish(id);
  return id;
}

describe('slowest', () => {
  it('is the slowest work, slowest first, and not the fastest', () => {
    const test = openTestQueue();
    const ids = new Map(Array.from({ length: 150 }, (_, n) => [n + 1, work(test, (n + 1) * 1_000)]));
    const slowest = test.queue.slowest(100);
    expect(slowest).toHaveLength(100);
    expect(slowest[0]).toMatchObject({
      id: ids.get(150),
      durationMs: 150_000,
      recipient: 'demo/dev',
      kind: 'task',
    });
    expect(slowest.at(-1)?.durationMs).toBe(51_000);
    expect(test.queue.slowest().map((message) => message.durationMs)).toEqual(
      Array.from({ length: 10 }, (_, n) => (150 - n) * 1_000),
    );
  });

  it('has the older one first where two took equally long', () => {
    const test = openTestQueue();
    const ids = [work(test, 10), work(test, 10), work(test, 20)];
    expect(idsOf(test.queue.slowest())).toEqual([ids[2], ids[0], ids[1]]);
  });

  it.each([0, 101, 1.5])('refuses to list %d', (n) => {
    expect(() => openTestQueue().queue.slowest(n)).toThrow(
      expect.objectContaining({ code: 'ORC_QUEUE_BAD_INPUT' }),
    );
  });
});

describe('percentiles', () => {
  it('are values that occurred, by nearest rank', () => {
    const test = openTestQueue();
    for (let ms = 1; ms <= 20; ms += 1) work(test, ms * 10);
    expect(test.queue.percentiles().duration).toEqual({
      ...{ count: 20, averageMs: 105, p50Ms: 100, p95Ms: 190, p99Ms: 200, maxMs: 200 },
    });
  });

  it('are the one value when there is one, and null when there is none', () => {
    const test = openTestQueue();
    expect(test.queue.percentiles().duration).toEqual({
      ...{ count: 0, averageMs: null, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null },
    });
    work(test, 7);
    expect(test.queue.percentiles().duration).toMatchObject({
      count: 1,
      p50Ms: 7,
      p95Ms: 7,
      p99Ms: 7,
      maxMs: 7,
    });
  });

  it('measure the latency from send to seen', () => {
    const { queue, send, clock } = openTestQueue();
    for (const ms of [30, 10, 20]) {
      const { id } = send();
      clock.pass(ms);
      queue.advance(id, { step: 'answered' });
    }
    expect(queue.percentiles().latency).toMatchObject({ count: 3, averageMs: 20, p50Ms: 20, p95Ms: 30 });
  });
});

describe('stats', () => {
  it('counts messages by state', () => {
    const { queue, send, inject, see } = openTestQueue();
    inject();
    see();
    queue.finish(see().id);
    queue.fail(see().id, { reason: 'x' });
    queue.cancel(send().id, { reason: 'x' });
    send();
    send({ recipient: 'demo/qa' });
    queue.lease('demo/qa', { worker: 'w' });
    expect(queue.stats()).toMatchObject({
      total: 7,
      undelivered: 3,
      byState: { queued: 1, leased: 1, injected: 1, seen: 1, done: 1, failed: 1, dead: 1 },
    });
  });

  it('says how deep every recipient is, by band', () => {
    const { queue, send, clock } = openTestQueue({ depthAlert: 6 });
    for (const priority of [0, 5, 10, 50, 100, 200]) {
      send({ priority });
      clock.pass(1);
    }
    send({ recipient: 'demo/qa' });
    queue.park('demo/ops', { reason: 'offline' });
    const { recipients, crowded } = queue.stats();
    expect(recipients.map((line) => [line.recipient, line.depth, line.isParked])).toEqual([
      ['demo/dev', 6, false],
      ['demo/ops', 0, true],
      ['demo/qa', 1, false],
    ]);
    expect(recipients[0]).toMatchObject({
      depthByBand: { emergency: 2, critical: 1, high: 1, normal: 2 },
      oldestAt: clock.now() - 6,
    });
    expect(recipients[1]?.oldestAt).toBeNull();
    expect(crowded).toEqual(['demo/dev']);
  });

  it('measures the work of every recipient', () => {
    const test = openTestQueue();
    for (const ms of [10, 20, 60]) work(test, ms);
    test.queue.fail(test.see({ kind: 'task' }).id, { reason: 'x' });
    work(test, 5, 'demo/qa');
    const [dev, qa] = test.queue.stats().recipients;
    expect(dev).toMatchObject({ recipient: 'demo/dev', completed: 3, failed: 1, averageMs: 22.5, p95Ms: 60 });
    expect(qa).toMatchObject({ recipient: 'demo/qa', completed: 1, failed: 0, averageMs: 5, p95Ms: 5 });
  });

  it('can be asked for one project', () => {
    const test = openTestQueue();
    work(test, 10, 'demo/dev');
    work(test, 99, 'demo2/dev');
    test.send({ recipient: 'demo/dev', expectReplyMs: 5 });
    const stats = test.queue.stats('demo/');
    expect(stats.recipients.map((line) => line.recipient)).toEqual(['demo/dev']);
    expect(stats).toMatchObject({
      total: 2,
      openObligations: 1,
      duration: { count: 1, maxMs: 10 },
      latency: { count: 1 },
    });
    expect(test.queue.stats()).toMatchObject({ total: 3 });
    expect(test.queue.stats('de%/').total).toBe(0);
  });

  it('is all zero for an empty ledger', () => {
    expect(openTestQueue().queue.stats()).toMatchObject({
      total: 0,
      undelivered: 0,
      recipients: [],
      crowded: [],
    });
  });
});

describe('counts', () => {
  it('agree with what is stored, whatever happens to it', () => {
    const test = openTestQueue();
    const { queue, clock, see } = test;
    const isSame = () => {
      const { byState, total, latency } = queue.stats();
      expect(queue.counts()).toMatchObject({ byState, total });
      expect(queue.counts().slowestSeenMs).toBe(latency.maxMs);
    };
    isSame();
    work(test, 10);
    clock.pass(5);
    see({ recipient: 'demo/tester' });
    isSame();
    const { id } = see({ kind: 'task' });
    queue.fail(id, { reason: 'no disk' });
    isSame();
    queue.retry(id);
    isSame();
    queue.cancel(id, { reason: 'not needed' });
    isSame();
    clock.pass(400 * 24 * 3_600_000);
    queue.prune();
    expect(queue.counts().byState).toEqual(queue.stats().byState);
    expect(queue.counts('demo/tester').total).toBe(queue.stats('demo/tester').total);
  });

  it('are told without reading what is settled', () => {
    const { queue } = openTestQueue();
    expect(queue.counts('nobody/')).toMatchObject({ total: 0, slowestSeenMs: null });
  });
});
