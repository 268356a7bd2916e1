import { join } from 'node:path';
import { createEventBus, readEvents } from '@orc/event-bus';
import { openQueue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { openReportBook } from '@orc/routing';
import { errors } from '@orc/sqlite';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { DaemonConfig } from '../config/schema.ts';
import type { Parts } from '../parts.ts';
import { createStandupDesk } from './standups.ts';

const MINUTE = 60_000;
const HUB = 'shop/orchestrator';
const MANAGER = 'shop/project-manager';

/** A team of three on real stores; a desk may be given a call that fails in the place of one of theirs. */
function openTeam() {
  const directory = makeTempDirectory();
  const path = join(directory, 'orc.db');
  const time = { now: MINUTE };
  const clock = { now: () => time.now };
  const registry = openRegistry({ path });
  const queue = openQueue({ path, depthMax: 3 }, { clock });
  const book = openReportBook({ path });
  onTeardown(() => [registry, queue, book].forEach((each) => each[Symbol.dispose]()));
  const bus = createEventBus({ directory }, { clock });
  registry.saveProject(projectRecord());
  const project = registry.getProject('shop');
  for (const role of ['orchestrator', 'project-manager', 'developer']) registry.saveAgent(agentRecord(role));
  const parts = { registry, queue, book, bus, clock, config: DaemonConfig.parse({}) };
  const notices = { hubOf: () => HUB };
  const desk = (failing: Partial<Pick<Parts, 'queue' | 'book'>> = {}) =>
    createStandupDesk({ ...parts, log: pino({ level: 'silent' }), ...failing }, { notices });
  const sums = (recipient: string) => queue.list({ recipient, kind: 'standup-summary' });
  const closings = () => [...readEvents({ directory, types: 'standup.closed' })];
  return { project, time, queue, book, desk, sums, closings };
}

const lock = (): never => {
  throw errors.busy('orc.db', undefined);
};

it('is summed up to the end by a later look where the ledger was locked, and to nobody twice', () => {
  const { project, time, queue, book, desk, sums, closings } = openTeam();
  const { id, answers } = desk().open(project, 'user', MINUTE);
  time.now += MINUTE;
  const send: typeof queue.send = (input) => (input.recipient === MANAGER ? lock() : queue.send(input));
  const locked = desk({ queue: { ...queue, send } });
  expect(() => locked.run()).toThrow(/stayed locked/);
  expect([sums(HUB).length, sums(MANAGER).length, book.getStandup(id).closedAt]).toEqual([1, 0, null]);
  // What comes in between changes the sum.
  const [first] = answers;
  const said = { recipient: 'user', body: 'all is well', inReplyTo: first?.question ?? '' };
  queue.send({ ...said, sender: first?.agent ?? '' });
  desk().run();
  desk().run();
  expect([sums(HUB).length, sums(MANAGER).length, sums('user').length]).toEqual([1, 1, 1]);
  expect([closings().length, book.openStandups()]).toEqual([1, []]);
});

it('is summed up to the others where a mailbox is full', () => {
  const { project, time, queue, book, desk, sums } = openTeam();
  desk().open(project, HUB, MINUTE);
  for (const body of ['one', 'two', 'three']) queue.send({ sender: 'user', recipient: HUB, body });
  time.now += MINUTE;
  desk().run();
  expect([sums(HUB).length, sums(MANAGER).length, book.openStandups()]).toEqual([0, 1, []]);
});

it('is made known as closed although the daemon was killed before it was', () => {
  const { project, time, book, desk, sums, closings } = openTeam();
  const { id } = desk().open(project, HUB, MINUTE);
  time.now += MINUTE;
  expect(() => desk({ book: { ...book, closeStandup: lock } }).run()).toThrow(/stayed locked/);
  desk().run();
  expect(new Set(closings().map((event) => event.id))).toEqual(new Set([`standup-closed-${id}`]));
  expect([sums(HUB).length, sums(MANAGER).length, book.openStandups()]).toEqual([1, 1, []]);
});

it('is none where nobody could be asked', () => {
  const { project, queue, book, desk } = openTeam();
  expect(() => desk({ queue: { ...queue, sendAll: lock } }).open(project, HUB)).toThrow(/stayed locked/);
  expect([queue.list(), book.openStandups()]).toEqual([[], []]);
});
