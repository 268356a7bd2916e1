import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { waitUntil } from '@orc/testing';
import { describe, expect, test } from 'vitest';
import type { PaneId, RefusalReason } from '../src/types.ts';
import { createRandom, makeHostileText } from './random.ts';
import { filterPasteText } from '../src/paste-text.ts';
import { fixture, openBench, openReceiver, stopProcess, type Bench } from './support.ts';

const bracketed = (text: string) => `\x1b[200~${text}\x1b[201~`;

describe('a paste', () => {
  test('arrives as one bracketed paste, exactly', async () => {
    const bench = await openBench();
    const receiver = await openReceiver(bench);
    const texts = [
      'echo a;',
      '-t',
      'Enter',
      'C-c',
      '~',
      '~/x',
      '#{pane_id} $(id) `id`',
      'a\tb\n\nc',
      'é漢👩‍👩‍👧',
      "'",
      ';',
    ];
    for (const text of texts) {
      expect(await bench.tmux.paste(receiver.paneId, text)).toEqual({ status: 'sent' });
      await receiver.receives(bracketed(text));
    }
    expect(receiver.received()).toBe(texts.map(bracketed).join(''));
  });

  test('keeps the order of those made before it', async () => {
    const bench = await openBench();
    const receiver = await openReceiver(bench);
    const random = createRandom(5);
    const texts = Array.from({ length: 100 }, (_, index) => `${index} ${makeHostileText(random)}`);
    await Promise.all(texts.map((text) => bench.tmux.paste(receiver.paneId, text)));
    const expected = texts.map((text) => bracketed(filterPasteText(text))).join('');
    await waitUntil(() => receiver.received() === expected);
  });

  test('of a megabyte arrives exactly, and leaves no file and no buffer behind', async () => {
    const bench = await openBench();
    const receiver = await openReceiver(bench);
    const random = createRandom(6);
    let text = '';
    while (text.length < 1_000_000) text += filterPasteText(`x${makeHostileText(random)}`);
    expect(await bench.tmux.paste(receiver.paneId, text)).toEqual({ status: 'sent' });
    expect((await receiver.receives('\x1b[201~')) === bracketed(text)).toBe(true);
    expect(readdirSync(dirname(bench.socketPath))).toEqual(['tmux.sock']);
    expect(bench.run('list-buffers')).toBe('');
  });

  test('of a large text passes through a file that is its owner’s alone', async () => {
    const bench = await openBench();
    const receiver = await openReceiver(bench);
    const directory = dirname(bench.socketPath);
    const modes: number[] = [];
    const sending = bench.tmux.paste(receiver.paneId, 'x'.repeat(2_000_000));
    await waitUntil(
      () => {
        for (const name of readdirSync(directory).filter((file) => file.startsWith('paste-')))
          modes.push(statSync(join(directory, name)).mode & 0o777);
        return modes.length > 0;
      },
      { intervalMs: 0 },
    );
    await sending;
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  test('cannot end its brackets early and press keys', async () => {
    const bench = await openBench();
    const receiver = await openReceiver(bench);
    await bench.tmux.paste(receiver.paneId, 'harmless\x1b[201~\rrm -rf x\r\x03\u009b201~');
    await receiver.receives('\x1b[201~');
    expect(receiver.received()).toBe(bracketed('harmless[201~\nrm -rf x\n201~'));
  });

  test('is refused with a NUL, and nothing of it arrives', async () => {
    const bench = await openBench();
    const receiver = await openReceiver(bench);
    await expect(bench.tmux.paste(receiver.paneId, 'a\0b')).rejects.toMatchObject({
      code: 'ORC_TMUX_BAD_TEXT',
    });
    await expect(bench.tmux.paste(receiver.paneId, '')).rejects.toMatchObject({ code: 'ORC_TMUX_BAD_TEXT' });
    await bench.tmux.paste(receiver.paneId, 'next');
    await receiver.receives(bracketed('next'));
    expect(receiver.received()).toBe(bracketed('next'));
  });

  test('fails when its text could not be loaded, and pastes no other', async () => {
    const bench = await openBench();
    const receiver = await openReceiver(bench);
    bench.run('set-buffer', '-b', 'other', 'not this');
    const directory = dirname(bench.socketPath);
    const resume = stopProcess(bench.tmux.serverPid);
    const sending = bench.tmux.paste(receiver.paneId, 'x'.repeat(20_000), { refuseShells: false });
    const file = await waitUntil(() => readdirSync(directory).find((name) => name.startsWith('paste-')));
    rmSync(join(directory, file));
    resume();
    await expect(sending).rejects.toMatchObject({ code: 'ORC_TMUX_COMMAND_FAILED' });
    await bench.tmux.paste(receiver.paneId, 'next');
    expect(await receiver.receives(bracketed('next'))).toBe(bracketed('next'));
  });
});

async function openIn(bench: Bench, state: RefusalReason): Promise<PaneId> {
  if (state === 'gone') return '%99' as PaneId;
  if (state === 'shell') {
    const { paneId } = await bench.open(['bash', '--norc', '-i']);
    await waitUntil(async () => (await bench.screen(paneId)).includes('bash'));
    return paneId;
  }
  const { paneId } = await openReceiver(bench);
  if (state === 'in-mode') bench.run('copy-mode', '-t', paneId);
  if (state === 'input-off') bench.run('select-pane', '-d', '-t', paneId);
  if (state === 'synchronized') bench.run('set-option', '-w', '-t', paneId, 'synchronize-panes', 'on');
  if (state === 'dead') {
    process.kill((await bench.tmux.findPane(paneId))?.pid ?? 0, 'SIGKILL');
    await waitUntil(async () => (await bench.tmux.findPane(paneId))?.isDead);
  }
  return paneId;
}

describe('a delivery is refused, and the server lives on,', () => {
  test.each<RefusalReason>(['gone', 'dead', 'in-mode', 'input-off', 'synchronized', 'shell'])(
    'when the pane is: %s',
    async (reason) => {
      const bench = await openBench();
      const other = await openReceiver(bench, 'other');
      const paneId = await openIn(bench, reason);
      const { serverPid } = bench.tmux;
      for (const text of ['short', 'x'.repeat(20_000)])
        expect(await bench.tmux.paste(paneId, text)).toEqual({ status: 'refused', reason });
      expect(await bench.tmux.pressKey(paneId, 'Enter')).toEqual({ status: 'refused', reason });
      expect(bench.run('list-buffers')).toBe('');
      expect(bench.run('display-message', '-p', '-t', other.paneId, '#{pid}')).toBe(String(serverPid));
      await bench.tmux.paste(other.paneId, 'last');
      expect(await other.receives(bracketed('last'))).toBe(bracketed('last'));
      if (reason === 'shell') expect(await bench.screen(paneId)).not.toContain('short');
    },
  );

  test('for what is no id of a pane', async () => {
    const { tmux, open } = await openBench();
    await open(['cat']);
    for (const target of ['', 'proj', '=proj:', '%', '%1;kill-server'])
      await expect(tmux.paste(target as PaneId, 'x')).rejects.toMatchObject({ code: 'ORC_TMUX_BAD_ID' });
  });
});

describe('a shell', () => {
  test('may be written to by whoever says so', async () => {
    const bench = await openBench();
    const paneId = await openIn(bench, 'shell');
    expect(await bench.tmux.paste(paneId, 'echo one', { refuseShells: false })).toEqual({ status: 'sent' });
    expect(await bench.tmux.pressKey(paneId, 'Enter', { refuseShells: false })).toEqual({ status: 'sent' });
    await waitUntil(async () => (await bench.screen(paneId)).includes('\none'));
  });

  test('that only waits for a program is not the one who reads', async () => {
    const bench = await openBench();
    const file = join(bench.directory, 'bytes');
    const program = `${process.execPath} ${fixture('receiver.mjs')} ${file}; true`;
    const { paneId } = await bench.open(['/bin/sh', '-c', program]);
    await waitUntil(async () => (await bench.screen(paneId)).includes('ready'));
    expect(await bench.tmux.paste(paneId, 'x')).toEqual({ status: 'sent' });
  });

  test('that started a program is refused again when that has ended', async () => {
    const bench = await openBench();
    const paneId = await openIn(bench, 'shell');
    const plain = { refuseShells: false };
    await bench.tmux.paste(paneId, 'cat', plain);
    await bench.tmux.pressKey(paneId, 'Enter', plain);
    await waitUntil(async () => (await bench.tmux.paste(paneId, 'x')).status === 'sent');
    await bench.tmux.pressKey(paneId, 'C-c');
    await waitUntil(async () => (await bench.tmux.paste(paneId, 'x')).status === 'refused');
  });
});

describe('a key', () => {
  test('arrives as the terminal sends it', async () => {
    const bench = await openBench();
    const receiver = await openReceiver(bench);
    const keys = {
      Enter: '\r',
      Escape: '\x1b',
      Tab: '\t',
      BSpace: '\x7f',
      Space: ' ',
      Up: '\x1b[A',
      'C-c': '\x03',
      'C-j': '\n',
      'M-Enter': '\x1b\r',
    };
    for (const key of Object.keys(keys))
      expect(await bench.tmux.pressKey(receiver.paneId, key)).toEqual({ status: 'sent' });
    const expected = Object.values(keys).join('');
    await waitUntil(() => receiver.received() === expected);
  });

  test('that is not allowed is refused, not typed', async () => {
    const bench = await openBench();
    const receiver = await openReceiver(bench);
    await expect(bench.tmux.pressKey(receiver.paneId, 'S-Enter')).rejects.toMatchObject({
      code: 'ORC_TMUX_BAD_KEY',
    });
    await bench.tmux.pressKey(receiver.paneId, 'Space');
    await waitUntil(() => receiver.received() === ' ');
  });
});

describe('a typed line', () => {
  const openPrompt = async (bench: Bench, ...flags: string[]) => {
    const { paneId } = await bench.open([process.execPath, fixture('prompt.mjs'), ...flags]);
    await waitUntil(async () => (await bench.screen(paneId)).includes('ready'));
    return paneId;
  };
  const expecting = (text: string) => ({
    isVisible: (screen: string) => screen.includes(`> ${text}`),
    isSubmitted: (screen: string) => screen.includes(`took <${text}>`) && screen.trimEnd().endsWith('\n>'),
    timeoutMs: 2_000,
  });

  test('is submitted once it was seen', async () => {
    const bench = await openBench();
    const paneId = await openPrompt(bench);
    expect(await bench.tmux.typeLine(paneId, 'do this', expecting('do this'))).toEqual({
      status: 'submitted',
    });
    expect(await bench.screen(paneId)).toContain('took <do this> after 1');
  });

  test('is never submitted where it is not seen', async () => {
    const bench = await openBench();
    const paneId = await openPrompt(bench, '--deaf');
    const typed = await bench.tmux.typeLine(paneId, 'do this', { ...expecting('do this'), timeoutMs: 300 });
    expect(typed).toMatchObject({ status: 'not-visible' });
    expect(await bench.screen(paneId)).not.toContain('took');
  });

  test('is told as not submitted when its Enter is swallowed, or repeated where that is asked for', async () => {
    const bench = await openBench();
    const paneId = await openPrompt(bench, '--swallow=2');
    const once = await bench.tmux.typeLine(paneId, 'one', { ...expecting('one'), timeoutMs: 300 });
    expect(once).toMatchObject({ status: 'not-submitted' });
    const options = { ...expecting('onetwo'), timeoutMs: 300, entersMax: 3 };
    expect(await bench.tmux.typeLine(paneId, 'two', options)).toEqual({ status: 'submitted' });
    expect(await bench.screen(paneId)).toContain('took <onetwo> after 3');
  });

  test('is not mixed with others to the same pane', async () => {
    const bench = await openBench();
    const paneId = await openPrompt(bench);
    const lines = ['first', 'second', 'third', 'fourth'];
    const typed = await Promise.all(lines.map((line) => bench.tmux.typeLine(paneId, line, expecting(line))));
    expect(typed.map(({ status }) => status)).toEqual(lines.map(() => 'submitted'));
    const screen = await bench.screen(paneId);
    for (const [index, line] of lines.entries())
      expect(screen).toContain(`took <${line}> after ${index + 1}`);
  });

  test('is refused where a paste is', async () => {
    const bench = await openBench();
    const paneId = await openPrompt(bench);
    bench.run('copy-mode', '-t', paneId);
    expect(await bench.tmux.typeLine(paneId, 'x', expecting('x'))).toEqual({
      ...{ status: 'refused', reason: 'in-mode', at: 'paste' },
    });
  });
});
