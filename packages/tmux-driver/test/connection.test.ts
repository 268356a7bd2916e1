import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory, makeTmuxSocket, waitUntil } from '@orc/testing';
import { describe, expect, test } from 'vitest';
import { parsePaneId } from '../src/names.ts';
import { openTmux } from '../src/tmux.ts';
import {
  collectEvents,
  fixture,
  openBench,
  openReceiver,
  runTmux,
  stopProcess,
  type Bench,
} from './support.ts';

function killClient(bench: Bench): void {
  process.kill(Number(bench.run('list-clients', '-F', '#{client_pid}')), 'SIGKILL');
}

/** A tmux that refuses control connections after `shut`, and lets them wait after `hold`. */
function makeGate() {
  const file = join(makeTempDirectory(), 'gate');
  return {
    options: { tmuxPath: fixture('gated-tmux.sh'), env: { ORC_GATE: file } },
    shut: () => writeFileSync(file, ''),
    refusals: () =>
      existsSync(`${file}.refused`) ? readFileSync(`${file}.refused`, 'utf8').split('\n').length : 0,
    hold: () => writeFileSync(`${file}.hold`, ''),
    open() {
      rmSync(file, { force: true });
      rmSync(`${file}.hold`, { force: true });
    },
  };
}

describe('a lost connection', () => {
  test.each<[string, (bench: Bench) => void]>([
    ['its client is killed', killClient],
    ['somebody detaches it', (bench) => bench.run('detach-client', '-s', '=orc-ctl')],
    ['somebody kills its session', (bench) => bench.run('kill-session', '-t', '=orc-ctl')],
  ])('is restored when %s', async (_, lose) => {
    const bench = await openBench();
    const { paneId } = await bench.open(['cat']);
    const { events, ofType } = collectEvents(bench.tmux);
    const before = bench.tmux.serverPid;
    lose(bench);
    await waitUntil(() => ofType('connection.restored').length === 1);
    expect(events.map(({ type }) => type)).toEqual(['connection.lost', 'connection.restored']);
    expect(bench.tmux.serverPid).toBe(before);
    expect(await bench.tmux.findPane(paneId)).toMatchObject({ paneId, isDead: false });
  });

  test('is restored when the socket was deleted, too', async () => {
    const bench = await openBench();
    const { ofType } = collectEvents(bench.tmux);
    const client = Number(bench.run('list-clients', '-F', '#{client_pid}'));
    rmSync(bench.socketPath);
    process.kill(client, 'SIGKILL');
    await waitUntil(() => ofType('connection.restored').length === 1);
    expect(ofType('server.exited')).toEqual([]);
    expect(bench.run('list-sessions', '-F', '#{session_name}')).toContain('proj');
  });

  test('leaves a socket that answers as it is, for a new one would drop whoever waits at it', async () => {
    const gate = makeGate();
    const bench = await openBench(gate.options);
    const madeAt = () => statSync(bench.socketPath, { bigint: true }).birthtimeNs;
    const before = madeAt();
    gate.shut();
    killClient(bench);
    await waitUntil(() => gate.refusals() > 6);
    expect(madeAt()).toBe(before);
    gate.open();
    await waitUntil(() => bench.tmux.isConnected);
  });

  test('loses no death and no end that came meanwhile', async () => {
    const gate = makeGate();
    const bench = await openBench({ ...gate.options, pollMs: 5_000 });
    const [dying, going, closing] = [
      await bench.open(['cat']),
      await bench.open(['cat']),
      await bench.open(['cat']),
    ];
    const { events, ofType } = collectEvents(bench.tmux);
    await waitUntil(async () => (await bench.tmux.listPanes()).length === 3);
    gate.shut();
    killClient(bench);
    await waitUntil(() => ofType('connection.lost').length === 1);
    process.kill(dying.pid, 'SIGKILL');
    bench.run('kill-pane', '-t', going.paneId);
    bench.run('kill-window', '-t', closing.windowId);
    gate.open();
    await waitUntil(() => ofType('window.closed').length === 2);
    await waitUntil(() => ofType('pane.died').length === 1);
    expect(events[0]?.type).toBe('connection.lost');
    expect(ofType('pane.died')).toMatchObject([{ paneId: dying.paneId, exitSignal: 'SIGKILL' }]);
    expect(new Set(ofType('pane.gone').map(({ paneId }) => paneId))).toEqual(
      new Set([going.paneId, closing.paneId]),
    );
  });

  test('is repeated for a question, and reported for anything that may have been done', async () => {
    const bench = await openBench();
    const { windowId, paneId } = await bench.open(['cat']);
    const client = Number(bench.run('list-clients', '-F', '#{client_pid}'));
    const resume = stopProcess(bench.tmux.serverPid);
    const question = bench.tmux.listPanes();
    const change = bench.tmux.renameWindow(windowId, 'renamed');
    process.kill(client, 'SIGKILL');
    await expect(change).rejects.toMatchObject({ code: 'ORC_TMUX_CONNECTION_LOST' });
    resume();
    expect(await question).toMatchObject([{ paneId }]);
  });
});

describe('without a connection', () => {
  test('everything works by single commands, and events come', async () => {
    const gate = makeGate();
    gate.shut();
    const bench = await openBench(gate.options);
    expect(bench.tmux.isConnected).toBe(false);
    const { ofType } = collectEvents(bench.tmux);
    const receiver = await openReceiver(bench);
    const text = `it's "quoted"; $HOME #{pid}\nlast;`;
    expect(await bench.tmux.paste(receiver.paneId, text)).toEqual({ status: 'sent' });
    await receiver.receives(`\x1b[200~${text}\x1b[201~`);
    const long = 'x'.repeat(50_000);
    expect(await bench.tmux.paste(receiver.paneId, long)).toEqual({ status: 'sent' });
    await receiver.receives(`${long}\x1b[201~`);
    const { paneId, pid } = await bench.open(['cat', '-']);
    expect((await bench.tmux.capture([paneId, receiver.paneId])).size).toBe(2);
    process.kill(pid, 'SIGTERM');
    await waitUntil(() => ofType('pane.died').length === 1);
    expect(ofType('pane.died')).toMatchObject([{ paneId, exitSignal: 'SIGTERM' }]);
    expect(await bench.tmux.paste(paneId, 'x')).toEqual({ status: 'refused', reason: 'dead' });
    expect(bench.tmux.isConnected).toBe(false);
    gate.open();
    await waitUntil(() => bench.tmux.isConnected);
    expect(await bench.tmux.listPanes()).toHaveLength(2);
  });
});

describe('the end of the server', () => {
  test.each<[string, (bench: Bench) => void]>([
    ['is killed', (bench) => process.kill(bench.tmux.serverPid, 'SIGKILL')],
    ['is ended by somebody', (bench) => bench.run('kill-server')],
  ])('is told once when it %s, and what was asked of it is refused', async (_, end) => {
    const bench = await openBench();
    const opened = [await bench.open(['cat']), await bench.open(['cat'])];
    const { events, ofType } = collectEvents(bench.tmux);
    await waitUntil(async () => (await bench.tmux.listPanes()).length === 2);
    const { serverPid } = bench.tmux;
    end(bench);
    await waitUntil(() => ofType('server.exited').length === 1);
    expect(ofType('server.exited')).toMatchObject([
      { serverPid, paneIds: opened.map(({ paneId }) => paneId) },
    ]);
    await expect(bench.tmux.listPanes()).rejects.toMatchObject({ code: 'ORC_TMUX_SERVER_GONE' });
    await expect(bench.open(['cat'])).rejects.toMatchObject({ code: 'ORC_TMUX_SERVER_GONE' });

    const session = await bench.tmux.ensureSession({ name: 'proj', directory: bench.directory });
    const again = await bench.tmux.openWindow({
      ...{ session, name: 'dev', directory: bench.directory, argv: ['cat'], env: {} },
    });
    expect(bench.tmux.serverPid).not.toBe(serverPid);
    process.kill(again.pid, 'SIGKILL');
    await waitUntil(() => ofType('pane.died').length === 1);
    expect(ofType('pane.died')).toMatchObject([{ ...again, exitSignal: 'SIGKILL' }]);
    expect(events.filter(({ type }) => type === 'pane.gone')).toEqual([]);
  });

  test('is told when another one has taken its place already', async () => {
    const gate = makeGate();
    const bench = await openBench(gate.options);
    const { paneId } = await bench.open(['cat']);
    const { ofType } = collectEvents(bench.tmux);
    await waitUntil(async () => (await bench.tmux.listPanes()).length === 1);
    const { serverPid } = bench.tmux;
    gate.hold();
    process.kill(serverPid, 'SIGKILL');
    // Refused for as long as the dying server still holds the socket.
    const theirs = ['new-session', '-d', '-s', 'theirs', '/usr/bin/env', 'cat'];
    await waitUntil(() => runTmux(bench.socketPath, '-f', '/dev/null', ...theirs) === '');
    // The id that was the driver's own is the first pane of the other server.
    const first = parsePaneId('%0');
    await expect(bench.tmux.killPane(first)).rejects.toMatchObject({ code: 'ORC_TMUX_SERVER_GONE' });
    expect(bench.run('list-panes', '-a', '-F', '#{pane_id}')).toBe('%0');
    gate.open();
    await waitUntil(() => ofType('connection.restored').length === 1);
    expect(ofType('server.exited')).toMatchObject([{ serverPid, paneIds: [paneId] }]);
    expect(bench.tmux.serverPid).not.toBe(serverPid);
    await bench.tmux.ensureSession({ name: 'proj', directory: bench.directory });
    expect((await bench.tmux.listSessions()).map(({ name }) => name).sort()).toEqual(['proj', 'theirs']);
  });

  test('may be followed at once by a new beginning', async () => {
    const bench = await openBench();
    const { serverPid } = bench.tmux;
    process.kill(serverPid, 'SIGKILL');
    await waitUntil(async () => {
      await bench.tmux.ensureSession({ name: 'proj', directory: bench.directory });
      return bench.tmux.serverPid !== serverPid;
    });
    expect(await bench.tmux.listSessions()).toHaveLength(1);
  });
});

describe('a server that hangs', () => {
  test('is given up waiting for, and used again when it goes on', async () => {
    const bench = await openBench({ requestTimeoutMs: 300 });
    const { paneId, windowId } = await bench.open(['cat']);
    const { ofType } = collectEvents(bench.tmux);
    const resume = stopProcess(bench.tmux.serverPid);
    await expect(bench.tmux.renameWindow(windowId, 'renamed')).rejects.toMatchObject({
      code: 'ORC_TMUX_TIMED_OUT',
    });
    await expect(bench.tmux.listPanes()).rejects.toMatchObject({ code: 'ORC_TMUX_TIMED_OUT' });
    expect(ofType('server.exited')).toEqual([]);
    resume();
    await waitUntil(() => bench.tmux.isConnected);
    expect(await bench.tmux.listPanes()).toMatchObject([{ paneId }]);
  });

  test('is let go of all the same', async () => {
    const socketPath = makeTmuxSocket();
    const tmux = await openTmux({ socketPath });
    stopProcess(tmux.serverPid);
    const question = tmux.listPanes();
    const refused = expect(question).rejects.toMatchObject({ code: 'ORC_TMUX_CLOSED' });
    await tmux[Symbol.asyncDispose]();
    await refused;
  });
});
