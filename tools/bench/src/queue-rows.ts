import { join } from 'node:path';
import { openQueue, type Queue } from '@orc/queue';
import { measureTogether, time, type Measured, type Subject } from './measure.ts';
import { openBull, openPlainjob } from './queue-peers.ts';
import { startRedis } from './redis.ts';
import type { Line } from './report.ts';
import { openResources, type Resources } from './resources.ts';
import { makeTempDirectory } from './temp-directory.ts';

const CYCLES = 100;
const ROUNDS = 15;
const STORED = 100_000;
const RECIPIENTS = 200;
const CLAIMS = 200;
const BODY = 'a message of usual length';

/** The queue's own cycle beside the same cycle of other queues, at the same durability. */
export async function measureQueues(): Promise<Line[]> {
  await using resources = openResources();
  const directory = makeTempDirectory(resources);
  const open = (name: string): Queue => {
    const queue = openQueue({ path: join(directory, name) });
    resources.onEnd(() => queue[Symbol.dispose]());
    return queue;
  };
  const [empty, full] = [open('empty.db'), open('full.db')];
  fill(full);
  const plain = openPlainjob(join(directory, 'plain.db'));
  resources.onEnd(() => plain.close());
  const bull = await startBull(resources, directory);
  const subjects = [
    repeat('orc, empty', () => cycle(empty, 'a/empty')),
    repeat(`orc, ${STORED} stored`, () => cycle(full, 'a/fresh')),
    repeat(`orc, ${STORED} stored, behind a backlog`, () => cycle(full, 'a/r0')),
    repeat('plainjob', () => plain.cycle()),
    ...('why' in bull ? [] : [repeat('BullMQ on Redis', () => bull.cycle())]),
  ];
  const measured = await measureTogether(subjects, ROUNDS);
  const other = open('empty.db');
  return [...judge(measured, 'why' in bull ? bull.why : undefined), ...(await measureClaim(empty, other))];
}

function judge(measured: readonly Measured[], whyNoBull: string | undefined): Line[] {
  const [ours, stored, backlog, plainjob, bullmq] = measured;
  if (!ours || !stored || !backlog || !plainjob) throw new Error('A queue was not measured.');
  const what = `${CYCLES} × send + lease + finish`;
  const flat = { type: 'at most', ratio: 1.3 } as const;
  return [
    { what, ours, peer: plainjob, budget: { type: 'at least', ratio: 1 } },
    bullmq
      ? { what, ours, peer: bullmq, budget: { type: 'at least', ratio: 2 } }
      : { what: `${what}, BullMQ`, why: whyNoBull ?? 'not measured' },
    { what: `the same with ${STORED} stored`, ours: stored, peer: ours, budget: flat },
    {
      what: `the same with ${STORED} stored, ${STORED / RECIPIENTS} of them waiting here`,
      ours: backlog,
      peer: ours,
      budget: flat,
    },
  ];
}

function repeat(name: string, one: () => unknown): Subject {
  const all = async () => {
    for (let index = 0; index < CYCLES; index += 1) await one();
  };
  return { name, run: () => time(all) };
}

/** One message sent, the oldest one taken and finished; each step is on disk before the next begins. */
function cycle(queue: Queue, recipient: string): void {
  queue.send({ sender: 'bench', recipient, kind: 'task', body: BODY });
  const [message] = queue.lease(recipient, { worker: 'bench', limit: 1 });
  if (!message) throw new Error(`${recipient} was given no message.`);
  queue.finish(message.id, { by: 'bench', result: 'done' });
}

/** From the call of `send` on one connection until another connection holds the message. */
async function measureClaim(from: Queue, to: Queue): Promise<Line[]> {
  const claim = (): void => {
    const { id } = from.send({ sender: 'bench', recipient: 'a/claim', body: BODY });
    const [message] = to.lease('a/claim', { worker: 'bench', limit: 1 });
    if (message?.id !== id) throw new Error('What was sent could not be claimed.');
  };
  const [ours] = await measureTogether([{ name: 'orc', run: () => time(claim) }], CLAIMS);
  if (!ours) return [];
  return [{ what: 'sent until claimed by another connection, p95', value: ours.p95Ms, unit: 'ms', limit: 5 }];
}

function fill(queue: Queue): void {
  const BATCH = 1_000;
  for (let start = 0; start < STORED; start += BATCH) {
    const inputs = Array.from({ length: BATCH }, (_, index) => ({
      sender: 'bench',
      recipient: `a/r${(start + index) % RECIPIENTS}`,
      kind: 'task',
      body: BODY,
    }));
    queue.sendAll(inputs);
  }
}

async function startBull(resources: Resources, directory: string) {
  const redis = await startRedis(directory);
  if (!redis) return { why: 'redis-server is not installed' };
  resources.onEnd(() => redis.stop());
  const bull = await openBull(redis);
  if (!('why' in bull)) resources.onEnd(() => bull.close());
  return bull;
}
