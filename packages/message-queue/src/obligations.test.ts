import { describe, expect, it } from 'vitest';
import { openTestQueue } from '../test/open-test-queue.ts';
import type { Obligation } from './types.ts';

const idsOf = (obligations: readonly Obligation[]) => obligations.map((one) => one.messageId);
const reply = { sender: 'demo/dev', recipient: 'demo/pm', body: 'Here it is.' };

describe('a message that expects a reply', () => {
  it('is an obligation of the recipient from the moment it is sent', () => {
    const { queue, send, clock } = openTestQueue();
    const { id } = send({ expectReplyMs: 600_000 });
    expect(queue.obligations({ open: true })).toEqual([
      {
        ...{ messageId: id, debtor: 'demo/dev', creditor: 'demo/pm', expectReplyMs: 600_000 },
        ...{ createdAt: clock.now(), seenAt: null, replyBy: clock.now() + 600_000 },
        ...{ nudgedAt: null, escalatedAt: null, repliedAt: null, closedAt: null, closedBy: null },
      },
    ]);
  });

  it('is due from the moment it was seen', () => {
    const { queue, inject, clock } = openTestQueue();
    const { id } = inject({ expectReplyMs: 1_000 });
    clock.pass(900);
    queue.advance(id, { step: 'answered' });
    expect(queue.get(id).replyBy).toBe(clock.now() + 1_000);
    clock.pass(999);
    expect(queue.sweep().nudged).toEqual([]);
    clock.pass(1);
    expect(idsOf(queue.sweep().nudged)).toEqual([id]);
  });

  it('is due from the moment it was sent while nobody has seen it: nobody waits for ever', () => {
    const { queue, send, clock } = openTestQueue();
    const { id } = send({ expectReplyMs: 1_000 });
    clock.pass(1_000);
    expect(queue.sweep().nudged).toMatchObject([{ messageId: id, seenAt: null }]);
  });

  it('is reported once as a nudge, once more after another period, and then never again', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ expectReplyMs: 1_000 });
    clock.pass(1_500);
    expect(queue.sweep()).toMatchObject({
      nudged: [{ messageId: id, nudgedAt: clock.now() }],
      escalated: [],
    });
    expect(queue.sweep()).toMatchObject({ nudged: [], escalated: [] });
    clock.pass(999);
    expect(queue.sweep()).toMatchObject({ nudged: [], escalated: [] });
    clock.pass(1);
    expect(queue.sweep()).toMatchObject({
      nudged: [],
      escalated: [{ messageId: id, escalatedAt: clock.now() }],
    });
    clock.pass(1_000_000);
    expect(queue.sweep()).toMatchObject({ nudged: [], escalated: [] });
    expect(idsOf(queue.obligations({ open: true }))).toEqual([id]);
    expect(
      queue
        .history(id)
        .slice(-2)
        .map((entry) => entry.action),
    ).toEqual(['nudged', 'escalated']);
  });

  it('is nudged no second time when the debtor was reminded by other means, and escalated all the same', () => {
    const { queue, see, send, clock } = openTestQueue();
    const { id } = see({ expectReplyMs: 1_000 });
    clock.pass(500);
    expect(queue.remind(id)).toBe(true);
    expect(queue.remind(id)).toBe(false);
    expect(queue.remind(send().id)).toBe(false);
    clock.pass(999);
    expect(queue.sweep()).toMatchObject({ nudged: [], escalated: [] });
    clock.pass(1);
    expect(idsOf(queue.sweep().escalated)).toEqual([id]);
  });

  it('gives the debtor its whole time when it saw the message only after the nudge', () => {
    const { queue, send, clock } = openTestQueue();
    const { id } = send({ expectReplyMs: 1_000 });
    clock.pass(1_000);
    queue.sweep();
    clock.pass(900);
    queue.advance(id, { step: 'answered' });
    clock.pass(999);
    expect(queue.sweep().escalated).toEqual([]);
    clock.pass(1);
    expect(idsOf(queue.sweep().escalated)).toEqual([id]);
  });
});

describe('a reply', () => {
  it('discharges the obligation, and the question knows when', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ expectReplyMs: 1_000 });
    clock.pass(10);
    const answer = queue.send({ ...reply, inReplyTo: id });
    expect(answer.inReplyTo).toBe(id);
    expect(queue.get(id).repliedAt).toBe(clock.now());
    expect(queue.obligations()).toMatchObject([
      { closedAt: clock.now(), closedBy: 'reply', repliedAt: clock.now() },
    ]);
    expect(queue.obligations({ open: true })).toEqual([]);
    clock.pass(10_000);
    expect(queue.sweep()).toMatchObject({ nudged: [], escalated: [] });
    expect(queue.history(id).at(-1)).toMatchObject({ action: 'replied', actor: 'demo/dev' });
  });

  it('counts once: the first one stands', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ expectReplyMs: 1_000 });
    queue.send({ ...reply, inReplyTo: id });
    clock.pass(5);
    queue.send({ ...reply, inReplyTo: id });
    expect(queue.get(id).repliedAt).toBe(clock.now() - 5);
  });

  it('counts only from the debtor', () => {
    const { queue, see } = openTestQueue();
    const { id } = see({ expectReplyMs: 1_000 });
    queue.send({ ...reply, sender: 'demo/qa', inReplyTo: id });
    queue.send({ ...reply, sender: 'demo/pm', recipient: 'demo/dev', inReplyTo: id });
    expect(queue.get(id).repliedAt).toBeNull();
    expect(queue.obligations({ open: true })).toHaveLength(1);
  });

  it('counts whoever it is sent to: a hub may stand between', () => {
    const { queue, see } = openTestQueue();
    const { id } = see({ expectReplyMs: 1_000 });
    queue.send({ ...reply, recipient: 'demo/orchestrator', inReplyTo: id });
    expect(queue.obligations({ open: true })).toEqual([]);
  });

  it('is noted where none was expected, and may answer what is no longer there', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see();
    queue.send({ ...reply, inReplyTo: id });
    expect(queue.get(id).repliedAt).toBe(clock.now());
    expect(queue.send({ ...reply, inReplyTo: 'pruned' }).state).toBe('queued');
  });

  it('may come in the same call as its question', () => {
    const { queue } = openTestQueue();
    const [question] = queue.sendAll([
      { sender: 'demo/pm', recipient: 'demo/dev', id: 'q', body: 'Well?', expectReplyMs: 5 },
      { ...reply, inReplyTo: 'q' },
    ]);
    expect(question?.repliedAt).not.toBeNull();
  });
});

describe('the end of the question', () => {
  it.each([
    ['done', 'outcome'],
    ['failed', 'outcome'],
    ['dead', 'death'],
  ] as const)('closes the obligation when it is %s', (state, closedBy) => {
    const { queue, see } = openTestQueue();
    const { id } = see({ kind: 'task', expectReplyMs: 1_000 });
    if (state === 'done') queue.finish(id);
    else if (state === 'failed') queue.fail(id, { reason: 'broken' });
    else queue.cancel(id, { reason: 'not needed' });
    expect(queue.obligations()).toMatchObject([{ closedBy, repliedAt: null }]);
    expect(queue.obligations({ open: true })).toEqual([]);
  });

  it('opens it again when the message is retried', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ kind: 'task', expectReplyMs: 1_000 });
    clock.pass(1_000);
    queue.sweep();
    queue.fail(id, { reason: 'broken' });
    clock.pass(5_000);
    queue.retry(id);
    expect(queue.obligations({ open: true })).toMatchObject([
      { nudgedAt: null, replyBy: clock.now() + 1_000 },
    ]);
    clock.pass(1_000);
    expect(idsOf(queue.sweep().nudged)).toEqual([id]);
  });

  it('opens it again when the message comes back with the one that it waited for', () => {
    const { queue, send, clock } = openTestQueue();
    const task = send({ kind: 'task', recipient: 'demo/qa' });
    const { id } = send({ after: [task.id], expectReplyMs: 1_000 });
    queue.fail(task.id, { reason: 'broken' });
    expect(queue.obligations()).toMatchObject([{ closedBy: 'death' }]);
    clock.pass(5_000);
    queue.retry(task.id);
    expect(queue.obligations({ open: true })).toMatchObject([
      { messageId: id, replyBy: clock.now() + 1_000 },
    ]);
  });

  it('opens it again when it turns out that the message had arrived', () => {
    const { queue, inject, clock } = openTestQueue({ attemptsMax: 1 });
    const { id } = inject({ expectReplyMs: 60_000 });
    clock.pass(15_000);
    expect(queue.sweep().dead).toEqual([id]);
    queue.advance(id, { step: 'answered' });
    expect(queue.obligations({ open: true })).toMatchObject([{ replyBy: clock.now() + 60_000 }]);
  });
});

it('lists by debtor, by creditor and by openness, the earliest due first', () => {
  const { queue, send } = openTestQueue();
  const late = send({ expectReplyMs: 9_000 });
  const early = send({ expectReplyMs: 1_000 });
  const other = send({ sender: 'demo/qa', recipient: 'demo/pm', expectReplyMs: 5_000 });
  expect(idsOf(queue.obligations())).toEqual([early.id, other.id, late.id]);
  expect(idsOf(queue.obligations({ debtor: 'demo/dev', open: true }))).toEqual([early.id, late.id]);
  expect(idsOf(queue.obligations({ creditor: 'demo/qa' }))).toEqual([other.id]);
  expect(idsOf(queue.obligations({ debtor: 'demo/dev', creditor: 'demo/qa' }))).toEqual([]);
  expect(idsOf(queue.obligations({ limit: 1 }))).toEqual([early.id]);
  expect(() => queue.obligations({ limit: 0 })).toThrow(
    expect.objectContaining({ code: 'ORC_QUEUE_BAD_INPUT' }),
  );
});
