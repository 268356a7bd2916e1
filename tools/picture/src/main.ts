import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run, runOrThrow } from '@orc/process';
import { readScreen } from './screen.ts';
import { drawSvg } from './svg.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const BIN = join(ROOT, 'apps', 'cli', 'bin', 'orc.js');
const COLUMNS = 128;
const ROWS = 40;
const TARGET = join(ROOT, 'docs', 'team.svg');

/**
 * Starts a simulated team in a state directory of its own, shows its status and its windows on a real
 * terminal, and draws what that terminal shows in the middle of the work.
 */
async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'orc-picture-'));
  const socket = join(home, 'screen.sock');
  const env = {
    ...process.env,
    ORC_HOME: join(home, 'o'),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  };
  const tmux = (...args: string[]) =>
    runOrThrow('tmux', ['-S', socket, '-f', '/dev/null', '-u', ...args], { cwd: home, env });
  const orc = (...args: string[]) =>
    run(process.execPath, [BIN, ...args], { cwd: home, env, timeoutMs: 120_000 });
  try {
    await tmux(
      'new-session',
      '-d',
      '-s',
      'picture',
      '-x',
      String(COLUMNS),
      '-y',
      String(ROWS),
      process.execPath,
      BIN,
      'demo',
    );
    await waitFor(
      async () => (await orc('task', 'list', '--project', 'demo')).stdout.split(' done').length > 3,
    );
    await tmux('respawn-pane', '-k', '-t', 'picture:0', process.execPath, BIN, 'status', '--watch');
    await waitFor(async () => (await tmux('capture-pane', '-p', '-t', 'picture:0')).includes('working'));
    const screen = await tmux('capture-pane', '-p', '-e', '-t', 'picture:0');
    writeFileSync(
      TARGET,
      drawSvg('orc status --watch (a simulated team)', trimEnd(readScreen(screen)), COLUMNS),
    );
    process.stdout.write(`${TARGET}\n`);
  } finally {
    await orc('down', '--project', 'demo', '--force');
    await orc('daemon', 'stop');
    await run('tmux', ['-S', join(home, 'o', 'tmux.sock'), 'kill-server'], { cwd: home });
    await run('tmux', ['-S', socket, 'kill-server'], { cwd: home });
    rmSync(home, { recursive: true, force: true });
  }
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('the team never got so far');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function trimEnd<Line extends readonly { text: string }[]>(lines: Line[]): Line[] {
  const last = lines.findLastIndex((runs) => runs.some(({ text }) => text.trim() !== ''));
  return lines.slice(0, last + 1);
}

await main();
