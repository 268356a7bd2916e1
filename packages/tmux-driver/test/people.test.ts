import { makeTempDirectory, openTerminal, waitUntil } from '@orc/testing';
import { describe, expect, test } from 'vitest';
import { findOwnPane } from '../src/own-pane.ts';
import type { PaneId } from '../src/types.ts';
import { collectEvents, openBench, type Bench } from './support.ts';

/** Runs what `attachCommand` says on a terminal, as a person would. */
function attach(bench: Bench, argv: readonly string[]) {
  const [program = '', ...args] = argv;
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', TERM: 'xterm-256color', HOME: '/' };
  return openTerminal(program, args, { cwd: '/', env });
}

function clients(bench: Bench): string[] {
  const format = '#{client_control_mode} #{window_name} #{client_readonly}';
  const rows = bench.run('list-clients', '-F', format).split('\n');
  return rows
    .filter((row) => row.startsWith('0 '))
    .map((row) => row.slice(2))
    .sort();
}

describe('a person', () => {
  test('sees the window asked for, and two of them see different ones', async () => {
    const bench = await openBench();
    const [, second, third] = [
      await bench.open(['cat'], 'one'),
      await bench.open(['cat'], 'two'),
      await bench.open(['cat'], 'three'),
    ];
    attach(bench, bench.tmux.attachCommand({ paneId: second.paneId }));
    attach(bench, bench.tmux.attachCommand({ paneId: third.paneId }));
    await waitUntil(() => clients(bench).join() === 'three 0,two 0');
    expect(await bench.tmux.listSessions()).toMatchObject([{ name: 'proj', clientCount: 2, windowCount: 3 }]);
    const panes = await bench.tmux.listPanes();
    expect(panes.map(({ windowName, sessionName }) => `${sessionName}:${windowName}`)).toEqual([
      ...['proj:one', 'proj:two', 'proj:three'],
    ]);
  });

  test('leaves nothing behind, and takes nothing along', async () => {
    const bench = await openBench();
    const { paneId } = await bench.open(['cat']);
    const { ofType } = collectEvents(bench.tmux);
    const terminal = attach(bench, bench.tmux.attachCommand({ paneId }));
    await waitUntil(() => clients(bench).length === 1);
    terminal.type('\x02d');
    expect(await terminal.ended).toBe(0);
    await waitUntil(() => bench.run('list-sessions', '-F', '#{session_name}') === 'orc-ctl\nproj');
    expect(await bench.tmux.findPane(paneId)).toMatchObject({ isDead: false });
    expect(ofType('sessions.changed')).toEqual([]);
    expect(ofType('pane.gone')).toEqual([]);
  });

  test('may leave as soon as they came, any number of times', async () => {
    const bench = await openBench();
    const { paneId } = await bench.open(['cat']);
    const { serverPid } = bench.tmux;
    for (let visit = 0; visit < 15; visit += 1) {
      const terminal = attach(bench, bench.tmux.attachCommand({ paneId }));
      await waitUntil(() => clients(bench).length === 1, { intervalMs: 1 });
      terminal.type('\x02d');
      expect(await terminal.ended).toBe(0);
    }
    expect(bench.tmux.serverPid).toBe(serverPid);
    expect(await bench.tmux.findPane(paneId)).toMatchObject({ isDead: false });
  });

  test('who only looks can neither type nor change the size of the window', async () => {
    const bench = await openBench();
    const { paneId } = await bench.open(['cat']);
    const looker = attach(bench, bench.tmux.attachCommand({ paneId, readOnly: true }));
    await waitUntil(() => clients(bench).join() === 'dev 1');
    looker.type('typed by the looker\r');
    const writer = attach(bench, bench.tmux.attachCommand({ paneId }));
    await waitUntil(() => clients(bench).join() === 'dev 0,dev 1');
    writer.type('typed by the writer\r');
    await waitUntil(async () => (await bench.screen(paneId)).includes('writer'));
    expect(await bench.screen(paneId)).not.toContain('looker');
  });

  test('may ask for a whole session', async () => {
    const bench = await openBench();
    await bench.open(['cat'], 'one');
    attach(bench, bench.tmux.attachCommand({ sessionId: bench.session }));
    await waitUntil(() => clients(bench).join() === 'one 0');
  });

  test('is told when there is no such pane, and gets no shell instead', async () => {
    const bench = await openBench();
    const terminal = attach(bench, bench.tmux.attachCommand({ paneId: '%99' as PaneId }));
    expect(await terminal.ended).toBe(1);
    expect(terminal.output).toContain("can't find pane: %99");
    expect(bench.run('list-sessions', '-F', '#{session_name}')).toBe('orc-ctl\nproj');
    expect(() => bench.tmux.attachCommand({ paneId: 'proj' as PaneId })).toThrow(
      expect.objectContaining({ code: 'ORC_TMUX_BAD_ID' }),
    );
  });

  test('does not keep a session alive that is killed', async () => {
    const bench = await openBench();
    const { paneId } = await bench.open(['cat']);
    const terminal = attach(bench, bench.tmux.attachCommand({ paneId }));
    await waitUntil(() => clients(bench).length === 1);
    await bench.tmux.killSession(bench.session);
    await terminal.ended;
    expect(await bench.tmux.listPanes()).toEqual([]);
  });
});

describe('the own pane', () => {
  test('is the one a program runs in, though everybody looks at another', async () => {
    const bench = await openBench();
    const script = 'process.stdout.write("TMUX=" + process.env.TMUX); setInterval(() => {}, 1e6)';
    const { paneId } = await bench.open([process.execPath, '-e', script], 'mine');
    await bench.open(['cat'], 'other');
    bench.run('select-window', '-t', '=proj:=other');
    const TMUX = await waitUntil(
      async () => /TMUX=(\S+)/.exec((await bench.screen(paneId)).replace(/\n/g, ''))?.[1],
    );
    const PATH = '/usr/local/bin:/usr/bin:/bin';
    expect(await findOwnPane({ TMUX, TMUX_PANE: paneId, PATH })).toBe(paneId);
    expect(await findOwnPane({ TMUX, TMUX_PANE: paneId })).toBe(paneId);

    expect(await findOwnPane({ TMUX, TMUX_PANE: '%99', PATH })).toBeUndefined();
    expect(await findOwnPane({ TMUX, TMUX_PANE: 'proj', PATH })).toBeUndefined();
    expect(await findOwnPane({ TMUX, PATH })).toBeUndefined();
    expect(await findOwnPane({ TMUX_PANE: paneId, PATH })).toBeUndefined();
    expect(
      await findOwnPane({ TMUX: TMUX.replace(/,\d+,/, ',1,'), TMUX_PANE: paneId, PATH }),
    ).toBeUndefined();
    expect(await findOwnPane({ TMUX: '/no/such.sock,1,0', TMUX_PANE: paneId, PATH })).toBeUndefined();
    expect(await findOwnPane({})).toBeUndefined();
  });

  test('cannot be found without tmux', async () => {
    const env = { TMUX: `${makeTempDirectory()}/s,1,0`, TMUX_PANE: '%1' };
    await expect(findOwnPane(env, { tmuxPath: 'no-such-tmux' })).rejects.toMatchObject({
      code: 'ORC_TMUX_NOT_FOUND',
    });
  });
});
