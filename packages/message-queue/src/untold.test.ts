import { describe, expect, it } from 'vitest';
import { openTestQueue } from '../test/open-test-queue.ts';
import { openQueue } from './queue.ts';

describe('what somebody has to be told', () => {
  it('is there until it was told, also for a process that is started anew', () => {
    const { queue, inject, clock, path } = openTestQueue({ attemptsMax: 1 });
    const { id } = inject();
    clock.pass(60_000);
    expect(queue.sweep().dead).toEqual([id]);
    using other = openQueue({ path }, { clock });
    const [entry] = other.untold();
    expect(entry).toMatchObject({ what: 'dead', at: clock.now(), isCurrent: true, actor: null });
    expect(entry?.message).toMatchObject({ id, state: 'dead', reason: 'attempts', sender: 'demo/pm' });
    other.told(entry?.seq ?? 0);
    other.told(entry?.seq ?? 0);
    expect(queue.untold()).toEqual([]);
  });

  it('holds every death, whoever found it: a lease, a failed dependency, a cancellation', () => {
    const { queue, send, inject, clock } = openTestQueue({ attemptsMax: 1 });
    const lost = inject();
    clock.pass(60_000);
    queue.lease('demo/dev', { worker: 'hook' });
    const task = send({ recipient: 'demo/qa', kind: 'task' });
    const waiting = send({ after: [task.id] });
    queue.fail(task.id, { reason: 'broken' });
    const wanted = send({ recipient: 'demo/lead' });
    queue.cancel(wanted.id, { reason: 'not needed', by: 'user' });
    expect(
      queue.untold().map(({ what, message, actor }) => [what, message.id, message.reason, actor]),
    ).toEqual([
      ['dead', lost.id, 'attempts', null],
      ['dead', waiting.id, 'dependency', null],
      ['dead', wanted.id, 'not needed', 'user'],
    ]);
    expect(queue.history(wanted.id).at(-1)).toMatchObject({ action: 'cancelled', actor: 'user' });
  });

  it('holds a reply that is due, and once more when it stays away', () => {
    const { queue, see, clock } = openTestQueue();
    const { id } = see({ expectReplyMs: 1_000 });
    clock.pass(1_000);
    queue.sweep();
    clock.pass(1_000);
    queue.sweep();
    expect(queue.untold().map(({ what, message }) => [what, message.id])).toEqual([
      ['nudged', id],
      ['escalated', id],
    ]);
  });

  it('says what was overtaken meanwhile', () => {
    const { queue, inject, see, clock } = openTestQueue({ attemptsMax: 1 });
    const arrived = inject();
    clock.pass(60_000);
    queue.sweep();
    const asked = see({ expectReplyMs: 1_000 });
    clock.pass(1_000);
    queue.sweep();
    expect(queue.untold().map(({ isCurrent }) => isCurrent)).toEqual([true, true]);
    queue.advance(arrived.id, { step: 'answered' });
    queue.send({ sender: 'demo/dev', recipient: 'demo/pm', body: 'Here.', inReplyTo: asked.id });
    expect(queue.untold().map(({ isCurrent }) => isCurrent)).toEqual([false, false]);
  });

  it('is handed out oldest first, as many as asked for, and goes with its message', () => {
    const { queue, send, clock } = openTestQueue({ finishedMax: 0, retainMs: 0 });
    for (const body of ['one', 'two', 'three']) queue.cancel(send({ body }).id, { reason: body });
    expect(queue.untold(2).map(({ message }) => message.body)).toEqual(['one', 'two']);
    expect(() => queue.untold(0)).toThrow(expect.objectContaining({ code: 'ORC_QUEUE_BAD_INPUT' }));
    send({ body: 'the newest stays' });
    clock.pass(1);
    queue.prune();
    expect(queue.untold()).toEqual([]);
  });
});
