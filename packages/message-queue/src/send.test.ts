import { describe, expect, it } from 'vitest';
import { openDatabase } from '@orc/sqlite';
import { idsOf, openTestQueue, startOfTests } from '../test/open-test-queue.ts';
import { openQueue } from './queue.ts';
import type { SendInput } from './types.ts';

const from = { sender: 'demo/pm', recipient: 'demo/dev' };
const code = (name: string) => expect.objectContaining({ code: name }) as Error;

describe('send', () => {
  it('returns the message as it stands in the ledger', () => {
    const { queue, send } = openTestQueue();
    const message = send({ tags: ['a', 'b', 'a'], topic: 'management', priority: 30, expectReplyMs: 1_000 });
    expect(queue.get(message.id)).toEqual(message);
    expect(message).toMatchObject({
      seq: 1,
      kind: 'note',
      priority: 30,
      tags: ['a', 'b'],
      after: [],
      topic: 'management',
      state: 'queued',
      attempts: 0,
      createdAt: startOfTests,
      replyBy: startOfTests + 1_000,
    });
  });

  it('fills in kind and priority', () => {
    expect(openTestQueue().send()).toMatchObject({
      kind: 'note',
      priority: 5,
      tags: [],
      topic: null,
      inReplyTo: null,
    });
  });

  it('returns a message as parked and as blocked where it is', () => {
    const { queue, send } = openTestQueue();
    queue.park('demo/dev', { reason: 'limit' });
    const first = send({ kind: 'task' });
    const second = send({ after: [first.id] });
    expect([first.isParked, second.isParked, second.isBlocked]).toEqual([true, true, true]);
    expect([queue.get(first.id), queue.get(second.id)]).toEqual([first, second]);
  });

  it('keeps every body as it was, however long or strange', () => {
    const { queue, send } = openTestQueue();
    const bodies = [
      'x',
      'ä€𝄞'.repeat(100),
      'y'.repeat(700),
      'y'.repeat(701),
      'z'.repeat(1_048_576),
      '[31m$(rm)`;\'"\r\n\t',
    ];
    const ids = bodies.map((body) => send({ body }).id);
    expect(ids.map((id) => queue.get(id).body)).toEqual(bodies);
    expect(queue.lease('demo/dev', { worker: 'w' }).map((message) => message.body)).toEqual(bodies);
  });

  it('is there after the file was closed and opened again', () => {
    const { queue, send, path } = openTestQueue();
    const message = send();
    queue[Symbol.dispose]();
    using again = openQueue({ path });
    expect(again.get(message.id)).toEqual(message);
  });

  it('gives ids that differ and sort by time', () => {
    const { send, clock } = openTestQueue();
    const ids = Array.from({ length: 50 }, () => {
      clock.pass(1);
      return send().id;
    });
    expect(new Set(ids).size).toBe(50);
    expect([...ids].sort()).toEqual(ids);
  });

  it('takes another id when the one it was given is in use', () => {
    const given = ['a', 'a', 'a', 'b'];
    const { send } = openTestQueue({}, { newId: () => given.shift() ?? 'c' });
    expect([send().id, send({ body: 'another' }).id]).toEqual(['a', 'b']);
  });

  it('gives up on a source of ids that has only one', () => {
    const { send } = openTestQueue({}, { newId: () => 'same' });
    send();
    expect(() => send()).toThrow(code('ORC_QUEUE_ID_TAKEN'));
  });
});

describe('sending the same id again', () => {
  it('returns what is stored and changes nothing', () => {
    const { queue, send, clock } = openTestQueue();
    const input = { id: 'T-1', kind: 'task', tags: ['x'], expectReplyMs: 5 };
    const first = send(input);
    clock.pass(100);
    expect(send(input)).toEqual(first);
    queue.finish('T-1', { result: 'done' });
    expect(send(input)).toMatchObject({ state: 'done', result: 'done', createdAt: startOfTests });
    expect(queue.transitions().filter((entry) => entry.action === 'sent')).toHaveLength(1);
  });

  it('works when the recipient is full or unknown by now', () => {
    const known = new Set(['demo/dev']);
    const { send } = openTestQueue({ depthMax: 1 }, { isKnownRecipient: (name) => known.has(name) });
    send({ id: 'a' });
    known.clear();
    expect(send({ id: 'a' }).seq).toBe(1);
  });

  it.each<[string, Partial<SendInput>]>([
    ['sender', { sender: 'demo/qa' }],
    ['recipient', { recipient: 'demo/qa' }],
    ['kind', { kind: 'task' }],
    ['priority', { priority: 6 }],
    ['body', { body: 'Something else' }],
    ['tags', { tags: ['new'] }],
    ['dependencies', { after: ['other'] }],
    ['topic', { topic: 'other' }],
    ['question', { inReplyTo: 'other' }],
    ['expectation', { expectReplyMs: 1 }],
  ])('refuses it with another %s', (_what, change) => {
    const { queue, send } = openTestQueue();
    send({ id: 'other', body: 'x' });
    const stored = send({ id: 'a' });
    expect(() => send({ id: 'a', ...change })).toThrow(code('ORC_QUEUE_ID_TAKEN'));
    expect(queue.get('a')).toEqual(stored);
  });
});

describe('sendAll', () => {
  it('keeps the order of the call', () => {
    const { queue } = openTestQueue();
    const sent = queue.sendAll(['one', 'two', 'three'].map((body) => ({ ...from, body })));
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual(idsOf(sent));
  });

  it('stores all or none', () => {
    const { queue } = openTestQueue();
    const inputs = [
      { ...from, body: 'fine' },
      { ...from, body: ' ' },
    ];
    expect(() => queue.sendAll(inputs)).toThrow(code('ORC_QUEUE_EMPTY_BODY'));
    expect(() =>
      queue.sendAll([
        { ...from, body: 'fine' },
        { ...from, body: 'x', after: ['nowhere'] },
      ]),
    ).toThrow(code('ORC_QUEUE_UNKNOWN_DEPENDENCY'));
    expect([queue.list(), queue.transitions()]).toEqual([[], []]);
  });

  it('stores one message for an id that comes twice, and refuses two', () => {
    const { queue } = openTestQueue();
    const message = { ...from, id: 'a', body: 'x' };
    expect(idsOf(queue.sendAll([message, message]))).toEqual(['a', 'a']);
    expect(queue.list()).toHaveLength(1);
    expect(() =>
      queue.sendAll([
        { ...from, id: 'b', body: 'x' },
        { ...from, id: 'b', body: 'y' },
      ]),
    ).toThrow(code('ORC_QUEUE_ID_TAKEN'));
  });

  it('does nothing for nothing', () => {
    expect(openTestQueue().queue.sendAll([])).toEqual([]);
  });
});

describe('what is refused', () => {
  const refused: [string, string, Record<string, unknown>][] = [
    ['a message to oneself', 'ORC_QUEUE_SELF_SEND', { recipient: 'demo/pm' }],
    ['an unknown recipient', 'ORC_QUEUE_UNKNOWN_RECIPIENT', { recipient: 'demo/nobody' }],
    ['an empty body', 'ORC_QUEUE_EMPTY_BODY', { body: '' }],
    ['a body of blanks', 'ORC_QUEUE_EMPTY_BODY', { body: ' \n\t ' }],
    ['a body with NUL', 'ORC_QUEUE_BAD_TEXT', { body: 'a\0b' }],
    ['half a surrogate pair', 'ORC_QUEUE_BAD_TEXT', { body: 'a\ud83d' }],
    ['a body that is no text', 'ORC_QUEUE_BAD_INPUT', { body: 7 }],
    ['a body over the limit', 'ORC_QUEUE_BODY_TOO_LONG', { body: 'ä'.repeat(524_289) }],
    ['a priority below 0', 'ORC_QUEUE_BAD_PRIORITY', { priority: -1 }],
    ['a priority above 999', 'ORC_QUEUE_BAD_PRIORITY', { priority: 1_000 }],
    ['a broken priority', 'ORC_QUEUE_BAD_PRIORITY', { priority: 1.5 }],
    ['a priority as text', 'ORC_QUEUE_BAD_PRIORITY', { priority: '5' }],
    ['a dependency on nothing', 'ORC_QUEUE_UNKNOWN_DEPENDENCY', { after: ['nowhere'] }],
    ['a dependency on itself', 'ORC_QUEUE_DEPENDENCY_CYCLE', { id: 'a', after: ['a'] }],
    ['a kind with a line break', 'ORC_QUEUE_BAD_INPUT', { kind: 'note\n[orc:x]' }],
    ['an empty kind', 'ORC_QUEUE_BAD_INPUT', { kind: '' }],
    ['a kind of 41 characters', 'ORC_QUEUE_BAD_INPUT', { kind: 'k'.repeat(41) }],
    ['an id with a bracket', 'ORC_QUEUE_BAD_INPUT', { id: 'a]b' }],
    ['an empty id', 'ORC_QUEUE_BAD_INPUT', { id: '' }],
    ['an id of 65 characters', 'ORC_QUEUE_BAD_INPUT', { id: 'i'.repeat(65) }],
    ['a tag with a blank', 'ORC_QUEUE_BAD_INPUT', { tags: ['fine', 'not fine'] }],
    ['tags that are no list', 'ORC_QUEUE_BAD_INPUT', { tags: 'tag' }],
    ['too many tags', 'ORC_QUEUE_BAD_INPUT', { tags: Array.from({ length: 101 }, (_, n) => `t${n}`) }],
    ['dependencies that are no ids', 'ORC_QUEUE_BAD_INPUT', { after: [7] }],
    ['a topic with a blank', 'ORC_QUEUE_BAD_INPUT', { topic: 'a b' }],
    ['a sender with an escape', 'ORC_QUEUE_BAD_INPUT', { sender: 'demo/[31m' }],
    ['no recipient', 'ORC_QUEUE_BAD_INPUT', { recipient: undefined }],
    ['a reply within no time', 'ORC_QUEUE_BAD_INPUT', { expectReplyMs: 0 }],
    ['a reply within half a millisecond', 'ORC_QUEUE_BAD_INPUT', { expectReplyMs: 0.5 }],
    ['a date where a time is wanted', 'ORC_QUEUE_BAD_INPUT', { expectReplyMs: '2026-01-01' }],
  ];

  it.each(refused)('refuses %s', (_what, name, change) => {
    const { queue, send } = openTestQueue(
      {},
      { isKnownRecipient: (recipient) => recipient !== 'demo/nobody' },
    );
    expect(() => send(change as Partial<SendInput>)).toThrow(code(name));
    expect(queue.list()).toEqual([]);
  });

  it('refuses messages of one call that wait for each other, and names the circle', () => {
    const { queue } = openTestQueue();
    const inputs = [
      { ...from, id: 'start', body: 'x', after: ['a'] },
      { ...from, id: 'a', body: 'x', after: ['b'] },
      { ...from, id: 'b', body: 'x', after: ['c'] },
      { ...from, id: 'c', body: 'x', after: ['a'] },
    ];
    expect(() => queue.sendAll(inputs)).toThrow(/a → b → c → a/);
  });

  it('checks a chain of ten thousand for circles', () => {
    const { queue } = openTestQueue({ depthMax: 20_000 });
    const chain = Array.from({ length: 10_000 }, (_, n) => ({
      ...{ ...from, id: `c${n}`, body: 'x' },
      after: n === 9_999 ? [] : [`c${n + 1}`],
    }));
    expect(queue.sendAll(chain)).toHaveLength(10_000);
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual(['c9999']);
  });

  it('takes the limits themselves', () => {
    const { send } = openTestQueue();
    const message = send({
      id: 'i'.repeat(64),
      kind: 'TASK_DELEGATE',
      body: 'ä'.repeat(524_288),
      priority: 999,
    });
    expect(message.body).toHaveLength(524_288);
  });
});

describe('a full recipient', () => {
  it('takes no ordinary message any more, and says how many wait', () => {
    const { queue, send } = openTestQueue({ depthMax: 3 });
    for (const body of ['1', '2', '3']) send({ body });
    expect(() => send({ priority: 49 })).toThrow(code('ORC_QUEUE_FULL'));
    expect(() => send()).toThrow(/3 undelivered messages, the limit is 3/);
    expect(queue.list()).toHaveLength(3);
  });

  it('still takes what is critical, and leaves others alone', () => {
    const { send } = openTestQueue({ depthMax: 1 });
    send();
    expect(send({ priority: 50 }).state).toBe('queued');
    expect(send({ recipient: 'demo/qa' }).state).toBe('queued');
  });

  it('still takes the one reply that it waits for, from whoever owes it', () => {
    const { send } = openTestQueue({ depthMax: 1 });
    const expectReplyMs = 60_000;
    const { id } = send({ sender: 'demo/dev', recipient: 'demo/qa', body: 'Does it work?', expectReplyMs });
    send();
    const reply = { sender: 'demo/qa', body: 'It does.', inReplyTo: id };
    expect(() => send({ ...reply, sender: 'demo/pm' })).toThrow(code('ORC_QUEUE_FULL'));
    expect(() => send({ ...reply, inReplyTo: null })).toThrow(code('ORC_QUEUE_FULL'));
    expect(send(reply).state).toBe('queued');
    expect(() => send(reply)).toThrow(code('ORC_QUEUE_FULL'));
  });

  it('takes no reply beyond its limit that nobody waits for', () => {
    const { send } = openTestQueue({ depthMax: 1 });
    const { id } = send({ sender: 'demo/dev', recipient: 'demo/qa', body: 'For your information.' });
    send();
    expect(() => send({ sender: 'demo/qa', inReplyTo: id })).toThrow(code('ORC_QUEUE_FULL'));
  });

  it('takes again when one was seen', () => {
    const { queue, send } = openTestQueue({ depthMax: 2 });
    const first = send();
    send();
    expect(() => send()).toThrow(code('ORC_QUEUE_FULL'));
    queue.advance(first.id, { step: 'answered' });
    expect(send().state).toBe('queued');
    expect(() => send()).toThrow(code('ORC_QUEUE_FULL'));
  });

  it('counts what other processes, retries and imports add', () => {
    const { queue, send, path } = openTestQueue({ depthMax: 5 });
    using other = openQueue({ path });
    send();
    for (let n = 0; n < 3; n += 1) other.send({ ...from, body: 'x' });
    const dead = send();
    queue.cancel(dead.id, { reason: 'not needed' });
    send();
    queue.retry(dead.id);
    expect(() => send()).toThrow(/6 undelivered/);
  });

  it('is exactly as full as before after a call that was refused', () => {
    const { queue, send } = openTestQueue({ depthMax: 6 });
    const questions = ['q1', 'q2', 'q3'];
    for (const id of questions) send({ id, recipient: 'demo/qa' });
    for (let n = 0; n < 3; n += 1) send();
    // Replies leave more rows behind than messages: what is remembered of them must go with them.
    const replies = questions.map((id) => ({ ...from, sender: 'demo/qa', body: 'Yes.', inReplyTo: id }));
    for (let n = 0; n < 3; n += 1)
      expect(() => queue.sendAll([...replies, { ...from, body: 'x', after: ['nowhere'] }])).toThrow();
    for (let n = 0; n < 3; n += 1) send();
    expect(() => send()).toThrow(/6 undelivered/);
    expect(queue.list({ recipient: 'demo/dev' })).toHaveLength(6);
  });
});

it('refuses in the database what no correct program writes', () => {
  const { send, path } = openTestQueue();
  send();
  const database = openDatabase({ path });
  const changes = [
    "created_at = '2026-01-01'",
    'created_at = -1',
    "state = 'parked'",
    "state = 'leased'",
    "state = 'done'",
    'priority = 1000',
    'recipient = sender',
    'due_at = 1',
    "step = 'guessed'",
    'duration_ms = -1',
  ];
  for (const change of changes)
    expect(() => database.exec(`UPDATE queue_messages SET ${change}`), change).toThrow(
      /constraint|cannot store/i,
    );
  database.close();
});
