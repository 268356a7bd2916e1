import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openQueue, type Queue } from '@orc/queue';
import BetterSqlite3 from 'better-sqlite3';
import { Queue as BullQueue, Worker as BullWorker } from 'bullmq';
import { better, defineQueue } from 'plainjob';
import { measureTogether, time, type Subject } from './measure.ts';
import { startRedis, type Redis } from './redis.ts';
import type { Line } from './report.ts';

const CYCLES = 100;
const ROUNDS = 15;
const STORED = 100_000;

/** One message through its life: sent, taken, finished, each durable before the next begins. */
function cycle(queue: Queue, recipient: string): void {
  const { id } = queue.send({ sender: 'bench', recipient, kind: 'task', body: 'a message of usual length' });
  queue.lease(recipient, { worker: 'bench', limit: 1 });
  queue.inject([id], { worker: 'bench', channel: 'bench' });
  queue.finish(id, { by: 'bench', result: 'done' });
}

/** The queue's own cycle beside the same cycle of other queues, at the same durability. */
export async function measureQueues(): Promise<Line[]> {
  const directory = mkdtempSync(join(tmpdir(), 'orc-bench-'));
  using empty = openQueue({ path: join(directory, 'empty.db') });
  using full = openQueue({ path: join(directory, 'full.db') });
  fill(full);
  const plain = openPlainjob(join(directory, 'plain.db'));
  const redis = await startRedis(directory);
  const bull = redis && openBull(redis);
  const repeat = (name: string, one: () => unknown): Subject => ({
    name,
    run: () =>
      time(async () => {
        for (let index = 0; index < CYCLES; index += 1) await one();
      }),
  });
  try {
    const subjects = [
      repeat('orc, empty', () => cycle(empty, 'a/empty')),
      repeat(`orc, ${STORED} stored`, () => cycle(full, 'a/fresh')),
      repeat('plainjob', () => plain.cycle()),
      ...(bull ? [repeat('BullMQ on Redis', () => bull.cycle())] : []),
    ];
    const [ours, stored, plainjob, bullmq] = await measureTogether(subjects, ROUNDS);
    if (!ours || !stored || !plainjob) return [];
    const what = `${CYCLES} × send + lease + finish`;
    return [
      { what, ours, peer: plainjob, budget: { type: 'at least', ratio: 1 } },
      bullmq
        ? { what, ours, peer: bullmq, budget: { type: 'at least', ratio: 2 } }
        : { what: `${what}, BullMQ`, why: 'redis-server is not installed' },
      {
        what: `the same with ${STORED} stored`,
        ours: stored,
        peer: ours,
        budget: { type: 'at most', ratio: 1.3 },
      },
    ];
  } finally {
    await bull?.close();
    redis?.[Symbol.dispose]();
    plain.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function fill(queue: Queue): void {
  const BATCH = 1_000;
  for (let start = 0; start < STORED; start += BATCH) {
    const inputs = Array.from({ length: BATCH }, (_, index) => ({
      sender: 'bench',
      recipient: `a/r${(start + index) % 200}`,
      body: 'a message of usual length',
    }));
    queue.sendAll(inputs);
  }
}

function openPlainjob(path: string) {
  const database = new BetterSqlite3(path);
  const queue = defineQueue({ connection: better(database) });
  // The peer asks for less than this by itself; a fair comparison survives the same power cut.
  database.pragma('synchronous = FULL');
  return {
    cycle() {
      queue.add('bench', 'a message of usual length');
      const job = queue.getAndMarkJobAsProcessing('bench');
      if (job) queue.markJobAsDone(job.id);
    },
    close() {
      queue.close();
    },
  };
}

function openBull({ port }: Redis) {
  const connection = { host: '127.0.0.1', port };
  const queue = new BullQueue('bench', { connection });
  const worker = new BullWorker('bench', null, { connection });
  return {
    async cycle() {
      await queue.add('bench', { body: 'a message of usual length' });
      const job = await worker.getNextJob('bench');
      await job?.moveToCompleted('done', 'bench', false);
    },
    async close() {
      await worker.close();
      await queue.close();
    },
  };
}
