import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { openTaskBoard } from './board.ts';

function openBoard(path = join(makeTempDirectory(), 'orc.db')) {
  let now = 99; // adding the tasks takes one
  const board = openTaskBoard({ path }, { clock: { now: () => now++ } });
  board.addTasks('shop', [
    { id: 'a', title: 'Do a', role: 'developer', assignee: 'shop/developer' },
    { id: 'b', title: 'Do b', role: 'tester', after: ['a'] },
  ]);
  return board;
}

const developer = { by: 'shop/developer', text: 'built' };
const admin = { by: 'shop/sysadmin', text: 'does not start' };

describe('outcomes', () => {
  it('keeps a report once that is made twice', () => {
    using board = openBoard();
    const first = board.markDone('shop.a', developer);
    expect(board.markDone('shop.a', developer)).toEqual(first);
    expect(board.reports('shop.a')).toEqual([
      { taskId: 'shop.a', round: 1, outcome: 'done', ...developer, at: 100 },
    ]);
  });

  it('keeps the word of a second agent that agrees, and the first outcome stands', () => {
    using board = openBoard();
    board.markDone('shop.a', developer);
    expect(board.markDone('shop.a', { by: 'shop/tester', text: 'checked' })).toMatchObject({
      outcomeBy: 'shop/developer',
      outcomeText: 'built',
    });
    expect(board.reports('shop.a').map(({ by }) => by)).toEqual(['shop/developer', 'shop/tester']);
    expect(board.contradictions('shop')).toEqual([]);
  });

  it('says that two agents contradict each other, keeps both reports, and lets the first stand', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    {
      using board = openBoard(path);
      board.markFailed('shop.a', admin);
      const reports = [
        { taskId: 'shop.a', round: 1, outcome: 'failed', ...admin, at: 100 },
        { taskId: 'shop.a', round: 1, outcome: 'done', ...developer, at: 101 },
      ];
      expect(() => board.markDone('shop.a', developer)).toThrow(
        expect.objectContaining({ code: 'ORC_TASKS_CONTRADICTION', details: { id: 'shop.a', reports } }),
      );
    }
    using board = openBoard(path);
    expect(board.get('shop.a')).toMatchObject({ outcome: 'failed', outcomeBy: 'shop/sysadmin' });
    expect(board.contradictions('shop').map(({ task, reports }) => [task.id, reports.length])).toEqual([
      ['shop.a', 2],
    ]);
  });

  it('notices the contradiction the other way round too', () => {
    using board = openBoard();
    board.markDone('shop.a', developer);
    expect(() => board.markFailed('shop.a', admin)).toThrow(
      expect.objectContaining({ code: 'ORC_TASKS_CONTRADICTION' }),
    );
    expect(() => board.cancel('shop.a', { by: 'user', text: 'stop' })).toThrow(
      expect.objectContaining({ code: 'ORC_TASKS_CONTRADICTION' }),
    );
    expect(board.get('shop.a').outcome).toBe('done');
  });

  it('lets somebody correct their own word, also back again', () => {
    using board = openBoard();
    board.markDone('shop.a', developer);
    expect(board.markFailed('shop.a', { by: 'shop/developer', text: 'no, red' })).toMatchObject({
      outcome: 'failed',
      outcomeText: 'no, red',
    });
    expect(board.markDone('shop.a', developer)).toMatchObject({ outcome: 'done', outcomeText: 'built' });
    expect(board.reports('shop.a')).toHaveLength(3);
    expect(board.contradictions('shop')).toEqual([]);
  });

  it('has no contradiction left when one of the two gives in', () => {
    using board = openBoard();
    board.markDone('shop.a', developer);
    expect(() => board.markFailed('shop.a', admin)).toThrow();
    expect(board.markFailed('shop.a', { by: 'shop/developer', text: 'true' })).toMatchObject({
      outcome: 'failed',
    });
    expect(board.contradictions('shop')).toEqual([]);
  });

  it('is settled by reopening the task', () => {
    using board = openBoard();
    board.markDone('shop.a', developer);
    expect(() => board.markFailed('shop.a', admin)).toThrow();
    board.reopen('shop.a');
    expect(board.contradictions('shop')).toEqual([]);
    expect(board.markFailed('shop.a', admin).state).toBe('failed');
    expect(board.reports('shop.a').map(({ round }) => round)).toEqual([1, 1, 2]);
  });

  it('reads nothing into words: a failure that sounds like success stays a failure', () => {
    using board = openBoard();
    board.markFailed('shop.a', { by: 'user', text: 'Project appears complete! ✅ READY' });
    expect(board.get('shop.a')).toMatchObject({
      state: 'failed',
      why: 'user says: Project appears complete! ✅ READY',
    });
  });
});

describe('blocked tasks', () => {
  it('says what blocks a task, and goes on where it was', () => {
    using board = openBoard();
    board.markHandedOut('shop.a');
    expect(board.block('shop.a', { by: 'shop/developer', reason: 'no password' })).toMatchObject({
      state: 'blocked',
      why: 'shop/developer says: no password',
    });
    expect(board.unblock('shop.a')).toMatchObject({ state: 'assigned', why: null, blockedReason: null });
  });

  it('is over when the task is', () => {
    using board = openBoard();
    board.block('shop.a', { by: 'shop/developer', reason: 'no password' });
    expect(board.markDone('shop.a', developer)).toMatchObject({
      state: 'done',
      blockedReason: null,
      blockedBy: null,
    });
  });
});

describe('reopen', () => {
  it('lets a task be handed out anew, as another message', () => {
    using board = openBoard();
    board.markHandedOut('shop.a');
    board.markStarted('shop.a', { by: 'shop/developer' });
    board.markFailed('shop.a', developer);
    expect(board.reopen('shop.a')).toMatchObject({
      state: 'ready',
      assignee: 'shop/developer',
      handedOutAt: null,
      startedAt: null,
      outcome: null,
      messageId: 'shop.a.2',
    });
    expect(board.nextFor('shop/developer')?.id).toBe('shop.a');
  });

  it('finds a task by the id of any of its messages', () => {
    using board = openBoard();
    board.markDone('shop.a', developer);
    board.reopen('shop.a');
    expect(board.get('shop.a.2').id).toBe('shop.a');
    expect(board.markDone('shop.a.2', developer)).toMatchObject({ id: 'shop.a', outcome: 'done' });
    expect(board.find('shop.zzz.2')).toBeUndefined();
  });

  it('takes a task out of the hands of an agent that is gone', () => {
    using board = openBoard();
    board.markHandedOut('shop.a');
    board.block('shop.a', { by: 'shop/developer', reason: 'x' });
    expect(board.reopen('shop.a')).toMatchObject({
      state: 'ready',
      messageId: 'shop.a.2',
      blockedReason: null,
    });
  });

  it('leaves a task alone that nobody has had', () => {
    using board = openBoard();
    expect(board.reopen('shop.a')).toMatchObject({ state: 'ready', round: 1 });
  });
});
