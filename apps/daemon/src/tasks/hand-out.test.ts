import { join } from 'node:path';
import { createEventBus } from '@orc/event-bus';
import { openQueue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { openTaskBoard } from '@orc/task-board';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { createHandOut } from './hand-out.ts';

const DEVELOPER = 'shop/developer';
const TESTER = 'shop/tester';

/** A team of two with a task, on real stores. */
function openTeam() {
  const directory = makeTempDirectory();
  const path = join(directory, 'orc.db');
  const registry = openRegistry({ path });
  const queue = openQueue({ path });
  const board = openTaskBoard({ path });
  onTeardown(() => [registry, queue, board].forEach((each) => each[Symbol.dispose]()));
  registry.saveProject(projectRecord());
  for (const role of ['developer', 'tester']) registry.saveAgent(agentRecord(role));
  board.addTasks('shop', [{ id: 't1', title: 'Write it', role: 'developer' }]);
  const logged: string[] = [];
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const parts = { registry, queue, board, log, bus: createEventBus({ directory }) };
  const handOut = () => createHandOut(parts, () => true)('shop');
  /** A daemon sends the task and is killed before the board knows. */
  const dieBetween = () => {
    const markHandedOut = () => {
      throw new Error('killed');
    };
    createHandOut({ ...parts, board: { ...board, markHandedOut } }, () => true)('shop');
    expect(logged.splice(0)).toHaveLength(1);
  };
  const mail = () => queue.list({ kind: 'task' }).map(({ id, recipient, state }) => [id, recipient, state]);
  return { queue, board, logged, handOut, dieBetween, mail };
}

it('is finished by the next daemon where this one was killed before it was noted', () => {
  const { board, logged, handOut, dieBetween, mail } = openTeam();
  dieBetween();
  handOut();
  expect([mail(), board.get('shop.t1').state, logged]).toEqual([
    [['shop.t1', DEVELOPER, 'queued']],
    'assigned',
    [],
  ]);
});

it.each(['queued', 'done'] as const)(
  'is a new message where the first one went to another agent and is %s',
  (state) => {
    const { queue, board, logged, handOut, dieBetween, mail } = openTeam();
    dieBetween();
    if (state === 'done') queue.finish('shop.t1', { by: DEVELOPER });
    board.assign('shop.t1', TESTER);
    handOut();
    handOut();
    expect([mail(), logged]).toEqual([
      [
        ['shop.t1', DEVELOPER, state === 'done' ? 'done' : 'dead'],
        ['shop.t1.2', TESTER, 'queued'],
      ],
      [],
    ]);
    expect(board.get('shop.t1')).toMatchObject({ state: 'assigned', assignee: TESTER });
  },
);
