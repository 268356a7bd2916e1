import { describe, expect, it } from 'vitest';
import { isOrcError } from '@orc/errors';
import type { Message, MessageState, Queue } from '../src/types.ts';
import { openTestQueue, type TestClock } from './open-test-queue.ts';

/** Numbers that look random and are the same for the same seed. */
function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    upTo: (max: number) => Math.floor(next() * max),
    pick: <Value>(values: readonly Value[]): Value => values[Math.floor(next() * values.length)] as Value,
  };
}

const agents = ['demo/pm', 'demo/dev', 'demo/qa'];
const workers = ['w1', 'w2'];
const allowed: Readonly<Record<MessageState, readonly MessageState[]>> = {
  queued: ['queued', 'leased', 'injected', 'seen', 'dead'],
  leased: ['leased', 'queued', 'injected', 'seen', 'dead'],
  injected: ['injected', 'queued', 'seen', 'dead'],
  seen: ['seen', 'done', 'failed', 'dead'],
  done: ['done'],
  failed: ['failed', 'queued'],
  dead: ['dead', 'queued', 'seen'],
};

function act(queue: Queue, clock: TestClock, random: ReturnType<typeof createRandom>, ids: string[]): void {
  const id = random.pick(ids.length > 0 ? ids : ['nowhere']);
  const recipient = random.pick(agents);
  const worker = random.pick(workers);
  const actions = [
    () => {
      const after = ids.length > 0 && random.upTo(3) === 0 ? [random.pick(ids)] : [];
      const kind = random.pick(['task', 'note']);
      const expectReplyMs = random.pick([null, 500]);
      const inReplyTo = random.upTo(4) === 0 ? id : null;
      const content = { priority: random.pick([0, 5, 5, 5, 60]), kind, after, expectReplyMs, inReplyTo };
      ids.push(queue.send({ sender: random.pick(agents), recipient, body: `${ids.length}`, ...content }).id);
    },
    () => {
      const leased = queue.lease(recipient, { worker, limit: 1 + random.upTo(3), leaseMs: 300 });
      expectOrder(leased);
      const some = leased.filter(() => random.upTo(4) > 0).map((message) => message.id);
      if (random.upTo(4) > 0) queue.inject(some, { worker, channel: 'Stop' });
      else queue.release(some, { worker });
    },
    () =>
      queue.advance(id, {
        step: random.pick(['received', 'accepted', 'sent', 'answered']),
        at: clock.now() - random.upTo(500),
      }),
    () => queue.start(id),
    () => queue.finish(id),
    () => queue.fail(id, { reason: 'broken' }),
    () => random.upTo(3) === 0 && queue.cancel(id, { reason: 'not needed' }),
    () => queue.retry(id),
    () => random.upTo(3) === 0 && queue.requeueUnseen(recipient, 'ended'),
    () =>
      random.upTo(4) === 0 &&
      queue.park(recipient, { reason: 'limit', until: clock.now() + random.upTo(400) }),
    () => queue.unpark(recipient),
    () => clock.pass(random.upTo(400)),
    () => queue.sweep(),
    () => random.upTo(10) === 0 && queue.prune(),
  ];
  random.pick([...actions, actions[0], actions[0], actions[1], actions[1]] as (() => unknown)[])();
}

function expectOrder(messages: readonly Message[]): void {
  const sorted = [...messages].sort((a, b) => b.priority - a.priority || a.seq - b.seq);
  expect(messages.map((message) => message.seq)).toEqual(sorted.map((message) => message.seq));
}

describe('whatever is done in whatever order', () => {
  it.each([1, 2, 3, 4, 5, 6])('keeps every promise of the ledger (seed %d)', { timeout: 60_000 }, (seed) => {
    const { queue, clock } = openTestQueue({
      attemptsMax: 3,
      evidenceMs: 400,
      finishedMax: 30,
      retainMs: 5_000,
    });
    const random = createRandom(seed);
    const ids: string[] = [];
    let refused = 0;
    for (let n = 0; n < 600; n += 1) {
      try {
        act(queue, clock, random, ids);
      } catch (error) {
        if (!isOrcError(error)) throw error;
        refused += 1;
      }
      if (n % 50 === 0) expect(queue.integrity()).toEqual([]);
    }
    expect(refused).toBeGreaterThan(0);
    expect(queue.integrity()).toEqual([]);
    const all = queue.transitions({ limit: 10_000 });
    for (const entry of all)
      if (entry.from !== null) expect(allowed[entry.from], entry.action).toContain(entry.to);
    // Each history is one unbroken line from the first state to the present one.
    for (const message of queue.list({ limit: 10_000 })) {
      const history = queue.history(message.id);
      expect(history.map((entry) => entry.from)).toEqual([
        null,
        ...history.slice(0, -1).map((entry) => entry.to),
      ]);
      expect(history.at(-1)?.to).toBe(message.state);
    }

    // Nothing waits for ever: with everybody back and all work done, every message comes to an end.
    for (const agent of agents) queue.unpark(agent);
    for (let round = 0; round < 200 && queue.stats().undelivered > 0; round += 1) {
      clock.pass(1_000);
      queue.sweep();
      for (const agent of agents) {
        queue.requeueUnseen(agent, 'ended');
        for (const { id } of queue.lease(agent, { worker: 'last' })) queue.finish(id);
      }
      for (const { id } of queue.list({ state: 'seen', kind: 'task', limit: 10_000 })) queue.finish(id);
    }
    expect(queue.stats().undelivered).toBe(0);
    expect(queue.integrity()).toEqual([]);
  });
});
