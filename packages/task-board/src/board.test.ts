import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { openTaskBoard } from './board.ts';
import type { TaskInput } from './types.ts';

const openFresh = (clock = { now: () => 100 }) =>
  openTaskBoard({ path: join(makeTempDirectory(), 'orc.db') }, { clock });
const task = (id: string, changes: Partial<TaskInput> = {}): TaskInput => ({
  id,
  title: `Do ${id}`,
  role: 'developer',
  ...changes,
});
const coded = (code: string) => expect.objectContaining({ code }) as Error;

describe('addTasks', () => {
  it('keeps everything the plan says, also after a reopen of the file', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    {
      using board = openTaskBoard({ path }, { clock: { now: () => 7 } });
      board.addTasks('shop', [
        task('cart'),
        task('pay', {
          objective: 'Take money',
          criteria: ['a card works', 'a failed card says so'],
          assignee: 'shop/developer-2',
          after: ['cart'],
          priority: 5,
          phase: 'checkout',
        }),
      ]);
    }
    using board = openTaskBoard({ path });
    expect(board.get('shop.pay')).toEqual({
      id: 'shop.pay',
      messageId: 'shop.pay',
      project: 'shop',
      title: 'Do pay',
      objective: 'Take money',
      criteria: ['a card works', 'a failed card says so'],
      role: 'developer',
      assignee: 'shop/developer-2',
      after: ['shop.cart'],
      priority: 5,
      phase: 'checkout',
      order: 1,
      createdAt: 7,
      handedOutAt: null,
      startedAt: null,
      blockedReason: null,
      blockedBy: null,
      outcome: null,
      outcomeAt: null,
      outcomeBy: null,
      outcomeText: null,
      round: 1,
      state: 'waiting',
      why: 'waits for shop.cart "Do cart" (ready)',
    });
  });

  it('changes nothing when the same plan comes again, and returns what was new', () => {
    using board = openFresh();
    const plan = [task('a'), task('b', { after: ['a'] })];
    expect(board.addTasks('shop', plan).map(({ id }) => id)).toEqual(['shop.a', 'shop.b']);
    board.markDone('shop.a', { by: 'user', text: 'ok' });
    const before = board.list();
    expect(board.addTasks('shop', [task('a', { title: 'Renamed' }), ...plan.slice(1)])).toEqual([]);
    expect(board.list()).toEqual(before);
    expect(board.addTasks('shop', [...plan, task('c', { after: ['b'] })]).map(({ id }) => id)).toEqual([
      'shop.c',
    ]);
  });

  it('takes ids with and without the project', () => {
    using board = openFresh();
    board.addTasks('shop', [task('shop.a'), task('b', { after: ['shop.a', 'a'] })]);
    expect(board.get('shop.b').after).toEqual(['shop.a']);
  });

  it('keeps projects apart', () => {
    using board = openFresh();
    board.addTasks('shop', [task('a')]);
    board.addTasks('blog', [task('a', { title: 'Other' })]);
    expect(board.get('blog.a').title).toBe('Other');
    expect(board.list({ project: 'shop' })).toHaveLength(1);
    expect(board.list()).toHaveLength(2);
  });

  it.each([
    ['two tasks', [task('a', { after: ['b'] }), task('b', { after: ['a'] })], ['shop.a', 'shop.b', 'shop.a']],
    ['a task that waits for itself', [task('a', { after: ['a'] })], ['shop.a', 'shop.a']],
    [
      'three tasks with others before and behind',
      [
        task('start'),
        task('a', { after: ['start', 'c'] }),
        task('b', { after: ['a'] }),
        task('c', { after: ['b'] }),
        task('end', { after: ['c'] }),
      ],
      ['shop.a', 'shop.c', 'shop.b', 'shop.a'],
    ],
  ])('refuses a cycle of %s, and names it', (_, plan, ids) => {
    using board = openFresh();
    expect(() => board.addTasks('shop', plan)).toThrow(
      expect.objectContaining({ code: 'ORC_TASKS_CYCLE', details: { ids } }),
    );
    expect(board.list()).toEqual([]);
  });

  it('takes a diamond, which is no cycle, and a chain of ten thousand', () => {
    using board = openFresh();
    board.addTasks('shop', [
      task('a'),
      task('b', { after: ['a'] }),
      task('c', { after: ['a'] }),
      task('d', { after: ['b', 'c'] }),
    ]);
    const chain = Array.from({ length: 10_000 }, (_, n) =>
      task(`t${n}`, n === 0 ? {} : { after: [`t${n - 1}`] }),
    );
    expect(board.addTasks('long', chain.reverse())).toHaveLength(10_000);
    expect(board.whyWaiting('long.t9999').map(({ id }) => id)).toEqual(['long.t0']);
  });

  it('refuses a task that waits for one that does not exist, or for one of another project', () => {
    using board = openFresh();
    board.addTasks('blog', [task('a')]);
    expect(() => board.addTasks('shop', [task('b', { after: ['a'] })])).toThrow(
      expect.objectContaining({
        code: 'ORC_TASKS_UNKNOWN_DEPENDENCY',
        details: { id: 'shop.b', dependency: 'shop.a' },
      }),
    );
    expect(() => board.addTasks('shop', [task('b', { after: ['blog.a'] })])).toThrow(
      coded('ORC_TASKS_INVALID'),
    );
  });

  it('refuses two tasks of one name', () => {
    using board = openFresh();
    expect(() => board.addTasks('shop', [task('a'), task('shop.a')])).toThrow(
      coded('ORC_TASKS_DUPLICATE_ID'),
    );
  });

  it.each([
    ['a name with a space', task('do it')],
    ['a name with a dot', task('a.b')],
    ['a name in capitals', task('Cart')],
    ['no name', task('')],
    ['a name that no message could carry', task('x'.repeat(60))],
    ['no title', task('a', { title: '' })],
    ['a priority that is no whole number', task('a', { priority: 1.5 })],
    ['a criterion that says nothing', task('a', { criteria: [''] })],
    ['a key it does not know', { ...task('a'), surprise: true }],
  ])('refuses %s', (_, input) => {
    using board = openFresh();
    expect(() => board.addTasks('shop', [task('fine'), input])).toThrow(coded('ORC_TASKS_INVALID'));
    expect(board.list()).toEqual([]);
  });
});

describe('reading', () => {
  it('lists by plan order, then priority, then age', () => {
    using board = openFresh();
    board.addTasks('shop', [
      task('late', { order: 9, priority: 99 }),
      task('low', { order: 1, priority: 1 }),
      task('high', { order: 1, priority: 2 }),
      task('first', { order: 0 }),
      task('low-too', { order: 1, priority: 1 }),
    ]);
    const ids = ['first', 'high', 'low', 'low-too', 'late'];
    expect(board.list().map(({ id }) => id)).toEqual(ids.map((id) => `shop.${id}`));
  });

  it('puts later tasks behind the plan', () => {
    using board = openFresh();
    board.addTasks('shop', [task('a'), task('b')]);
    board.addTasks('shop', [task('z', { priority: 99 })]);
    expect(board.list().at(-1)?.id).toBe('shop.z');
  });

  it('filters by state, assignee and role', () => {
    using board = openFresh();
    board.addTasks('shop', [
      task('a', { role: 'tester' }),
      task('b', { after: ['a'] }),
      task('c', { assignee: 'shop/developer' }),
    ]);
    const ids = (filter: Parameters<typeof board.list>[0]) => board.list(filter).map(({ id }) => id);
    expect(ids({ state: 'waiting' })).toEqual(['shop.b']);
    expect(ids({ role: 'tester' })).toEqual(['shop.a']);
    expect(ids({ assignee: 'shop/developer' })).toEqual(['shop.c']);
  });

  it('counts every state, the empty ones too', () => {
    using board = openFresh();
    board.addTasks('shop', [task('a'), task('b', { after: ['a'] }), task('c')]);
    board.cancel('shop.c', { by: 'user', text: 'not needed' });
    expect(board.counts('shop')).toEqual({
      waiting: 1,
      ready: 1,
      assigned: 0,
      started: 0,
      blocked: 0,
      done: 0,
      failed: 0,
      cancelled: 1,
    });
  });

  it('refuses a task it does not know', () => {
    using board = openFresh();
    expect(board.find('shop.a')).toBeUndefined();
    const by = { by: 'user', text: '' };
    for (const act of [
      () => board.get('shop.a'),
      () => board.whyWaiting('shop.a'),
      () => board.assign('shop.a', null),
      () => board.markHandedOut('shop.a'),
      () => board.markStarted('shop.a', by),
      () => board.markDone('shop.a', by),
      () => board.block('shop.a', { by: 'user', reason: 'x' }),
      () => board.reopen('shop.a'),
      () => board.reports('shop.a'),
    ]) {
      expect(act).toThrow(coded('ORC_TASKS_UNKNOWN_TASK'));
    }
  });
});

describe('whyWaiting', () => {
  it('names what is really in the way, through everything that waits in between', () => {
    using board = openFresh();
    board.addTasks('shop', [
      task('db'),
      task('api', { after: ['db'] }),
      task('ui', { after: ['api'] }),
      task('docs', { assignee: 'shop/writer' }),
      task('ship', { after: ['ui', 'docs', 'api'] }),
    ]);
    board.markFailed('shop.db', { by: 'shop/developer', text: 'no server' });
    board.markHandedOut('shop.docs');
    expect(board.whyWaiting('shop.ship')).toEqual([
      {
        id: 'shop.docs',
        title: 'Do docs',
        state: 'assigned',
        text: 'waits for shop.docs "Do docs", which is assigned (shop/writer)',
      },
      {
        id: 'shop.db',
        title: 'Do db',
        state: 'failed',
        text: 'waits for shop.db "Do db", which is failed: shop/developer says: no server',
      },
    ]);
    expect(board.whyWaiting('shop.db')).toEqual([]);
    expect(board.get('shop.ui').why).toBe('waits for shop.api "Do api" (waiting)');
  });

  it.each([
    ['failed', 'markFailed'],
    ['cancelled', 'cancel'],
  ] as const)('lets nothing begin behind a task that is %s, until it is reopened and done', (state, end) => {
    using board = openFresh();
    board.addTasks('shop', [task('a'), task('b', { after: ['a'] })]);
    board[end]('shop.a', { by: 'user', text: 'no' });
    expect(board.ready({ project: 'shop' })).toEqual([]);
    expect(board.whyWaiting('shop.b')[0]).toMatchObject({ id: 'shop.a', state });
    board.reopen('shop.a');
    board.markDone('shop.a', { by: 'user', text: 'yes' });
    expect(board.ready({ project: 'shop' }).map(({ id }) => id)).toEqual(['shop.b']);
  });

  it('names a blocked task and what blocks it', () => {
    using board = openFresh();
    board.addTasks('shop', [task('a'), task('b', { after: ['a'] })]);
    board.block('shop.a', { by: 'shop/developer', reason: 'no password' });
    expect(board.whyWaiting('shop.b')[0]?.text).toBe(
      'waits for shop.a "Do a", which is blocked: shop/developer says: no password',
    );
  });
});
