import { existsSync } from 'node:fs';
import { findIdentity, isRunning, type ProcessIdentity } from '@orc/process';
import { waitUntil } from '@orc/testing';
import { describe, expect, test } from 'vitest';
import { collectEvents, openBench, stopProcess } from './support.ts';

function identify(pid: number): ProcessIdentity {
  const identity = findIdentity(pid);
  if (!identity) throw new Error(`no process ${pid}`);
  return identity;
}

describe('stopping the server', () => {
  test('ends it and what runs in it, also what ignores the hang-up, and tells nobody', async () => {
    const bench = await openBench();
    const { events } = collectEvents(bench.tmux);
    const plain = await bench.open(['cat']);
    const stubborn = await bench.open([
      '/bin/sh',
      '-c',
      'trap "" HUP TERM; echo ready; while :; do sleep 1; done',
    ]);
    await waitUntil(async () => (await bench.screen(stubborn.paneId)).includes('ready'));
    const processes = [bench.tmux.serverPid, plain.pid, stubborn.pid].map(identify);
    events.length = 0;
    await bench.tmux.stopServer();
    await waitUntil(() => !processes.some(isRunning));
    expect(events).toEqual([]);
    await expect(bench.tmux.listPanes()).rejects.toMatchObject({ code: 'ORC_TMUX_SERVER_GONE' });
    await bench.tmux.stopServer();
  });

  test('leaves a program time to end as it likes', async () => {
    const bench = await openBench();
    const script = `process.on('SIGHUP', () => setTimeout(() => { require('fs').writeFileSync('saved', ''); process.exit() }, 300));
      process.stdout.write('ready'); setInterval(() => {}, 1e6)`;
    const { paneId } = await bench.open([process.execPath, '-e', script]);
    await waitUntil(async () => (await bench.screen(paneId)).includes('ready'));
    await bench.tmux.stopServer();
    expect(existsSync(`${bench.directory}/saved`)).toBe(true);
  });

  test('ends one that hangs', async () => {
    const bench = await openBench({ requestTimeoutMs: 2_000 });
    const { pid } = await bench.open(['cat']);
    const processes = [bench.tmux.serverPid, pid].map(identify);
    const resume = stopProcess(bench.tmux.serverPid);
    const stopping = bench.tmux.stopServer();
    await expect(stopping).rejects.toMatchObject({ code: 'ORC_TMUX_TIMED_OUT' });
    resume();
    await waitUntil(() => bench.tmux.isConnected);
    await bench.tmux.stopServer();
    await waitUntil(() => !processes.some(isRunning));
  });

  test('does not touch a server that others started in its place', async () => {
    const bench = await openBench();
    await bench.tmux.stopServer();
    bench.run('-f', '/dev/null', 'new-session', '-d', '-s', 'theirs', '/usr/bin/env', 'cat');
    await bench.tmux.stopServer();
    expect(bench.run('list-sessions', '-F', '#{session_name}')).toBe('theirs');
  });
});
