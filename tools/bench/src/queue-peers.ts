import { createRequire } from 'node:module';
import BetterSqlite3 from 'better-sqlite3';
import { better, defineQueue } from 'plainjob';
import type { Redis } from './redis.ts';

const BODY = 'a message of usual length';

/** The cycle of plainjob, with every commit as durable as ours. */
export function openPlainjob(path: string) {
  const database = new BetterSqlite3(path);
  const queue = defineQueue({ connection: better(database) });
  // The peer asks for less than this when it opens; a fair comparison survives the same power cut.
  database.pragma('synchronous = FULL');
  const state = ['journal_mode', 'synchronous'].map((name) => database.pragma(name, { simple: true }));
  if (state[0] !== 'wal' || state[1] !== 2) throw new Error(`plainjob runs with ${state.join(' and ')}.`);
  return {
    cycle() {
      queue.add('bench', BODY);
      const job = queue.getAndMarkJobAsProcessing('bench');
      if (!job) throw new Error('plainjob gave no job.');
      queue.markJobAsDone(job.id);
    },
    close() {
      queue.close();
      database.close();
    },
  };
}

/** The cycle of BullMQ; `why` when the client of Redis that it loads by itself is not there. */
export async function openBull({ port }: Redis) {
  const { Queue, Worker } = await import('bullmq');
  if (!hasClient()) return { why: 'BullMQ finds no ioredis' };
  const connection = { host: '127.0.0.1', port };
  const queue = new Queue('bench', { connection });
  const worker = new Worker('bench', null, { connection });
  return {
    async cycle() {
      await queue.add('bench', { body: BODY });
      const job = await worker.getNextJob('bench');
      if (!job) throw new Error('BullMQ gave no job.');
      await job.moveToCompleted('done', 'bench', false);
    },
    async close() {
      await worker.close();
      await queue.close();
    },
  };
}

function hasClient(): boolean {
  try {
    createRequire(createRequire(import.meta.url).resolve('bullmq')).resolve('ioredis');
    return true;
  } catch {
    return false;
  }
}
