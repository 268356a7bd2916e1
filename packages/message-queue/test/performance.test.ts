import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '@orc/sqlite';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { openQueue } from '../src/queue.ts';
import type { Queue } from '../src/types.ts';

const from = { sender: 'demo/pm', recipient: 'demo/dev', body: 'x'.repeat(200) };

/** A ledger that already holds so many messages in a state, written the quick way. */
function openFilled(count: number, state: 'done' | 'queued'): Queue {
  const path = join(makeTempDirectory('orc-queue'), 'orc.db');
  openQueue({ path })[Symbol.dispose]();
  const database = openDatabase({ path });
  const [finishedAt, seenAt] = state === 'done' ? [5, 3] : [null, null];
  database
    .prepare(
      `INSERT INTO queue_messages (id, sender, recipient, kind, priority, body, tags, after_ids, created_at, state,
                                   seen_at, finished_at, duration_ms, last_transition)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       SELECT 'old' || i, 'demo/pm', 'demo/dev', 'task', 0, hex(randomblob(100)), '[]', '[]', 1, ?, ?, ?, ?, i FROM n`,
    )
    .run(count, state, seenAt, finishedAt, finishedAt);
  database.exec(`INSERT INTO queue_transitions (at, message_seq, action, to_state)
                 SELECT 1, seq, 'sent', state FROM queue_messages`);
  database.close();
  const queue = openQueue({ path, depthMax: 1_000_000 });
  onTeardown(() => queue[Symbol.dispose]());
  return queue;
}

function cycle(queue: Queue): number {
  const begin = performance.now();
  queue.send(from);
  const [message] = queue.lease('demo/dev', { worker: 'w', limit: 1 });
  queue.finish(message?.id ?? '');
  return performance.now() - begin;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe('send, lease and finish', () => {
  it.each(['done', 'queued'] as const)(
    'take as long with 100 000 stored %s messages as with none',
    { timeout: 120_000 },
    (state) => {
      const [empty, full] = [openFilled(1, state), openFilled(100_000, state)];
      for (const queue of [empty, full]) for (let n = 0; n < 50; n += 1) cycle(queue);
      const times = { empty: [] as number[], full: [] as number[] };
      // In turns, so that whatever else the machine does hits both alike.
      for (let n = 0; n < 300; n += 1) {
        times.empty.push(cycle(empty));
        times.full.push(cycle(full));
      }
      expect(median(times.full) / median(times.empty)).toBeLessThan(1.5);
    },
  );
});
