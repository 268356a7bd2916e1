import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onTeardown, waitUntil } from '@orc/testing';
import { openQueue } from '../src/queue.ts';
import { openTestQueue } from './open-test-queue.ts';
import { startChild } from './start-child.ts';

function watchCount(queue: ReturnType<typeof openQueue>) {
  const counter = { times: 0 };
  const watch = queue.watch(() => (counter.times += 1));
  onTeardown(() => watch[Symbol.dispose]());
  return { counter, watch };
}

/** That something does not happen shows only when time has passed. */
function letTimePass(ms: number): Promise<unknown> {
  const until = performance.now() + ms;
  return waitUntil(() => performance.now() >= until);
}

describe('watch', () => {
  it('fires for a commit of another process', { timeout: 60_000 }, async () => {
    const { queue, path } = openTestQueue();
    const { counter } = watchCount(queue);
    const child = startChild('send', [path, 'demo/pm', '1']);
    await child.ended;
    await waitUntil(() => counter.times > 0);
    expect(queue.list()).toHaveLength(1);
  });

  it('has fired for the last of many commits of other processes', { timeout: 60_000 }, async () => {
    const { queue, path } = openTestQueue();
    let seen = 0;
    const watch = queue.watch(() => (seen = queue.stats().total));
    onTeardown(() => watch[Symbol.dispose]());
    const children = ['demo/a', 'demo/b'].map((sender) => startChild('send', [path, sender, '150']));
    await Promise.all(children.map((child) => child.ended));
    await waitUntil(() => seen === 300);
  });

  it('fires for a commit of another connection of the same process, and for its own', async () => {
    const { queue, send, path } = openTestQueue();
    using other = openQueue({ path });
    const { counter } = watchCount(queue);
    other.send({ sender: 'demo/pm', recipient: 'demo/dev', body: 'x' });
    await waitUntil(() => counter.times > 0);
    counter.times = 0;
    send();
    expect(counter.times).toBe(0); // never from inside the call
    await waitUntil(() => counter.times > 0);
  });

  it('fires at most fifty times a second, and after the last commit', async () => {
    const { queue, send } = openTestQueue();
    const times: number[] = [];
    let seen = 0;
    const watch = queue.watch(() => {
      times.push(performance.now());
      seen = queue.stats().total;
    });
    onTeardown(() => watch[Symbol.dispose]());
    for (let n = 0; n < 400; n += 1) {
      send();
      if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await waitUntil(() => seen === 400);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // A timer may come a millisecond early.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(19);
  });

  it('is silent for reads, and for a call that was refused', async () => {
    const { queue, send } = openTestQueue();
    const { id } = send();
    const { counter } = watchCount(queue);
    queue.get(id);
    queue.stats();
    queue.sweep();
    queue.lease('demo/nobody', { worker: 'w' });
    expect(() => send({ body: '' })).toThrow();
    await letTimePass(60);
    expect(counter.times).toBe(0);
  });

  it('tells every listener, and none after it was let go', async () => {
    const { queue, send } = openTestQueue();
    const [first, second] = [watchCount(queue), watchCount(queue)];
    send();
    await waitUntil(() => first.counter.times > 0 && second.counter.times > 0);
    first.watch[Symbol.dispose]();
    const before = first.counter.times;
    const heard = second.counter.times;
    send();
    await waitUntil(() => second.counter.times > heard);
    expect(first.counter.times).toBe(before);
  });

  it('can be let go twice, and taken up again', async () => {
    const { queue, send } = openTestQueue();
    const { watch } = watchCount(queue);
    watch[Symbol.dispose]();
    watch[Symbol.dispose]();
    const { counter } = watchCount(queue);
    send();
    await waitUntil(() => counter.times > 0);
  });

  it('works for a queue in memory', async () => {
    using queue = openQueue({ path: ':memory:' });
    const { counter } = watchCount(queue);
    queue.send({ sender: 'demo/pm', recipient: 'demo/dev', body: 'x' });
    await waitUntil(() => counter.times > 0);
  });

  it('has no timer and uses no processor while nothing happens', { timeout: 60_000 }, async () => {
    const { send, path } = openTestQueue();
    const child = startChild('watch', [path]);
    await waitUntil(() => child.lines.includes('watching'), { timeoutMs: 30_000 });
    send();
    await waitUntil(() => child.lines.includes('fired 1'));
    const ask = async () => {
      const count = child.lines.length;
      child.process.stdin?.write('?');
      const line = await waitUntil(() => child.lines.slice(count).find((one) => one.startsWith('alive')));
      const [, timers = NaN, micros = NaN] = /^alive (\d+) cpu (\d+)$/.exec(line)?.map(Number) ?? [];
      return { timers, micros };
    };
    // The looks after a write end by themselves.
    const before = await waitUntil(async () => {
      const now = await ask();
      return now.timers === 0 && now;
    });
    await letTimePass(1_000);
    const after = await ask();
    expect(after.timers).toBe(0);
    expect(after.micros - before.micros).toBeLessThan(20_000);
    expect(child.lines.filter((line) => line.startsWith('fired'))).toEqual(['fired 1']);
  });

  it('says when the directory cannot be watched', () => {
    const { queue, path } = openTestQueue();
    rmSync(dirname(path), { recursive: true });
    expect(() => queue.watch(() => undefined)).toThrow(
      expect.objectContaining({ code: 'ORC_QUEUE_CANNOT_WATCH' }),
    );
  });
});
