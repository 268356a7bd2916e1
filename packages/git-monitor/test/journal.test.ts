import { join } from 'node:path';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { expect, it } from 'vitest';
import { openGitJournal } from '../src/index.ts';

const open = (path = join(makeTempDirectory(), 'orc.db')) => {
  const journal = openGitJournal({ path });
  onTeardown(() => journal[Symbol.dispose]());
  return { journal, path };
};

it('keeps a commit on its way until it has arrived, once, over a restart', () => {
  const { journal, path } = open();
  const sync = { project: 'shop', source: 'a', receiver: 'b', sha: '1', subject: 'One', committedAt: 10 };
  expect(journal.addLaneSync(sync)).toBe(true);
  expect(journal.addLaneSync(sync)).toBe(false);
  const waiting = { ...sync, outcome: 'waiting', settledAt: null } as const;
  expect(journal.noteLaneOutcome(waiting, 'conflict')).toBe(true);
  expect(journal.noteLaneOutcome(waiting, 'conflict')).toBe(false);
  const again = open(path).journal;
  expect(again.openLaneSyncs('shop')).toMatchObject([{ outcome: 'conflict' }]);
  again.addLaneSync({ ...sync, sha: '2', committedAt: 20 });
  expect(again.settleLane(sync, 'merged', 30).map(({ sha }) => sha)).toEqual(['1', '2']);
  expect(again.openLaneSyncs('shop')).toEqual([]);
  expect(again.settleLane(sync, 'taken', 40)).toEqual([]);
  expect(again.laneSyncs('shop', 15)).toMatchObject([{ sha: '2', outcome: 'merged', settledAt: 30 }]);
});

it('measures a step once, and compares it with its target (F-08)', () => {
  const { journal } = open();
  const timing = { project: 'shop', kind: 'commit-to-push', at: 5 } as const;
  journal.recordTiming({ ...timing, subject: '1', durationMs: 60_000 });
  journal.recordTiming({ ...timing, subject: '1', durationMs: 1 });
  journal.recordTiming({ ...timing, subject: '2', durationMs: 16 * 60_000 });
  const [first] = journal.summarizeTimings('shop', 0);
  expect(first).toEqual({
    kind: 'commit-to-push',
    targetMs: 900_000,
    count: 2,
    late: 1,
    medianMs: 60_000,
    longestMs: 960_000,
  });
  expect(journal.summarizeTimings('shop', 6).map(({ count }) => count)).toEqual([0, 0, 0, 0, 0]);
});

it('knows the newest test run of exactly one commit, who owes a sync, and how the lanes are switched', () => {
  const { journal } = open();
  const run = {
    project: 'shop',
    sha: '1',
    command: ['make', 'test'],
    startedAt: 1,
    durationMs: 2,
    output: 'x',
  };
  journal.recordTestRun({ ...run, exitCode: null });
  journal.recordTestRun({ ...run, exitCode: 0 });
  expect(journal.findTestRun('shop', '1')).toEqual({ ...run, exitCode: 0 });
  expect(journal.findTestRun('shop', '2')).toBeUndefined();

  journal.askSync({ project: 'shop', agent: 'a', sha: '1', askedAt: 1, dueAt: 2 });
  journal.askSync({ project: 'shop', agent: 'b', sha: '1', askedAt: 1, dueAt: 2 });
  expect(journal.markOverdue('shop', 'a', '1')).toBe(true);
  expect(journal.markOverdue('shop', 'a', '1')).toBe(false);
  journal.finishSync('shop', 'b', '1', 3);
  expect(journal.openSyncs('shop')).toMatchObject([{ agent: 'a', isOverdue: true }]);

  expect(journal.laneSwitch('shop')).toBeUndefined();
  journal.switchLanes('shop', false);
  expect(journal.laneSwitch('shop')).toBe(false);
});
