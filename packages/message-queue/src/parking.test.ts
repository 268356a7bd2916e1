import { describe, expect, it } from 'vitest';
import { idsOf, openTestQueue } from '../test/open-test-queue.ts';
import { openQueue } from './queue.ts';

const code = (name: string) => expect.objectContaining({ code: name }) as Error;

describe('a parked recipient', () => {
  it('is handed nothing, and others are', () => {
    const { queue, send } = openTestQueue();
    const message = send();
    const other = send({ recipient: 'demo/qa' });
    queue.park('demo/dev', { reason: 'usage limit' });
    expect(queue.lease('demo/dev', { worker: 'w' })).toEqual([]);
    expect(queue.nextFor('demo/dev')).toBeUndefined();
    expect(queue.pendingCount('demo/dev')).toBe(1);
    expect(idsOf(queue.lease('demo/qa', { worker: 'w' }))).toEqual([other.id]);
    expect(queue.unpark('demo/dev')).toBe(true);
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual([message.id]);
  });

  it('shows in every view of what waits for it, and only there', () => {
    const { queue, send, see } = openTestQueue();
    const [seen, waiting] = [see(), send()];
    queue.park('demo/dev', { reason: 'usage limit' });
    expect(queue.list().map((message) => [message.id, message.isParked])).toEqual([
      [seen.id, false],
      [waiting.id, true],
    ]);
    queue.unpark('demo/dev');
    expect(queue.get(waiting.id).isParked).toBe(false);
  });

  it('stays parked when the queue is opened again', () => {
    const { queue, path, clock } = openTestQueue();
    queue.park('demo/dev', { reason: 'usage limit', until: clock.now() + 1_000 });
    using again = openQueue({ path }, { clock });
    expect(again.parked()).toEqual([
      { recipient: 'demo/dev', reason: 'usage limit', since: clock.now(), until: clock.now() + 1_000 },
    ]);
  });

  it('keeps the time at which it began when it is parked again', () => {
    const { queue, clock } = openTestQueue();
    queue.park('demo/dev', { reason: 'first', until: clock.now() + 50 });
    clock.pass(10);
    queue.park('demo/dev', { reason: 'second' });
    expect(queue.parked()).toEqual([
      { recipient: 'demo/dev', reason: 'second', since: clock.now() - 10, until: null },
    ]);
  });

  it('can still be seen to read what it had', () => {
    const { queue, send } = openTestQueue();
    const { id } = send();
    queue.lease('demo/dev', { worker: 'w' });
    queue.park('demo/dev', { reason: 'usage limit' });
    queue.inject([id], { worker: 'w', channel: 'Stop' });
    queue.advance(id, { step: 'answered' });
    expect(queue.get(id).state).toBe('seen');
  });

  it('says whether there was anything to end', () => {
    expect(openTestQueue().queue.unpark('demo/dev')).toBe(false);
  });

  it('refuses no reason, no address and a time that is none', () => {
    const { queue } = openTestQueue();
    expect(() => queue.park('demo/dev', { reason: '' })).toThrow(code('ORC_QUEUE_BAD_INPUT'));
    expect(() => queue.park('', { reason: 'x' })).toThrow(code('ORC_QUEUE_BAD_INPUT'));
    expect(() => queue.park('demo/dev', { reason: 'x', until: 1.5 })).toThrow(code('ORC_QUEUE_BAD_INPUT'));
    expect(queue.parked()).toEqual([]);
  });
});

describe('time while parked', () => {
  it('does not run against a lease: it has as much left as before', () => {
    const { queue, send, clock } = openTestQueue();
    const { id } = send();
    queue.lease('demo/dev', { worker: 'w', leaseMs: 1_000 });
    clock.pass(400);
    queue.park('demo/dev', { reason: 'usage limit' });
    clock.pass(3_600_000);
    expect(queue.sweep().expired).toEqual([]);
    queue.unpark('demo/dev');
    clock.pass(599);
    expect(queue.sweep().expired).toEqual([]);
    clock.pass(1);
    expect(queue.sweep().expired).toEqual([id]);
    expect(queue.get(id).attempts).toBe(1);
  });

  it('does not run against evidence, also when the delivery was printed meanwhile', () => {
    const { queue, send, clock } = openTestQueue();
    const [before, meanwhile] = [send(), send()];
    queue.lease('demo/dev', { worker: 'w' });
    queue.inject([before.id], { worker: 'w', channel: 'Stop' });
    clock.pass(5_000);
    queue.park('demo/dev', { reason: 'usage limit' });
    clock.pass(100_000);
    queue.inject([meanwhile.id], { worker: 'w', channel: 'Stop' });
    clock.pass(200_000);
    expect(queue.sweep().unproven).toEqual([]);
    queue.unpark('demo/dev');
    clock.pass(9_999);
    expect(queue.sweep().unproven).toEqual([]);
    clock.pass(1);
    expect(queue.sweep().unproven).toEqual([before.id]);
    clock.pass(5_000);
    expect(queue.sweep().unproven).toEqual([meanwhile.id]);
  });

  it('does not run against a reply that is owed', () => {
    const { queue, see, send, clock } = openTestQueue();
    const seen = see({ expectReplyMs: 1_000 });
    clock.pass(300);
    queue.park('demo/dev', { reason: 'usage limit' });
    clock.pass(50_000);
    const late = send({ expectReplyMs: 1_000 });
    clock.pass(50_000);
    expect(queue.sweep().nudged).toEqual([]);
    queue.unpark('demo/dev');
    expect([queue.get(seen.id).replyBy, queue.get(late.id).replyBy]).toEqual([
      clock.now() + 700,
      clock.now() + 1_000,
    ]);
    clock.pass(700);
    expect(queue.sweep().nudged.map((one) => one.messageId)).toEqual([seen.id]);
    clock.pass(300);
    expect(queue.sweep().nudged.map((one) => one.messageId)).toEqual([late.id]);
  });

  it('runs against everybody else', () => {
    const { queue, inject, clock } = openTestQueue();
    const { id } = inject({ recipient: 'demo/qa' });
    queue.park('demo/dev', { reason: 'usage limit' });
    clock.pass(15_000);
    expect(queue.sweep().unproven).toEqual([id]);
  });
});

describe('parking with an end', () => {
  it('ends by itself at the next sweep, and is told', () => {
    const { queue, send, clock } = openTestQueue();
    send();
    queue.park('demo/dev', { reason: 'usage limit', until: clock.now() + 1_000 });
    clock.pass(999);
    expect(queue.sweep().unparked).toEqual([]);
    clock.pass(1);
    expect(queue.sweep().unparked).toEqual(['demo/dev']);
    expect(queue.parked()).toEqual([]);
  });

  it('ends by itself at the next lease', () => {
    const { queue, send, clock } = openTestQueue();
    send();
    queue.park('demo/dev', { reason: 'usage limit', until: clock.now() + 1_000 });
    clock.pass(1_000);
    expect(queue.nextFor('demo/dev')).toBe(5);
    expect(queue.lease('demo/dev', { worker: 'w' })).toHaveLength(1);
    expect(queue.parked()).toEqual([]);
  });

  it('never ends by itself without one', () => {
    const { queue, clock } = openTestQueue();
    queue.park('demo/dev', { reason: 'offline' });
    clock.pass(365 * 24 * 3_600_000);
    expect(queue.sweep().unparked).toEqual([]);
    expect(queue.parked()).toHaveLength(1);
  });
});
