import { describe, expect, it } from 'vitest';
import { idsOf, openTestQueue } from '../test/open-test-queue.ts';

const from = { sender: 'demo/pm', recipient: 'demo/dev' };

describe('a message that waits for another', () => {
  it('is passed over, and blocks nothing behind it', () => {
    const { queue, send } = openTestQueue();
    const task = send({ kind: 'task', recipient: 'demo/qa' });
    const waiting = send({ after: [task.id], priority: 30 });
    const free = send();
    expect(waiting.isBlocked).toBe(true);
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual([free.id]);
  });

  it('is handed out when a task is done, not when it was seen', () => {
    const { queue, send } = openTestQueue();
    const task = send({ kind: 'task', recipient: 'demo/qa' });
    const waiting = send({ after: [task.id] });
    queue.advance(task.id, { step: 'answered' });
    expect(queue.pendingCount('demo/dev')).toBe(0);
    queue.finish(task.id);
    expect(queue.get(waiting.id).isBlocked).toBe(false);
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual([waiting.id]);
  });

  it('is handed out when a message that is no task was seen', () => {
    const { queue, send } = openTestQueue();
    const note = send({ recipient: 'demo/qa' });
    const waiting = send({ after: [note.id] });
    queue.advance(note.id, { step: 'sent' });
    expect(queue.pendingCount('demo/dev')).toBe(0);
    queue.advance(note.id, { step: 'answered' });
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual([waiting.id]);
  });

  it('waits for all of them, and for each only once', () => {
    const { queue, send } = openTestQueue();
    const [a, b] = [send({ recipient: 'demo/qa' }), send({ recipient: 'demo/qa' })];
    const waiting = send({ after: [a.id, b.id, a.id] });
    queue.advance(a.id, { step: 'answered' });
    queue.finish(a.id);
    expect(queue.get(waiting.id)).toMatchObject({ after: [a.id, b.id], isBlocked: true });
    queue.advance(b.id, { step: 'answered' });
    expect(queue.get(waiting.id).isBlocked).toBe(false);
    expect(queue.integrity()).toEqual([]);
  });

  it('says in the history when it may go, so that somebody can wake its recipient', () => {
    const { queue, send } = openTestQueue();
    const task = send({ kind: 'task', recipient: 'demo/qa' });
    const waiting = send({ after: [task.id] });
    const before = queue.transitions().at(-1)?.seq ?? 0;
    queue.finish(task.id);
    const entry = queue.transitions({ after: before }).find((one) => one.messageId === waiting.id);
    expect(entry).toMatchObject({ action: 'unblocked', from: 'queued', to: 'queued', recipient: 'demo/dev' });
  });

  it('does not wait for what is finished already', () => {
    const { queue, send, see } = openTestQueue();
    const note = see({ recipient: 'demo/qa' });
    const task = send({ kind: 'task', recipient: 'demo/qa' });
    queue.finish(task.id);
    expect(send({ after: [note.id, task.id] }).isBlocked).toBe(false);
  });

  it('may wait for a later message of the same call', () => {
    const { queue } = openTestQueue();
    queue.sendAll([
      { ...from, id: 'second', body: 'x', after: ['first'] },
      { ...from, id: 'first', body: 'x', kind: 'task' },
    ]);
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual(['first']);
    queue.finish('first');
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual(['second']);
  });
});

describe('a dependency that is never fulfilled', () => {
  it('ends what waits for it, all the way down, each once, and tells', () => {
    const { queue } = openTestQueue();
    queue.sendAll([
      { ...from, id: 'a', kind: 'task', body: 'x' },
      { ...from, id: 'b1', kind: 'task', body: 'x', after: ['a'] },
      { ...from, id: 'b2', kind: 'task', body: 'x', after: ['a'] },
      { ...from, id: 'c', kind: 'task', body: 'x', after: ['b1', 'b2'] },
      { ...from, id: 'free', body: 'x' },
    ]);
    const before = queue.transitions().at(-1)?.seq ?? 0;
    queue.fail('a', { reason: 'broken' });
    for (const id of ['b1', 'b2', 'c'])
      expect(queue.get(id)).toMatchObject({ state: 'dead', reason: 'dependency' });
    expect(queue.get('free').state).toBe('queued');
    const told = queue.transitions({ after: before }).filter((entry) => entry.action === 'died');
    expect(told.map((entry) => [entry.messageId, entry.reason, entry.sender])).toEqual([
      ['b1', 'dependency', 'demo/pm'],
      ['b2', 'dependency', 'demo/pm'],
      ['c', 'dependency', 'demo/pm'],
    ]);
    expect(queue.integrity()).toEqual([]);
  });

  it.each(['cancel', 'attempts'] as const)('is the same for a death by %s', (cause) => {
    const { queue, send, clock } = openTestQueue({ attemptsMax: 1 });
    const first = send({ kind: 'task', recipient: 'demo/qa' });
    const second = send({ after: [first.id] });
    if (cause === 'cancel') queue.cancel(first.id, { reason: 'not needed' });
    else {
      queue.lease('demo/qa', { worker: 'w', leaseMs: 100 });
      clock.pass(100);
      expect(queue.sweep().dead).toEqual([first.id, second.id]);
    }
    expect(queue.get(second.id)).toMatchObject({ state: 'dead', reason: 'dependency' });
  });

  it('ends a message at once that is sent after it', () => {
    const { queue, send } = openTestQueue();
    const task = send({ kind: 'task', recipient: 'demo/qa' });
    queue.fail(task.id, { reason: 'broken' });
    const late = send({ after: [task.id] });
    expect(late).toMatchObject({ state: 'dead', reason: 'dependency' });
    expect(queue.get(late.id)).toEqual(late);
  });

  it('leaves alone what was set free before', () => {
    const { queue, send, see } = openTestQueue();
    const note = see({ recipient: 'demo/qa' });
    const free = send({ after: [note.id] });
    queue.fail(note.id, { reason: 'cannot be done' });
    expect(queue.get(free.id).state).toBe('queued');
  });
});

describe('bringing back', () => {
  const chain = () => {
    const test = openTestQueue();
    test.queue.sendAll([
      { ...from, id: 'a', kind: 'task', body: 'x' },
      { ...from, id: 'b', kind: 'task', body: 'x', after: ['a'] },
      { ...from, id: 'c', kind: 'task', body: 'x', after: ['b'] },
      { ...from, id: 'other', kind: 'task', body: 'x' },
      { ...from, id: 'd', kind: 'task', body: 'x', after: ['b', 'other'] },
    ]);
    return test;
  };

  it('brings back what died of a message with that message', () => {
    const { queue } = chain();
    queue.fail('a', { reason: 'broken' });
    queue.retry('a');
    for (const id of ['b', 'c', 'd'])
      expect(queue.get(id)).toMatchObject({ state: 'queued', isBlocked: true, reason: null });
    expect(queue.history('c').at(-1)).toMatchObject({ action: 'revived', from: 'dead', to: 'queued' });
    for (const id of ['a', 'b', 'c']) queue.finish(id);
    expect(queue.get('c').state).toBe('done');
    expect(queue.get('d').isBlocked).toBe(true);
    expect(queue.integrity()).toEqual([]);
  });

  it('leaves dead what has another reason to be', () => {
    const { queue } = chain();
    queue.fail('other', { reason: 'broken' });
    queue.fail('a', { reason: 'broken' });
    queue.cancel('b', { reason: 'dependency' });
    queue.retry('a');
    expect(['b', 'c', 'd'].map((id) => queue.get(id).state)).toEqual(['queued', 'queued', 'dead']);
    queue.retry('other');
    expect(queue.get('d')).toMatchObject({ state: 'queued', isBlocked: true });
  });

  it('leaves dead what somebody cancelled, in whatever words', () => {
    const { queue } = chain();
    queue.cancel('b', { reason: 'dependency' });
    queue.fail('a', { reason: 'broken' });
    queue.retry('a');
    expect(['b', 'c', 'd'].map((id) => queue.get(id).state)).toEqual(['dead', 'dead', 'dead']);
  });

  it('does not wait for the failed one when only the dependent is retried', () => {
    const { queue } = chain();
    queue.fail('other', { reason: 'broken' });
    queue.retry('d');
    expect(queue.get('d')).toMatchObject({ state: 'queued', isBlocked: true });
    queue.finish('b');
    expect(queue.get('d').isBlocked).toBe(false);
    expect(queue.integrity()).toEqual([]);
  });

  it('comes with late proof: what died by attempts had arrived after all', () => {
    const { queue, send, clock } = openTestQueue({ attemptsMax: 1 });
    const note = send({ recipient: 'demo/qa' });
    const waiting = send({ after: [note.id] });
    queue.lease('demo/qa', { worker: 'w', leaseMs: 100 });
    clock.pass(100);
    queue.sweep();
    expect(queue.get(waiting.id).state).toBe('dead');
    queue.advance(note.id, { step: 'answered' });
    expect(queue.get(waiting.id)).toMatchObject({ state: 'queued', isBlocked: false });
    expect(queue.integrity()).toEqual([]);
  });
});
