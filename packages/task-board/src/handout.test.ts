import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { openTaskBoard } from './board.ts';
import type { TaskInput } from './types.ts';

function openWith(tasks: readonly (Partial<TaskInput> & { readonly id: string })[]) {
  let now = 100;
  const board = openTaskBoard({ path: join(makeTempDirectory(), 'orc.db') }, { clock: { now: () => now++ } });
  board.addTasks(
    'shop',
    tasks.map((task) => ({ title: `Do ${task.id}`, role: 'developer', ...task })),
  );
  return board;
}

const developer = 'shop/developer';
const coded = (code: string) => expect.objectContaining({ code }) as Error;

describe('ready and nextFor', () => {
  it('offers what waits for nothing any more, in order', () => {
    using board = openWith([{ id: 'a' }, { id: 'b', after: ['a'] }, { id: 'c', order: 0, priority: 3 }]);
    expect(board.ready({ project: 'shop' }).map(({ id }) => id)).toEqual(['shop.c', 'shop.a']);
    board.markDone('shop.a', { by: developer, text: '' });
    expect(board.ready({ project: 'shop' }).map(({ id }) => id)).toEqual(['shop.c', 'shop.b']);
  });

  it('offers no task twice: what was handed out is gone', () => {
    using board = openWith([{ id: 'a', assignee: developer }]);
    board.markHandedOut('shop.a');
    expect(board.ready({ project: 'shop' })).toEqual([]);
  });

  it('believes an outcome that the ledger knows first', () => {
    using board = openWith([{ id: 'a' }, { id: 'b', after: ['a'] }]);
    const outcomes = { 'shop.a': 'done' } as const;
    expect(board.ready({ project: 'shop', outcomes }).map(({ id }) => id)).toEqual(['shop.b']);
    expect(board.nextFor(developer, { outcomes })?.id).toBe('shop.b');
    board.assign('shop.b', developer);
    expect(board.markHandedOut('shop.b', { outcomes }).handedOutAt).not.toBeNull();
    expect(board.get('shop.a').state).toBe('ready');
  });

  it('does not take the outcome of an earlier round for one of this round', () => {
    using board = openWith([{ id: 'a' }, { id: 'b', after: ['a'] }]);
    board.markDone('shop.a', { by: developer, text: '' });
    board.reopen('shop.a');
    expect(board.ready({ project: 'shop', outcomes: { 'shop.a': 'done' } }).map(({ id }) => id)).toEqual([
      'shop.a',
    ]);
    expect(board.ready({ project: 'shop', outcomes: { 'shop.a.2': 'done' } }).map(({ id }) => id)).toEqual([
      'shop.b',
    ]);
  });

  it('gives an agent its own tasks and unassigned ones of its role, and nobody else gets them', () => {
    using board = openWith([
      { id: 'test', role: 'tester' },
      { id: 'theirs', assignee: 'shop/developer-2' },
      { id: 'anybodys' },
    ]);
    expect(board.nextFor(developer)?.id).toBe('shop.anybodys');
    expect(board.nextFor('shop/tester')?.id).toBe('shop.test');
    expect(board.nextFor('shop/developer-2', { role: 'developer' })?.id).toBe('shop.theirs');
    expect(board.nextFor('blog/developer')).toBeUndefined();
    expect(board.nextFor('shop/orchestrator')).toBeUndefined();
  });

  it('gives an agent one task at a time', () => {
    using board = openWith([
      { id: 'a', assignee: developer },
      { id: 'b', assignee: developer },
    ]);
    expect(board.nextFor(developer)?.id).toBe('shop.a');
    board.markHandedOut('shop.a');
    expect(board.nextFor(developer)).toBeUndefined();
    board.markStarted('shop.a', { by: developer });
    expect(board.nextFor(developer)).toBeUndefined();
    board.markDone('shop.a', { by: developer, text: '' });
    expect(board.nextFor(developer)?.id).toBe('shop.b');
  });

  it('gives an agent something else to do while its task is blocked', () => {
    using board = openWith([
      { id: 'a', assignee: developer },
      { id: 'b', assignee: developer },
    ]);
    board.markHandedOut('shop.a');
    board.block('shop.a', { by: developer, reason: 'no password' });
    expect(board.nextFor(developer)?.id).toBe('shop.b');
    expect(board.currentFor(developer)?.id).toBe('shop.a');
    board.markHandedOut('shop.b');
    expect(board.currentFor(developer)?.id).toBe('shop.b');
  });

  it('says what an agent has in hand: what it began before what it was told', () => {
    using board = openWith([
      { id: 'a', assignee: developer },
      { id: 'b', assignee: developer },
    ]);
    expect(board.currentFor(developer)).toBeUndefined();
    board.markHandedOut('shop.a');
    board.block('shop.a', { by: developer, reason: 'x' });
    board.markStarted('shop.b', { by: developer });
    board.unblock('shop.a');
    expect(board.currentFor(developer)?.id).toBe('shop.b');
  });
});

describe('handing out', () => {
  it('goes from ready over assigned and started to done', () => {
    using board = openWith([{ id: 'a' }]);
    expect(board.get('shop.a').state).toBe('ready');
    expect(board.assign('shop.a', developer)).toMatchObject({ state: 'ready', assignee: developer });
    expect(board.markHandedOut('shop.a')).toMatchObject({ state: 'assigned', handedOutAt: 101 });
    expect(board.markStarted('shop.a', { by: developer })).toMatchObject({
      state: 'started',
      startedAt: 102,
    });
    expect(board.markDone('shop.a', { by: developer, text: 'built' })).toMatchObject({
      state: 'done',
      outcome: 'done',
      outcomeAt: 103,
      outcomeBy: developer,
      outcomeText: 'built',
      why: null,
    });
  });

  it('changes nothing when it is told twice', () => {
    using board = openWith([{ id: 'a', assignee: developer }]);
    const handedOut = board.markHandedOut('shop.a');
    expect(board.markHandedOut('shop.a')).toEqual(handedOut);
    const started = board.markStarted('shop.a', { by: developer });
    expect(board.markStarted('shop.a', { by: developer })).toEqual(started);
    expect(board.assign('shop.a', developer)).toEqual(started);
  });

  it('gives a task that nobody has to whoever begins it', () => {
    using board = openWith([{ id: 'a' }]);
    expect(board.markStarted('shop.a', { by: developer })).toMatchObject({
      state: 'started',
      assignee: developer,
      handedOutAt: 101,
      startedAt: 101,
    });
  });

  it('refuses to hand out what is assigned to nobody', () => {
    using board = openWith([{ id: 'a' }]);
    expect(() => board.markHandedOut('shop.a')).toThrow(coded('ORC_TASKS_NOT_ASSIGNED'));
  });

  it('refuses to begin what still waits, and says for what', () => {
    using board = openWith([{ id: 'a' }, { id: 'b', after: ['a'], assignee: developer }]);
    const notReady = expect.objectContaining({
      code: 'ORC_TASKS_NOT_READY',
      details: { id: 'shop.b', waitsFor: ['waits for shop.a "Do a", which nobody has begun'] },
    }) as Error;
    expect(() => board.markHandedOut('shop.b')).toThrow(notReady);
    expect(() => board.markStarted('shop.b', { by: developer })).toThrow(notReady);
    board.block('shop.b', { by: 'user', reason: 'later' });
    expect(() => board.markStarted('shop.b', { by: developer })).toThrow(notReady);
  });

  it('does not hand out a blocked task, while whoever begins it has got past the obstacle', () => {
    using board = openWith([{ id: 'a', assignee: developer }]);
    board.block('shop.a', { by: 'user', reason: 'waits for the contract' });
    expect(() => board.markHandedOut('shop.a')).toThrow(coded('ORC_TASKS_NOT_READY'));
    expect(board.markStarted('shop.a', { by: developer })).toMatchObject({
      state: 'started',
      blockedReason: null,
      blockedBy: null,
    });
  });

  it('refuses a second open task of an agent', () => {
    using board = openWith([
      { id: 'a', assignee: developer },
      { id: 'b', assignee: developer },
    ]);
    board.markHandedOut('shop.a');
    const busy = expect.objectContaining({
      code: 'ORC_TASKS_AGENT_BUSY',
      details: { id: 'shop.b', agentId: developer, openTask: 'shop.a' },
    }) as Error;
    expect(() => board.markHandedOut('shop.b')).toThrow(busy);
    expect(() => board.markStarted('shop.b', { by: developer })).toThrow(busy);
  });

  it('refuses to take a task out of the hands of its agent', () => {
    using board = openWith([{ id: 'a', assignee: developer }]);
    board.markHandedOut('shop.a');
    const held = coded('ORC_TASKS_HANDED_OUT');
    expect(() => board.assign('shop.a', 'shop/developer-2')).toThrow(held);
    expect(() => board.assign('shop.a', null)).toThrow(held);
    expect(() => board.markStarted('shop.a', { by: 'shop/developer-2' })).toThrow(held);
    board.reopen('shop.a');
    expect(board.assign('shop.a', 'shop/developer-2').assignee).toBe('shop/developer-2');
  });

  it('takes a task back for somebody else in one step, as another message', () => {
    using board = openWith([{ id: 'a', assignee: developer }]);
    board.markHandedOut('shop.a');
    board.block('shop.a', { by: developer, reason: 'no password' });
    expect(board.assign('shop.a', 'shop/developer-2', { takesBack: true })).toMatchObject({
      state: 'ready',
      assignee: 'shop/developer-2',
      handedOutAt: null,
      blockedReason: null,
      messageId: 'shop.a.2',
    });
    board.markHandedOut('shop.a');
    const same = board.assign('shop.a', 'shop/developer-2', { takesBack: true });
    expect(same).toMatchObject({ state: 'assigned', messageId: 'shop.a.2' });
  });

  it('gives a task that nobody is known to have another message where the caller asks for one', () => {
    using board = openWith([{ id: 'a', assignee: developer }]);
    const task = board.assign('shop.a', 'shop/developer-2', { isAnew: true });
    expect(task).toMatchObject({ state: 'ready', assignee: 'shop/developer-2', messageId: 'shop.a.2' });
  });

  it('takes nothing back that nobody has, or that is over', () => {
    using board = openWith([{ id: 'a', assignee: developer }]);
    const { messageId } = board.assign('shop.a', 'shop/developer-2', { takesBack: true });
    expect(messageId).toBe('shop.a');
    board.markDone('shop.a', { by: developer, text: '' });
    expect(() => board.assign('shop.a', developer, { takesBack: true })).toThrow(coded('ORC_TASKS_FINISHED'));
  });

  it('refuses to hand out, begin, assign or block what is over', () => {
    using board = openWith([{ id: 'a', assignee: developer }]);
    board.markDone('shop.a', { by: developer, text: '' });
    for (const act of [
      () => board.assign('shop.a', developer),
      () => board.markHandedOut('shop.a'),
      () => board.markStarted('shop.a', { by: developer }),
      () => board.block('shop.a', { by: developer, reason: 'x' }),
      () => board.unblock('shop.a'),
    ]) {
      expect(act).toThrow(coded('ORC_TASKS_FINISHED'));
    }
  });
});

describe('a whole plan', () => {
  // A linear congruential generator: the same numbers in every run.
  const numbers = (seed: number) => () =>
    (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;

  it.each([1, 2, 3, 4, 5])(
    'is worked through by three agents without a task before its time (plan %i)',
    (seed) => {
      const random = numbers(seed);
      const tasks = Array.from({ length: 40 }, (_, n) => ({
        id: `t${n}`,
        after: Array.from({ length: n }, (_, m) => `t${m}`).filter(() => random() < 3 / n),
        priority: Math.floor(random() * 10),
      }));
      using board = openWith(tasks.reverse());
      const agents = ['shop/a', 'shop/b', 'shop/c'];
      const done = new Set<string>();
      for (let round = 0; done.size < 40; round += 1) {
        expect(round).toBeLessThan(200);
        for (const agent of agents) {
          const next = board.nextFor(agent, { role: 'developer' });
          if (next) {
            expect(next.after.every((id) => done.has(id))).toBe(true);
            board.assign(next.id, agent);
            board.markHandedOut(next.id);
          }
          const current = board.currentFor(agent);
          if (current && random() < 0.5) {
            board.markDone(current.messageId, { by: agent, text: 'done' });
            done.add(current.id);
          }
        }
      }
      expect(board.counts('shop').done).toBe(40);
    },
  );
});
