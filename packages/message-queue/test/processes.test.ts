import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { openQueue } from '../src/queue.ts';
import type { Queue } from '../src/types.ts';
import { startChild } from './start-child.ts';

function openShared(): { queue: Queue; path: string } {
  const path = join(makeTempDirectory('orc-queue'), 'orc.db');
  const queue = openQueue({ path, busyTimeoutMs: 60_000 });
  onTeardown(() => queue[Symbol.dispose]());
  return { queue, path };
}

describe('many processes on one file', () => {
  it(
    'delivers 8 × 200 messages to 2 workers: all, none twice, in the order of each sender',
    { timeout: 180_000 },
    async () => {
      const { queue, path } = openShared();
      const senders = Array.from({ length: 8 }, (_, n) => startChild('send', [path, `demo/s${n}`, '200']));
      const workers = ['w1', 'w2'].map((worker) => startChild('drain', [path, worker, '1600']));
      await Promise.all([...senders, ...workers].map((child) => child.ended));

      const taken = workers.flatMap((worker) => worker.lines);
      expect(taken).toHaveLength(1_600);
      expect(new Set(taken).size).toBe(1_600);
      for (const worker of workers) expect(worker.lines.length).toBeGreaterThan(0);
      expect(queue.stats()).toMatchObject({ total: 1_600, byState: { done: 1_600 } });
      expect(queue.list({ limit: 10_000 }).every((message) => message.attempts === 0)).toBe(true);

      const leased: string[] = [];
      for (let after = 0; ;) {
        const page = queue.transitions({ after, limit: 10_000 });
        if (page.length === 0) break;
        after = page.at(-1)?.seq ?? after;
        leased.push(...page.filter((entry) => entry.action === 'leased').map((entry) => entry.messageId));
      }
      expect(leased).toHaveLength(1_600);
      for (let n = 0; n < 8; n += 1) {
        const mine = leased.filter((id) => id.startsWith(`demo/s${n}.`));
        expect(mine).toEqual(Array.from({ length: 200 }, (_, k) => `demo/s${n}.${k}`));
      }
      expect(queue.integrity()).toEqual([]);
    },
  );

  it('lets eight processes open a new file at once', { timeout: 60_000 }, async () => {
    const path = join(makeTempDirectory('orc-queue'), 'orc.db');
    const children = Array.from({ length: 8 }, (_, n) => startChild('send', [path, `demo/s${n}`, '1']));
    await Promise.all(children.map((child) => child.ended));
    using queue = openQueue({ path });
    expect(queue.list()).toHaveLength(8);
  });
});

describe('a process that is killed', () => {
  it('loses nothing whose send had returned', { timeout: 60_000 }, async () => {
    const { queue, path } = openShared();
    const child = startChild('send', [path, 'demo/pm', '100000']);
    await waitUntil(() => child.lines.length > 50, { timeoutMs: 30_000 });
    child.process.kill('SIGKILL');
    await child.ended.catch(() => undefined);
    for (const id of child.lines) expect(queue.find(id)?.state, id).toBe('queued');
    expect(queue.integrity()).toEqual([]);
  });

  it(
    'gives its leased messages back when the lease runs out, in their order',
    { timeout: 60_000 },
    async () => {
      const { queue, path } = openShared();
      const sent = ['one', 'two'].map(
        (body) => queue.send({ sender: 'demo/pm', recipient: 'demo/dev', body }).id,
      );
      const child = startChild('hold', [path, '1500']);
      await waitUntil(() => child.lines.length === 1, { timeoutMs: 30_000 });
      child.process.kill('SIGKILL');
      await child.ended.catch(() => undefined);

      expect(child.lines).toEqual([sent.join(' ')]);
      expect(queue.lease('demo/dev', { worker: 'next' })).toEqual([]);
      expect(queue.get(sent[0] ?? '').state).toBe('leased');
      const again = await waitUntil(() => {
        const leased = queue.lease('demo/dev', { worker: 'next' });
        return leased.length > 0 && leased;
      });
      expect(again.map((message) => [message.id, message.attempts])).toEqual(sent.map((id) => [id, 1]));
    },
  );
});
