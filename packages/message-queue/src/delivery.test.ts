import { describe, expect, it } from 'vitest';
import { idsOf, openTestQueue } from '../test/open-test-queue.ts';
import { openQueue } from './queue.ts';

const code = (name: string) => expect.objectContaining({ code: name }) as Error;
const hook = { worker: 'hook', channel: 'PostToolUse' };

describe('the order of delivery', () => {
  it('hands out the larger priority first, and the older one of two that are equal', () => {
    const { queue, send } = openTestQueue();
    const sent = [5, 200, 5, 30, 100, 30, 0, 200].map((priority) => send({ priority }).seq);
    const leased = queue.lease('demo/dev', { worker: 'w' });
    expect(sent).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(leased.map((message) => message.seq)).toEqual([2, 8, 5, 4, 6, 1, 3, 7]);
  });

  it('keeps a thousand equal messages, also with equal text, in the order in which they were sent', () => {
    const { queue } = openTestQueue();
    const same = { sender: 'demo/pm', recipient: 'demo/dev', body: 'the same' };
    const sent = queue.sendAll(Array.from({ length: 1_000 }, () => same));
    const leased = Array.from({ length: 50 }, () => queue.lease('demo/dev', { worker: 'w' })).flat();
    expect(idsOf(leased)).toEqual(idsOf(sent));
  });

  it('keeps recipients apart', () => {
    const { queue, send } = openTestQueue();
    const mine = send();
    send({ recipient: 'demo/qa' });
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual([mine.id]);
  });

  it('puts a released message back in its old place', () => {
    const { queue, send } = openTestQueue();
    const [a, b] = [send(), send()];
    const first = queue.lease('demo/dev', { worker: 'w', limit: 1 });
    queue.release(idsOf(first), { worker: 'w', reason: 'no room' });
    expect(queue.get(a.id)).toMatchObject({
      state: 'queued',
      attempts: 0,
      reason: 'no room',
      leasedAt: null,
    });
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual([a.id, b.id]);
  });
});

describe('lease', () => {
  it('returns the messages as they stand in the ledger', () => {
    const { queue, send, clock } = openTestQueue();
    send({ tags: ['t'], topic: 'top', expectReplyMs: 10, body: 'long '.repeat(500) });
    clock.pass(5);
    const [message] = queue.lease('demo/dev', { worker: 'w', leaseMs: 200 });
    expect(message).toMatchObject({
      state: 'leased',
      leasedAt: clock.now(),
      leaseExpiresAt: clock.now() + 200,
    });
    expect(queue.get(message?.id ?? '')).toEqual(message);
  });

  it('takes at most as many as were asked for, twenty by default', () => {
    const { queue, send } = openTestQueue();
    for (let n = 0; n < 25; n += 1) send();
    expect(queue.lease('demo/dev', { worker: 'w', limit: 2 })).toHaveLength(2);
    expect(queue.lease('demo/dev', { worker: 'w' })).toHaveLength(20);
    expect(queue.lease('demo/dev', { worker: 'w' })).toHaveLength(3);
    expect(queue.lease('demo/dev', { worker: 'w' })).toEqual([]);
  });

  it('is empty, and writes nothing, when there is nothing', () => {
    const { queue } = openTestQueue();
    expect(queue.lease('demo/dev', { worker: 'w' })).toEqual([]);
    expect(queue.transitions()).toEqual([]);
  });

  it('gives a message to one worker only', () => {
    const { queue, send, path, clock } = openTestQueue();
    send();
    using other = openQueue({ path }, { clock });
    expect(queue.lease('demo/dev', { worker: 'a' })).toHaveLength(1);
    expect(other.lease('demo/dev', { worker: 'b' })).toEqual([]);
  });

  it('lets nothing overtake a message that another worker holds', () => {
    const { queue, send } = openTestQueue();
    const [a, b] = [send(), send()];
    queue.lease('demo/dev', { worker: 'a', limit: 1 });
    expect(queue.lease('demo/dev', { worker: 'b' })).toEqual([]);
    send({ priority: 4 });
    expect(queue.lease('demo/dev', { worker: 'b' })).toEqual([]);
    queue.inject([a.id], { ...hook, worker: 'a' });
    expect(idsOf(queue.lease('demo/dev', { worker: 'b', limit: 1 }))).toEqual([b.id]);
  });

  it('lets an emergency pass while another worker holds ordinary mail', () => {
    const { queue, send } = openTestQueue();
    send();
    queue.lease('demo/dev', { worker: 'a' });
    send();
    const emergency = send({ priority: 200 });
    expect(idsOf(queue.lease('demo/dev', { worker: 'b' }))).toEqual([emergency.id]);
  });

  it('lets an older message of the same priority pass that came back while a newer one was held', () => {
    const { queue, send } = openTestQueue();
    const [a] = [send(), send()];
    queue.lease('demo/dev', { worker: 'a' });
    queue.release([a.id], { worker: 'a' });
    expect(idsOf(queue.lease('demo/dev', { worker: 'b' }))).toEqual([a.id]);
  });

  it('lets a worker take more while it holds some', () => {
    const { queue, send } = openTestQueue();
    const [, b] = [send(), send()];
    queue.lease('demo/dev', { worker: 'a', limit: 1 });
    expect(idsOf(queue.lease('demo/dev', { worker: 'a' }))).toEqual([b.id]);
  });

  it.each([
    ['a limit of 0', { worker: 'w', limit: 0 }],
    ['a limit over 1000', { worker: 'w', limit: 1_001 }],
    ['half a limit', { worker: 'w', limit: 1.5 }],
    ['no worker', { worker: '' }],
    ['a lease of no time', { worker: 'w', leaseMs: 0 }],
    ['a lease over an hour', { worker: 'w', leaseMs: 3_600_001 }],
  ])('refuses %s', (_what, options) => {
    const { queue } = openTestQueue();
    expect(() => queue.lease('demo/dev', options)).toThrow(code('ORC_QUEUE_BAD_INPUT'));
  });

  it('refuses a recipient that is no address', () => {
    expect(() => openTestQueue().queue.lease('', { worker: 'w' })).toThrow(code('ORC_QUEUE_BAD_INPUT'));
  });
});

describe('a lease that runs out', () => {
  it('puts the message back with one attempt more, in its old place', () => {
    const { queue, send, clock } = openTestQueue();
    const [a, b] = [send(), send()];
    queue.lease('demo/dev', { worker: 'a', limit: 1, leaseMs: 100 });
    clock.pass(99);
    expect(queue.sweep()).toMatchObject({ expired: [] });
    clock.pass(1);
    expect(queue.sweep()).toMatchObject({ expired: [a.id], dead: [] });
    expect(queue.get(a.id)).toMatchObject({ state: 'queued', attempts: 1, reason: 'the lease ran out' });
    expect(idsOf(queue.lease('demo/dev', { worker: 'b' }))).toEqual([a.id, b.id]);
  });

  it('needs no sweep: the next lease takes it back by itself', () => {
    const { queue, send, clock } = openTestQueue();
    const [a, b] = [send(), send()];
    queue.lease('demo/dev', { worker: 'a', leaseMs: 100 });
    clock.pass(100);
    expect(idsOf(queue.lease('demo/dev', { worker: 'b' }))).toEqual([a.id, b.id]);
    expect(queue.get(a.id).attempts).toBe(1);
  });

  it('is dead after the last attempt, and the sender can read why', () => {
    const { queue, send, clock } = openTestQueue({ attemptsMax: 3 });
    const { id } = send();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect(queue.lease('demo/dev', { worker: 'w', leaseMs: 100 })).toHaveLength(1);
      clock.pass(100);
      expect(queue.sweep()).toMatchObject(
        attempt < 3 ? { expired: [id], dead: [] } : { expired: [], dead: [id] },
      );
    }
    expect(queue.get(id)).toMatchObject({
      state: 'dead',
      reason: 'attempts',
      attempts: 3,
      finishedAt: clock.now(),
    });
    expect(queue.transitions().at(-1)).toMatchObject({
      ...{ messageId: id, action: 'died', from: 'queued', to: 'dead', reason: 'attempts', sender: 'demo/pm' },
    });
    expect(queue.lease('demo/dev', { worker: 'w' })).toEqual([]);
  });

  it('is not stuck when the clock is set back by a day', () => {
    const { queue, send, clock } = openTestQueue();
    const [a, b] = [send(), send({ recipient: 'demo/qa' })];
    for (const name of ['demo/dev', 'demo/qa']) queue.lease(name, { worker: 'w' });
    clock.pass(-24 * 3_600_000);
    expect(idsOf(queue.lease('demo/dev', { worker: 'other' }))).toEqual([a.id]);
    expect(queue.sweep().expired).toEqual([b.id]);
  });

  it('survives a clock that is corrected by a second', () => {
    const { queue, send, clock } = openTestQueue();
    send();
    queue.lease('demo/dev', { worker: 'w' });
    clock.pass(-1_000);
    expect(queue.lease('demo/dev', { worker: 'other' })).toEqual([]);
    expect(queue.sweep().expired).toEqual([]);
  });

  it('may still be injected by its worker while nobody else took it', () => {
    const { queue, send, clock } = openTestQueue();
    const { id } = send();
    queue.lease('demo/dev', { worker: 'w', leaseMs: 100 });
    clock.pass(1_000);
    queue.inject([id], { ...hook, worker: 'w' });
    expect(queue.get(id).state).toBe('injected');
  });
});

describe('inject', () => {
  it('records the channel, the step and where to look for the delivery', () => {
    const { queue, send, clock } = openTestQueue();
    const { id } = send();
    queue.lease('demo/dev', { worker: 'hook' });
    clock.pass(7);
    queue.inject([id], { ...hook, evidenceRef: 'call-9' });
    expect(queue.get(id)).toMatchObject({
      state: 'injected',
      channel: 'PostToolUse',
      step: 'printed',
      injectedAt: clock.now(),
    });
    expect(queue.get(id).leaseExpiresAt).toBeNull();
    expect(queue.history(id).at(-1)).toMatchObject({
      ...{ action: 'injected', from: 'leased', to: 'injected', step: 'printed', channel: 'PostToolUse' },
      ...{ actor: 'hook', evidence: { ref: 'call-9' } },
    });
  });

  it('is repeatable', () => {
    const { queue, inject } = openTestQueue();
    const { id } = inject();
    queue.inject([id], hook);
    expect(queue.history(id).filter((entry) => entry.action === 'injected')).toHaveLength(1);
  });

  it('refuses what another worker holds, and then changes nothing at all', () => {
    const { queue, send } = openTestQueue();
    const [a, b] = [send({ priority: 9 }), send()];
    queue.lease('demo/dev', { worker: 'one', limit: 1 });
    queue.inject([a.id], { ...hook, worker: 'one' });
    queue.release([], { worker: 'one' });
    queue.lease('demo/dev', { worker: 'two' });
    const c = send();
    queue.lease('demo/dev', { worker: 'two' });
    expect(() => queue.inject([b.id, c.id], { ...hook, worker: 'one' })).toThrow(
      code('ORC_QUEUE_LEASE_LOST'),
    );
    expect([queue.get(b.id).state, queue.get(c.id).state]).toEqual(['leased', 'leased']);
  });

  it('refuses a message that was never leased, was taken back, or was cancelled meanwhile', () => {
    const { queue, send, clock } = openTestQueue();
    const [fresh, lost, cancelled] = [send({ recipient: 'demo/qa' }), send(), send()];
    queue.lease('demo/dev', { worker: 'hook', leaseMs: 100 });
    queue.cancel(cancelled.id, { reason: 'not needed' });
    clock.pass(100);
    queue.sweep();
    for (const { id } of [fresh, lost, cancelled])
      expect(() => queue.inject([id], hook), id).toThrow(code('ORC_QUEUE_LEASE_LOST'));
  });

  it('says nothing when evidence or the work itself was faster', () => {
    const { queue, send } = openTestQueue();
    const [a, b] = [send(), send()];
    queue.lease('demo/dev', { worker: 'hook' });
    queue.advance(a.id, { step: 'answered' });
    queue.finish(b.id);
    queue.inject([a.id, b.id], hook);
    expect([queue.get(a.id).state, queue.get(b.id).state]).toEqual(['seen', 'done']);
  });

  it('refuses an unknown id, and a channel that is no word', () => {
    const { queue } = openTestQueue();
    expect(() => queue.inject(['nowhere'], hook)).toThrow(code('ORC_QUEUE_UNKNOWN_MESSAGE'));
    expect(() => queue.inject([], { worker: 'w', channel: 'a channel' })).toThrow(
      code('ORC_QUEUE_BAD_INPUT'),
    );
  });
});

describe('release', () => {
  it('counts no attempt, however often', () => {
    const { queue, send } = openTestQueue({ attemptsMax: 2 });
    const { id } = send();
    for (let n = 0; n < 10; n += 1) {
      queue.lease('demo/dev', { worker: 'w' });
      queue.release([id], { worker: 'w' });
    }
    expect(queue.get(id)).toMatchObject({ state: 'queued', attempts: 0 });
  });

  it('is repeatable, but never takes from another worker', () => {
    const { queue, send } = openTestQueue();
    const { id } = send();
    queue.lease('demo/dev', { worker: 'a' });
    queue.release([id], { worker: 'a' });
    queue.release([id], { worker: 'a' });
    queue.lease('demo/dev', { worker: 'b' });
    expect(() => queue.release([id], { worker: 'a' })).toThrow(code('ORC_QUEUE_LEASE_LOST'));
    expect(queue.get(id).state).toBe('leased');
  });

  it('refuses an unknown id', () => {
    expect(() => openTestQueue().queue.release(['nowhere'], { worker: 'w' })).toThrow(
      code('ORC_QUEUE_UNKNOWN_MESSAGE'),
    );
  });
});

describe('requeueUnseen', () => {
  it('queues what was printed for the session that ended, whatever its evidence, and counts no attempt', () => {
    const { queue, send, clock } = openTestQueue();
    const [accepted, printed, leased] = [send(), send(), send()];
    queue.lease('demo/dev', { worker: 'hook', limit: 2 });
    queue.inject([accepted.id, printed.id], hook);
    queue.advance(accepted.id, { step: 'accepted' });
    queue.lease('demo/dev', { worker: 'hook' });
    clock.pass(5);
    expect(queue.requeueUnseen('demo/dev', 'the session ended')).toEqual([accepted.id, printed.id]);
    expect(queue.get(accepted.id)).toMatchObject({
      ...{
        state: 'queued',
        attempts: 0,
        step: null,
        channel: null,
        injectedAt: null,
        reason: 'the session ended',
      },
    });
    expect(queue.get(leased.id).state).toBe('leased');
    expect(queue.requeueUnseen('demo/dev', 'again')).toEqual([]);
  });

  it('leaves what was seen, and other recipients, alone', () => {
    const { queue, see, inject } = openTestQueue();
    const seen = see();
    const others = inject({ recipient: 'demo/qa' });
    expect(queue.requeueUnseen('demo/dev', 'ended')).toEqual([]);
    expect([queue.get(seen.id).state, queue.get(others.id).state]).toEqual(['seen', 'injected']);
  });

  it('queues only what was lost when the session itself goes on', () => {
    const { queue, inject } = openTestQueue();
    const [lost, kept] = [inject(), inject()];
    const others = inject({ recipient: 'demo/qa' });
    expect(queue.requeueUnseen('demo/dev', 'taken back', [others.id, lost.id])).toEqual([lost.id]);
    expect(queue.requeueUnseen('demo/dev', 'taken back', [])).toEqual([]);
    expect([queue.get(kept.id).state, queue.get(others.id).state]).toEqual(['injected', 'injected']);
    // Nothing was taken from the one that is still there: what proves it counts, though it is older.
    expect(queue.advance(kept.id, { step: 'accepted', at: kept.createdAt })).toBe(true);
  });
});

describe('looking without taking', () => {
  it('counts what could be handed out', () => {
    const { queue, send } = openTestQueue();
    const first = send({ kind: 'task' });
    send({ after: [first.id] });
    send({ priority: 80 });
    expect([queue.pendingCount('demo/dev'), queue.nextFor('demo/dev')]).toEqual([2, 80]);
    queue.lease('demo/dev', { worker: 'w' });
    expect([queue.pendingCount('demo/dev'), queue.nextFor('demo/dev')]).toEqual([0, undefined]);
    expect([queue.pendingCount('demo/nobody'), queue.nextFor('demo/nobody')]).toEqual([0, undefined]);
  });
});

it('waits no longer for evidence than it would itself, whoever injected', () => {
  const { queue, clock, path, send } = openTestQueue({ evidenceMs: 1_000 });
  using patient = openQueue({ path, evidenceMs: 3_600_000 }, { clock });
  const [one, other] = [send(), send()];
  for (const { id } of [one, other]) {
    patient.lease('demo/dev', { ...hook, limit: 1 });
    patient.inject([id], hook);
  }
  queue.advance(other.id, { step: 'accepted' });
  queue.expectEvidence();
  clock.pass(999);
  expect(queue.sweep().unproven).toEqual([]);
  clock.pass(1);
  expect(queue.sweep().unproven).toEqual([one.id]);
});
