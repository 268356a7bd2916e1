import { mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory, waitUntil } from '@orc/testing';
import { describe, expect, test } from 'vitest';
import { createRandom, makeHostileText } from './random.ts';
import { openBench, runTmux, type Bench } from './support.ts';

/** A program that writes its arguments, its directory and its environment into a file. */
const report = `require('fs').writeFileSync(process.argv[1] + '.new', JSON.stringify({
  argv: process.argv.slice(2), cwd: process.cwd(), env: process.env }));
  require('fs').renameSync(process.argv[1] + '.new', process.argv[1]); setInterval(() => {}, 1e6)`;

interface Report {
  readonly argv: string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
}

async function launchReport(
  bench: Bench,
  args: string[],
  env: Record<string, string> = {},
  directory = bench.directory,
) {
  const file = join(makeTempDirectory(), 'report.json');
  const argv = [process.execPath, '-e', report, file, ...args];
  const opened = await bench.tmux.openWindow({
    session: bench.session,
    name: 'report',
    directory,
    argv,
    env,
  });
  return { ...opened, report: await waitUntil(() => JSON.parse(readFileSync(file, 'utf8')) as Report) };
}

describe('a window', () => {
  test('runs exactly the argv it was given, whatever stands in it', async () => {
    const bench = await openBench();
    const random = createRandom(11);
    const args = [...Array.from({ length: 60 }, () => makeHostileText(random)), '', 'y;', ';', '#{pane_id}'];
    const { report, pid } = await launchReport(bench, args);
    expect(report.argv).toEqual(args);
    expect(readlinkSync(`/proc/${pid}/exe`)).toBe(readlinkSync('/proc/self/exe'));
  });

  test('has exactly the variables it was given on top of the server’s', async () => {
    const bench = await openBench();
    const random = createRandom(12);
    const env = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`V_${index}`, makeHostileText(random)]),
    );
    const { report, paneId } = await launchReport(bench, [], { ...env, EMPTY: '' });
    expect(report.env).toMatchObject({ ...env, EMPTY: '', TMUX_PANE: paneId });
    expect(Object.keys(report.env)).not.toContain('VITEST');
  });

  test('gives a program without arguments to no shell', async () => {
    const bench = await openBench();
    const { pid, paneId } = await bench.open(['cat']);
    await waitUntil(() => readFileSync(`/proc/${pid}/comm`, 'latin1') === 'cat\n');
    expect(await bench.tmux.findPane(paneId)).toMatchObject({ pid, currentCommand: 'cat' });
  });

  test('runs in a directory of any name', async () => {
    const bench = await openBench();
    for (const name of [
      'with blank',
      'a#{pane_id}b',
      '##',
      `q'uo"te`,
      'semi;',
      '$HOME',
      'é漢',
      '~',
      '-t',
      'new\nline',
    ]) {
      const directory = join(bench.directory, name);
      mkdirSync(directory);
      const argv = ['cat', '-'];
      const { paneId } = await bench.tmux.openWindow({
        session: bench.session,
        name: 'dev',
        directory,
        argv,
        env: {},
      });
      expect(await bench.tmux.findPane(paneId)).toMatchObject({
        currentPath: directory,
        startedPath: directory,
      });
    }
  });

  test('runs behind a symbolic link', async () => {
    const bench = await openBench();
    symlinkSync(bench.directory, `${bench.directory}/link`);
    const { report } = await launchReport(bench, [], {}, `${bench.directory}/link`);
    expect(report.cwd).toBe(bench.directory);
  });

  test('stays, with its screen and nothing else on it, when its program ends', async () => {
    const bench = await openBench();
    const { paneId } = await bench.open(['/bin/sh', '-c', 'echo last words; sleep 0.5; exit 3']);
    await waitUntil(async () => (await bench.tmux.findPane(paneId))?.isDead);
    expect(await bench.tmux.findPane(paneId)).toMatchObject({ exitStatus: 3, exitSignal: null });
    expect((await bench.screen(paneId)).trim()).toBe('last words');
  });

  test('stays, with nothing else on it, when its program ends at once', async () => {
    const bench = await openBench();
    const { paneId } = await bench.open(['/bin/sh', '-c', 'echo last words; exit 3']);
    await waitUntil(async () => (await bench.tmux.findPane(paneId))?.isDead);
    expect(await bench.tmux.findPane(paneId)).toMatchObject({ exitStatus: 3, exitSignal: null });
    // The kernel passes a terminal's output on by and by, and tmux 3.3 does not wait for it once the program ended.
    expect(['', 'last words']).toContain((await bench.screen(paneId)).trim());
  });

  test('gets the first index and the session’s size, and takes nobody’s place', async () => {
    const bench = await openBench();
    const first = await bench.open(['cat'], 'first');
    const second = await bench.open(['cat'], 'second');
    expect(await bench.tmux.listPanes()).toMatchObject([
      { ...first, windowIndex: 0, windowName: 'first', width: 100, sessionName: 'proj' },
      { ...second, windowIndex: 1, windowName: 'second', width: 100 },
    ]);
    expect(runTmux(bench.socketPath, 'display-message', '-p', '-t', '=proj:', '#{window_name}')).toBe(
      'first',
    );
  });

  test('is opened with a hundred others at the same time', async () => {
    const bench = await openBench();
    const opened = await Promise.all(
      Array.from({ length: 100 }, (_, index) => bench.open(['cat'], `w-${index}`)),
    );
    const panes = await bench.tmux.listPanes();
    expect(new Set(panes.map(({ paneId }) => paneId))).toEqual(new Set(opened.map(({ paneId }) => paneId)));
    for (const [index, { paneId }] of opened.entries())
      expect(panes.find((pane) => pane.paneId === paneId)?.windowName).toBe(`w-${index}`);
  });

  test('keeps its id when it is renamed', async () => {
    const bench = await openBench();
    const { windowId, paneId } = await bench.open(['cat']);
    await bench.tmux.renameWindow(windowId, 'Project-Manager');
    expect(await bench.tmux.findPane(paneId)).toMatchObject({ windowId, windowName: 'Project-Manager' });
  });

  test('is gone after it was killed, and may be killed again', async () => {
    const bench = await openBench();
    const [first, second] = [await bench.open(['cat']), await bench.open(['cat'])];
    await bench.tmux.killWindow(first.windowId);
    await bench.tmux.killWindow(first.windowId);
    await bench.tmux.killPane(second.paneId);
    await bench.tmux.killPane(second.paneId);
    expect(await bench.tmux.listPanes()).toEqual([]);
  });
});

describe('a window is refused', () => {
  test('in what is no absolute path of a directory', async () => {
    const { tmux, session } = await openBench();
    for (const directory of ['/no/such/directory', 'relative', '/dev/null', '/tmp\0', ''])
      await expect(
        tmux.openWindow({ session, name: 'dev', directory, argv: ['cat'], env: {} }),
      ).rejects.toMatchObject({ code: 'ORC_TMUX_NO_DIRECTORY' });
    expect(await tmux.listPanes()).toEqual([]);
  });

  test('and ended when its program turns out to run elsewhere', async () => {
    // tmux reads `#[` as a style however it is escaped, and starts in the home directory without a word.
    const { tmux, session, directory } = await openBench();
    const other = join(directory, 'a#[b');
    mkdirSync(other);
    await expect(
      tmux.openWindow({ session, name: 'dev', directory: other, argv: ['cat'], env: {} }),
    ).rejects.toMatchObject({ code: 'ORC_TMUX_WRONG_DIRECTORY', details: { directory: other } });
    expect(await tmux.listPanes()).toEqual([]);
  });

  test('with an argv or environment that tmux cannot be given', async () => {
    const { tmux, session, directory } = await openBench();
    const wrong: [string[], Record<string, string>][] = [
      [[], {}],
      [[''], {}],
      [['cat', 'a\0b'], {}],
      [['cat'], { 'A=B': 'x' }],
      [['cat'], { TMUX_PANE: '%1' }],
      [['cat'], { A: '\ud800' }],
      [['a=b'], {}],
    ];
    for (const [argv, env] of wrong)
      await expect(tmux.openWindow({ session, name: 'dev', directory, argv, env })).rejects.toMatchObject({
        code: 'ORC_TMUX_BAD_ARGUMENT',
      });
    expect(await tmux.listPanes()).toEqual([]);
  });

  test('under a bad name, and in a session that does not exist', async () => {
    const { tmux, session, directory, open } = await openBench();
    await expect(open(['cat'], 'a:b')).rejects.toMatchObject({ code: 'ORC_TMUX_BAD_NAME' });
    await tmux.killSession(session);
    await expect(open(['cat'])).rejects.toMatchObject({ code: 'ORC_TMUX_UNKNOWN_TARGET' });
    await expect(
      tmux.openWindow({ session: 'proj' as never, name: 'dev', directory, argv: ['cat'], env: {} }),
    ).rejects.toMatchObject({ code: 'ORC_TMUX_BAD_ID' });
  });
});

describe('a dead pane', () => {
  test('runs another program, in its own directory and environment', async () => {
    const bench = await openBench();
    const { paneId, pid } = await bench.open(['/bin/true', 'x']);
    await waitUntil(async () => (await bench.tmux.findPane(paneId))?.isDead);
    const file = join(bench.directory, 'out');
    writeFileSync(file, '');
    const argv = ['/bin/sh', '-c', 'echo "$PWD $A" > out; exec cat'];
    const started = await bench.tmux.respawnPane(paneId, {
      directory: bench.directory,
      argv,
      env: { A: 'b c' },
    });
    expect(started.pid).not.toBe(pid);
    await waitUntil(() => readFileSync(file, 'utf8') === `${bench.directory} b c\n`);
    expect(await bench.tmux.findPane(paneId)).toMatchObject({ pid: started.pid, isDead: false });
  });

  test('is not given another program while the first one runs', async () => {
    const bench = await openBench();
    const { paneId, pid } = await bench.open(['cat']);
    const launch = { directory: bench.directory, argv: ['cat'], env: {} };
    await expect(bench.tmux.respawnPane(paneId, launch)).rejects.toMatchObject({
      code: 'ORC_TMUX_PANE_ALIVE',
    });
    expect(await bench.tmux.findPane(paneId)).toMatchObject({ pid, isDead: false });
  });

  test('that does not exist cannot run anything', async () => {
    const bench = await openBench();
    const launch = { directory: bench.directory, argv: ['cat'], env: {} };
    await expect(bench.tmux.respawnPane('%99' as never, launch)).rejects.toMatchObject({
      code: 'ORC_TMUX_UNKNOWN_TARGET',
    });
  });
});
