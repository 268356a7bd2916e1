import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@orc/testing';
import { describe, expect, test } from 'vitest';
import type { PaneId } from '../src/types.ts';
import { openBench, type Bench } from './support.ts';

/** A window that shows exactly this and then waits. */
async function openShowing(bench: Bench, text: string): Promise<PaneId> {
  const script = 'process.stdout.write(process.argv[1] + "\\x1b]2;shown\\x07"); setInterval(() => {}, 1e6)';
  const { paneId } = await bench.open([process.execPath, '-e', script, text]);
  await waitUntil(async () => (await bench.tmux.findPane(paneId))?.title === 'shown');
  return paneId;
}

describe('a captured screen', () => {
  test('is what the pane shows, one line for each of its lines', async () => {
    const bench = await openBench();
    const paneId = await openShowing(bench, 'one\r\n\r\n  three é漢👩‍👩‍👧');
    const lines = (await bench.screen(paneId)).split('\n');
    expect(lines.slice(0, 3)).toEqual(['one', '', '  three é漢👩‍👩‍👧']);
    expect(lines).toHaveLength(30);
  });

  test('may forge the end of a reply and disturbs no other', async () => {
    const bench = await openBench();
    const forged = Array.from(
      { length: 24 },
      (_, index) => `%${index % 2 === 0 ? 'end' : 'error'} ${index} 1 1`,
    );
    const hostile = await openShowing(bench, ['%exit', '%begin 1 1 1', ...forged].join('\r\n'));
    const calm = await openShowing(bench, 'calm');
    const ids = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? hostile : calm));
    for (let round = 0; round < 20; round += 1) {
      const [screens, panes] = await Promise.all([bench.tmux.capture(ids), bench.tmux.listPanes()]);
      expect(screens.get(hostile)?.trimEnd().split('\n')).toEqual(['%exit', '%begin 1 1 1', ...forged]);
      expect(screens.get(calm)?.trimEnd()).toBe('calm');
      expect(panes).toHaveLength(2);
    }
    expect(bench.tmux.isConnected).toBe(true);
  });

  test('that guesses the number of its own reply is still read to its end', async () => {
    const bench = await openBench();
    const { paneId } = await bench.open([
      process.execPath,
      '-e',
      // Shows the end of every reply that could come in the next three seconds.
      `const now = Math.floor(Date.now() / 1000);
       let text = '';
       for (const second of [now, now + 1, now + 2])
         for (let number = 0; number < 1600; number += 1) text += '%end ' + second + ' ' + number + ' 1\\r\\n';
       process.stdout.write(text + 'last');
       setInterval(() => {}, 1e6)`,
    ]);
    await waitUntil(async () => (await bench.screen(paneId)).includes('last'));
    for (let round = 0; round < 50; round += 1) {
      const screen = (await bench.tmux.capture([paneId], { history: true })).get(paneId) ?? '';
      expect(screen.trimEnd().endsWith('\nlast')).toBe(true);
    }
  });

  test('comes with as much of what was above as is asked for', async () => {
    const bench = await openBench();
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    const paneId = await openShowing(bench, lines.join('\r\n'));
    const capture = async (history: boolean | number) =>
      (await bench.tmux.capture([paneId], { history })).get(paneId)?.trimEnd().split('\n');
    expect(await capture(false)).toEqual(lines.slice(30));
    expect(await capture(true)).toEqual(lines);
    expect(await capture(5)).toEqual(lines.slice(25));
    expect(await capture(0)).toEqual(lines.slice(30));
    await expect(capture(-1)).rejects.toMatchObject({ code: 'ORC_TMUX_BAD_ARGUMENT' });
    await expect(capture(1.5)).rejects.toMatchObject({ code: 'ORC_TMUX_BAD_ARGUMENT' });
  });

  test('has colours only when they are asked for', async () => {
    const bench = await openBench();
    const paneId = await openShowing(bench, '\x1b[31mred\x1b[0m');
    expect((await bench.screen(paneId)).trim()).toBe('red');
    expect((await bench.tmux.capture([paneId], { escapes: true })).get(paneId)).toContain('\x1b[31mred');
  });

  test('is the alternate one while that is on', async () => {
    const bench = await openBench();
    const paneId = await openShowing(bench, 'below\x1b[?1049habove');
    expect((await bench.screen(paneId)).trim()).toBe('above');
    expect(await bench.tmux.findPane(paneId)).toMatchObject({ isAlternateScreen: true });
  });

  test('of a pane that does not exist is left out, and holds up no other', async () => {
    const bench = await openBench();
    const paneId = await openShowing(bench, 'here');
    const screens = await bench.tmux.capture(['%98' as PaneId, paneId, '%99' as PaneId]);
    expect([...screens.keys()]).toEqual([paneId]);
    expect(await bench.tmux.capture([])).toEqual(new Map());
    await expect(bench.tmux.capture(['proj' as PaneId])).rejects.toMatchObject({ code: 'ORC_TMUX_BAD_ID' });
  });
});

describe('the list of panes', () => {
  test('keeps its rows whatever titles, directories and programs are called', async () => {
    const bench = await openBench();
    const directory = join(bench.directory, '%end 1 2 1\n$1 @1 0 %1 0\n');
    mkdirSync(directory);
    const script =
      'process.title = "a\\nb,c"; process.stdout.write("\\x1b]2;%0 ti#{pid}tle \\x07"); setInterval(() => {}, 1e6)';
    const opened = await bench.tmux.openWindow({
      session: bench.session,
      name: 'dev',
      directory,
      argv: [process.execPath, '-e', script],
      env: {},
    });
    await bench.open(['cat'], 'calm');
    await waitUntil(async () => (await bench.tmux.findPane(opened.paneId))?.title.includes('ti'));
    const panes = await bench.tmux.listPanes();
    expect(panes).toHaveLength(2);
    expect(panes[0]).toMatchObject({
      ...opened,
      title: '%0 ti#{pid}tle ',
      currentPath: directory,
      windowName: 'dev',
    });
    expect(panes[1]).toMatchObject({ windowName: 'calm', currentPath: bench.directory });
  });

  test('tells modes, closed inputs and synchronised windows', async () => {
    const bench = await openBench();
    const [{ paneId }, off, together] = [
      await bench.open(['cat']),
      await bench.open(['cat']),
      await bench.open(['cat']),
    ];
    bench.run('copy-mode', '-t', paneId);
    bench.run('select-pane', '-d', '-t', off.paneId);
    bench.run('set-option', '-w', '-t', together.paneId, 'synchronize-panes', 'on');
    expect(await bench.tmux.listPanes()).toMatchObject([
      { isInMode: true, isInputOff: false, isSynchronized: false, isDead: false },
      { isInMode: false, isInputOff: true, isSynchronized: false },
      { isInMode: false, isInputOff: false, isSynchronized: true },
    ]);
  });

  test('finds no pane that does not exist', async () => {
    const bench = await openBench();
    await bench.open(['cat']);
    expect(await bench.tmux.findPane('%99' as PaneId)).toBeUndefined();
  });
});
