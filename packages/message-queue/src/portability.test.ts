import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '@orc/sqlite';
import { makeTempDirectory } from '@orc/testing';
import { idsOf, openTestQueue } from '../test/open-test-queue.ts';
import { openQueue } from './queue.ts';
import type { Message } from './types.ts';

const code = (name: string) => expect.objectContaining({ code: name }) as Error;
const throughJson = (messages: Message[]) => JSON.parse(JSON.stringify(messages)) as Message[];

describe('moving to another ledger', () => {
  it('brings everything that is still owed, in order, and once', () => {
    const old = openTestQueue();
    old.see();
    const done = old.send({ kind: 'task' });
    old.queue.finish(done.id);
    const seenTask = old.see({ kind: 'task', id: 'T-1', expectReplyMs: 1_000 });
    old.queue.start('T-1');
    const injected = old.inject({ priority: 80 });
    const low = old.send({ priority: 0, tags: ['a'], topic: 't', body: 'long '.repeat(1_000) });
    const high = old.send({ priority: 9 });
    const exported = old.queue.exportPending();
    expect(idsOf(exported)).toEqual(idsOf([seenTask, injected, low, high]));

    const target = openTestQueue();
    target.clock.pass(5_000);
    expect(target.queue.importPending(throughJson(exported))).toBe(4);
    expect(target.queue.importPending(exported)).toBe(0);
    expect(target.queue.get('T-1')).toMatchObject({
      state: 'seen',
      startedAt: seenTask.createdAt,
      seenAt: seenTask.seenAt,
    });
    expect(target.queue.obligations({ open: true })).toMatchObject([
      { messageId: 'T-1', replyBy: target.clock.now() + 1_000 },
    ]);
    expect(target.queue.get(low.id)).toMatchObject({
      body: low.body,
      tags: ['a'],
      topic: 't',
      createdAt: low.createdAt,
    });
    expect(idsOf(target.queue.lease('demo/dev', { worker: 'w' }))).toEqual(idsOf([injected, high, low]));
    target.queue.finish('T-1');
    expect(target.queue.integrity()).toEqual([]);
    expect(target.queue.history(injected.id)[0]).toMatchObject({
      action: 'imported',
      from: null,
      to: 'queued',
    });
  });

  it('keeps dependencies, also on work that is under way, and forgets fulfilled ones', () => {
    const old = openTestQueue();
    const fulfilled = old.see();
    const task = old.see({ kind: 'task' });
    const waiting = old.send({ after: [fulfilled.id, task.id] });
    const target = openTestQueue();
    target.queue.importPending(old.queue.exportPending());
    expect(target.queue.get(waiting.id).isBlocked).toBe(true);
    target.queue.finish(task.id);
    expect(idsOf(target.queue.lease('demo/dev', { worker: 'w' }))).toEqual([waiting.id]);
  });

  it('ends at once what waits for something that failed here', () => {
    const old = openTestQueue();
    old.send({ id: 'T-1', kind: 'task' });
    old.send({ id: 'later', after: ['T-1'] });
    const target = openTestQueue();
    target.send({ id: 'T-1', kind: 'task' });
    target.queue.fail('T-1', { reason: 'broken' });
    expect(target.queue.importPending(old.queue.exportPending())).toBe(1);
    expect(target.queue.get('later')).toMatchObject({ state: 'dead', reason: 'dependency' });
  });

  it('keeps a reply that was given already', () => {
    const old = openTestQueue();
    const task = old.see({ kind: 'task', expectReplyMs: 1_000 });
    old.queue.send({ sender: 'demo/dev', recipient: 'demo/qa', body: 'yes', inReplyTo: task.id });
    const target = openTestQueue();
    target.queue.importPending(old.queue.exportPending());
    expect(target.queue.get(task.id).repliedAt).toBe(old.clock.now());
    expect(target.queue.obligations()).toEqual([]);
  });

  it('loses nothing to a full or unknown recipient', () => {
    const old = openTestQueue();
    for (let n = 0; n < 5; n += 1) old.send();
    const target = openTestQueue({ depthMax: 1 }, { isKnownRecipient: () => false });
    expect(target.queue.importPending(old.queue.exportPending())).toBe(5);
  });

  it('refuses an id that means something else here, and then imports nothing', () => {
    const old = openTestQueue();
    old.send();
    old.send({ id: 'same' });
    const target = openTestQueue();
    target.send({ id: 'same', body: 'other' });
    expect(() => target.queue.importPending(old.queue.exportPending())).toThrow(code('ORC_QUEUE_ID_TAKEN'));
    expect(target.queue.list()).toHaveLength(1);
  });

  it.each([
    ['each other', ['b', 'a']],
    ['themselves', ['a', 'b']],
  ])('refuses messages that wait for %s, and then imports nothing', (_what, [first = '', second = '']) => {
    const { send } = openTestQueue();
    const [a, b, c] = [send({ id: 'a' }), send({ id: 'b' }), send({ id: 'c' })];
    const target = openTestQueue();
    const cycle = [c, { ...a, after: [first] }, { ...b, after: [second] }];
    expect(() => target.queue.importPending(cycle)).toThrow(code('ORC_QUEUE_DEPENDENCY_CYCLE'));
    expect(target.queue.list()).toEqual([]);
  });

  it.each([
    ['a date as text', { createdAt: '2026-01-01' }, 'ORC_QUEUE_BAD_INPUT'],
    ['no id', { id: undefined }, 'ORC_QUEUE_BAD_INPUT'],
    ['attempts that are no number', { attempts: null }, 'ORC_QUEUE_BAD_INPUT'],
    ['a body with NUL', { body: '\0' }, 'ORC_QUEUE_BAD_TEXT'],
    ['a seen task that was never seen', { state: 'seen', seenAt: null }, 'ORC_QUEUE_BAD_INPUT'],
  ])('refuses %s', (_what, change, name) => {
    const { queue, send } = openTestQueue();
    const message = send();
    const target = openTestQueue();
    expect(() => target.queue.importPending([{ ...message, ...change } as Message])).toThrow(code(name));
    expect(queue.list()).toHaveLength(1);
  });
});

describe('backup', () => {
  it('is a ledger of its own, with everything in it, for its owner only', async () => {
    const { queue, send } = openTestQueue();
    const message = send({ body: 'x'.repeat(10_000) });
    const target = join(makeTempDirectory(), 'copy.db');
    await queue.backup(target);
    using copy = openQueue({ path: target });
    expect(copy.get(message.id)).toEqual(message);
    expect(copy.integrity()).toEqual([]);
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  it('says when the target cannot be written', async () => {
    const { queue } = openTestQueue();
    await expect(queue.backup('/nowhere/at/all.db')).rejects.toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ORC_SQLITE_/) as string }),
    );
  });
});

describe('integrity', () => {
  it('finds what no correct program leaves behind', () => {
    const { queue, send, path } = openTestQueue();
    const [a, b] = [send({ id: 'a', body: 'x'.repeat(5_000) }), send({ id: 'b', kind: 'task' })];
    send({ id: 'c', after: [b.id] });
    expect(queue.integrity()).toEqual([]);
    const database = openDatabase({ path });
    database.exec(`
      DELETE FROM queue_long_bodies WHERE seq = ${a.seq};
      UPDATE queue_messages SET blockers = 0 WHERE id = 'c';
      UPDATE queue_messages SET state = 'seen', seen_at = 1 WHERE id = 'b';
      INSERT INTO queue_transitions (at, message_seq, action, to_state) VALUES (1, 99, 'sent', 'queued')`);
    database.close();
    expect(queue.integrity()).toEqual([
      'message c is counted as waiting for 0 and waits for 1',
      'message a has no body',
      'message b is seen, and no transition says so',
      '1 transitions belong to no message',
    ]);
  });
});

it('says that it is closed, from every call', async () => {
  const { queue } = openTestQueue();
  queue[Symbol.dispose]();
  queue[Symbol.dispose]();
  const calls = [
    () => queue.send({ sender: 'a', recipient: 'b', body: 'x' }),
    () => queue.lease('b', { worker: 'w' }),
    () => queue.find('x'),
    () => queue.history('x'),
    () => queue.sweep(),
    () => queue.stats(),
    () => queue.pendingCount('b'),
    () => queue.integrity(),
  ];
  for (const call of calls) expect(call).toThrow(code('ORC_QUEUE_CLOSED'));
  await expect(queue.backup('/tmp/x')).rejects.toThrow(code('ORC_QUEUE_CLOSED'));
});
