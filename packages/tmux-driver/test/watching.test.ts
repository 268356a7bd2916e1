import { waitUntil } from '@orc/testing';
import { describe, expect, test } from 'vitest';
import { collectEvents, openBench } from './support.ts';

describe('a death', () => {
  test('is told with its cause', async () => {
    const bench = await openBench();
    const { ofType } = collectEvents(bench.tmux);
    const killed = await bench.open(['cat']);
    const failed = await bench.open(['/bin/sh', '-c', 'exit 7']);
    const finished = await bench.open(['/bin/true', 'x']);
    process.kill(killed.pid, 'SIGKILL');
    const died = await waitUntil(() => ofType('pane.died').length === 3 && ofType('pane.died'));
    const causeOf = ({ paneId }: { paneId: string }) => died.find((event) => event.paneId === paneId);
    expect(causeOf(killed)).toMatchObject({ ...killed, exitStatus: null, exitSignal: 'SIGKILL' });
    expect(causeOf(failed)).toMatchObject({ ...failed, exitStatus: 7, exitSignal: null });
    expect(causeOf(finished)).toMatchObject({ ...finished, exitStatus: 0, exitSignal: null });
  });

  test('is told within a fifth of a second', async () => {
    const bench = await openBench();
    const { ofType } = collectEvents(bench.tmux);
    const timesMs: number[] = [];
    for (let round = 1; round <= 7; round += 1) {
      const { pid } = await bench.open(['cat']);
      const start = performance.now();
      process.kill(pid, 'SIGKILL');
      await waitUntil(() => ofType('pane.died').length === round, { intervalMs: 1 });
      timesMs.push(performance.now() - start);
    }
    expect(ofType('pane.died').map(({ exitSignal }) => exitSignal)).toEqual(timesMs.map(() => 'SIGKILL'));
    const start = performance.now();
    for (let round = 0; round < 10; round += 1) await bench.tmux.listPanes();
    const tenListsMs = performance.now() - start;
    // The median, because a busy machine may hold up any single one, and not without what it takes to ask.
    expect(timesMs.sort((a, b) => a - b)[3]).toBeLessThan(200 + tenListsMs);
  });

  test('of twenty at once is told twenty times, each with its cause, and never again', async () => {
    const bench = await openBench();
    const { ofType } = collectEvents(bench.tmux);
    const opened = await Promise.all(Array.from({ length: 20 }, () => bench.open(['cat'])));
    for (const { pid } of opened) process.kill(pid, 'SIGTERM');
    await waitUntil(() => ofType('pane.died').length >= 20);
    const last = await bench.open(['/bin/true', 'x']);
    await waitUntil(() => ofType('pane.died').some(({ paneId }) => paneId === last.paneId));
    const died = ofType('pane.died').filter(({ paneId }) => paneId !== last.paneId);
    expect(died).toHaveLength(20);
    expect(new Set(died.map(({ paneId }) => paneId))).toEqual(new Set(opened.map(({ paneId }) => paneId)));
    expect(died.every(({ exitSignal }) => exitSignal === 'SIGTERM')).toBe(true);
  });

  test('that came before anybody listened is told to the first who does', async () => {
    const bench = await openBench();
    const { paneId } = await bench.open(['/bin/false', 'x']);
    await waitUntil(async () => (await bench.tmux.findPane(paneId))?.isDead);
    const { ofType } = collectEvents(bench.tmux);
    await waitUntil(() => ofType('pane.died').length === 1);
    expect(ofType('pane.died')).toMatchObject([{ paneId, exitStatus: 1 }]);
  });

  test('is told for each program of a pane', async () => {
    const bench = await openBench();
    const { ofType } = collectEvents(bench.tmux);
    const first = await bench.open(['cat']);
    process.kill(first.pid, 'SIGKILL');
    await waitUntil(() => ofType('pane.died').length === 1);
    const launch = { directory: bench.directory, argv: ['cat'], env: {} };
    const second = await bench.tmux.respawnPane(first.paneId, launch);
    process.kill(second.pid, 'SIGTERM');
    await waitUntil(() => ofType('pane.died').length === 2);
    expect(ofType('pane.died')).toMatchObject([
      { paneId: first.paneId, pid: first.pid, exitSignal: 'SIGKILL' },
      { paneId: first.paneId, pid: second.pid, exitSignal: 'SIGTERM' },
    ]);
  });

  test('is told of a program that somebody else replaced', async () => {
    const bench = await openBench();
    const { ofType } = collectEvents(bench.tmux);
    const { paneId, pid } = await bench.open(['cat']);
    bench.run('respawn-pane', '-k', '-t', paneId, '/usr/bin/env', 'cat');
    await waitUntil(() => ofType('pane.died').length === 1);
    expect(ofType('pane.died')).toMatchObject([{ paneId, pid, exitStatus: null, exitSignal: null }]);
  });
});

describe('an end', () => {
  test('of a pane and its window is told, whoever made it', async () => {
    const bench = await openBench();
    const { ofType } = collectEvents(bench.tmux);
    const [mine, theirs] = [await bench.open(['cat']), await bench.open(['cat'])];
    await bench.tmux.killWindow(mine.windowId);
    bench.run('kill-pane', '-t', theirs.paneId);
    await waitUntil(() => ofType('window.closed').length === 2);
    expect(new Set(ofType('pane.gone'))).toEqual(
      new Set([mine, theirs].map((opened) => ({ type: 'pane.gone', ...opened }))),
    );
    expect(new Set(ofType('window.closed').map(({ windowId }) => windowId))).toEqual(
      new Set([mine.windowId, theirs.windowId]),
    );
    expect(ofType('pane.died')).toEqual([]);
  });

  test('that follows at once upon the beginning is told, too', async () => {
    const bench = await openBench({ pollMs: 5_000 });
    await bench.open(['cat']);
    const { ofType } = collectEvents(bench.tmux);
    const opened = await bench.open(['cat']);
    await bench.tmux.killWindow(opened.windowId);
    await waitUntil(() => ofType('window.closed').length === 1);
    expect(ofType('pane.gone')).toEqual([{ type: 'pane.gone', ...opened }]);
  });

  test('of one pane of several is told without the window’s', async () => {
    const bench = await openBench();
    const { windowId } = await bench.open(['cat']);
    const split = ['split-window', '-d', '-P', '-F', '#{pane_id}', '-t', windowId];
    const other = bench.run(...split, '/usr/bin/env', 'cat');
    const { ofType } = collectEvents(bench.tmux);
    await bench.tmux.listPanes();
    bench.run('kill-pane', '-t', other);
    await waitUntil(() => ofType('pane.gone').length === 1);
    expect(ofType('pane.gone')).toMatchObject([{ paneId: other, windowId }]);
    expect(ofType('window.closed')).toEqual([]);
  });
});

describe('sessions', () => {
  test('are told when one comes, goes, or gets another name', async () => {
    const bench = await openBench();
    const { ofType } = collectEvents(bench.tmux);
    const names = () =>
      ofType('sessions.changed')
        .at(-1)
        ?.sessions.map(({ name }) => name);
    const other = await bench.tmux.ensureSession({ name: 'other', directory: bench.directory });
    await waitUntil(() => names()?.join() === 'other,proj' || names()?.join() === 'proj,other');
    bench.run('rename-session', '-t', other, 'renamed');
    await waitUntil(() => names()?.includes('renamed'));
    await bench.tmux.killSession(other);
    await waitUntil(() => names()?.join() === 'proj');
  });
});

test('nobody is told any more who does not want to be', async () => {
  const bench = await openBench();
  const [first, second] = [collectEvents(bench.tmux), collectEvents(bench.tmux)];
  first.stop();
  const { pid } = await bench.open(['cat']);
  process.kill(pid, 'SIGKILL');
  await waitUntil(() => second.ofType('pane.died').length === 1);
  expect(first.events).toEqual([]);
});
