import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@orc/testing';
import { expect, test } from 'vitest';
import type { PaneId, PaneOutput } from '../src/types.ts';
import { openBench, type Bench } from './support.ts';

async function follow({ tmux }: Bench, paneId: PaneId) {
  const outputs: PaneOutput[] = [];
  const following = await tmux.followOutput(paneId, (output) => outputs.push(output));
  return {
    outputs,
    text: () => outputs.map((output) => (output.type === 'text' ? output.text : '')).join(''),
    stop: () => following[Symbol.dispose](),
  };
}

test('what a program prints is told whole and in order, characters of several bytes included', async () => {
  const bench = await openBench();
  const printed = Array.from({ length: 3_000 }, (_, index) => `line ${index} 日本 🚀 \\ ; %end`).join('\r\n');
  const file = join(bench.directory, 'words');
  writeFileSync(file, printed);
  // Behind `stty -echo -onlcr`, so that the terminal adds nothing of its own.
  const { paneId } = await bench.open([
    '/bin/sh',
    '-c',
    `stty -echo -onlcr; printf ready; read go; cat ${file}; cat`,
  ]);
  await waitUntil(async () => (await bench.screen(paneId)).includes('ready'));
  const { text } = await follow(bench, paneId);
  await bench.tmux.pressKey(paneId, 'Enter', { refuseShells: false });
  await waitUntil(() => text().length >= printed.length);
  expect(text()).toBe(printed);
});

test('only the pane that is followed is told of, and nobody after they have stopped', async () => {
  const bench = await openBench();
  const [first, second] = [await bench.open(['cat']), await bench.open(['cat'])];
  const [mine, theirs] = [await follow(bench, first.paneId), await follow(bench, second.paneId)];
  mine.stop();
  await bench.tmux.paste(first.paneId, 'to the first');
  await bench.tmux.paste(second.paneId, 'to the second');
  await waitUntil(() => theirs.text().includes('to the second'));
  expect(theirs.text()).not.toContain('first');
  expect(mine.outputs).toEqual([]);
});

test('a flood is told to its end and holds up no other answer', async () => {
  const bench = await openBench();
  const count = 50_000;
  const { paneId } = await bench.open(['/bin/sh', '-c', `read go; seq ${count}; cat`]);
  const { text } = await follow(bench, paneId);
  await bench.tmux.pressKey(paneId, 'Enter', { refuseShells: false });
  for (let round = 0; round < 20; round += 1) await bench.tmux.listPanes();
  await waitUntil(() => text().includes(`\n${count}\r`), { what: 'the last line of the flood' });
});

test('a client that somebody detached comes back, and says that something may be missing', async () => {
  const bench = await openBench();
  const { paneId } = await bench.open(['cat']);
  const { outputs, text } = await follow(bench, paneId);
  bench.run('detach-client', '-s', bench.session);
  await waitUntil(() => outputs.some(({ type }) => type === 'gap'));
  await bench.tmux.paste(paneId, 'still there');
  await waitUntil(() => text().includes('still there'));
});

test('a follower is no person who looks on, and changes no size', async () => {
  const bench = await openBench();
  const { paneId } = await bench.open(['cat']);
  await follow(bench, paneId);
  expect(await bench.tmux.listSessions()).toMatchObject([{ clientCount: 0 }]);
  expect(await bench.tmux.findPane(paneId)).toMatchObject({ width: 100, height: 30 });
});

test('a pane that is not there cannot be followed', async () => {
  const bench = await openBench();
  await expect(bench.tmux.followOutput('%99' as PaneId, () => undefined)).rejects.toMatchObject({
    code: 'ORC_TMUX_UNKNOWN_TARGET',
  });
});

test('following ends with the server and with the driver, without a trace', async () => {
  const bench = await openBench();
  const { paneId } = await bench.open(['cat']);
  const { outputs } = await follow(bench, paneId);
  await bench.tmux.stopServer();
  await bench.tmux[Symbol.asyncDispose]();
  expect(outputs).toEqual([]);
});
