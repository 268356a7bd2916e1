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
    const demo = orc('demo');
    await waitFor(
      async () => (await orc('task', 'list', '--project', 'demo')).stdout.split(' done').length > 2,
    );
    const open = [process.execPath, BIN];
    const size = ['-x', String(COLUMNS), '-y', String(ROWS)];
    await tmux('new-session', '-d', '-s', 'panes', ...size, ...open, 'status', '--watch');
    await tmux('set-option', '-g', 'status', 'off');
    await tmux(
      'split-window',
      '-v',
      '-l',
      '70%',
      '-t',
      'panes:0',
      ...open,
      'attach',
      'developer',
      '--read-only',
    );
    await tmux('split-window', '-h', '-t', 'panes:0.1', ...open, 'attach', 'tester', '--read-only');
    // What a person sees is the whole terminal, so a second one looks at it and is captured.
    const attach = ['env', '-u', 'TMUX', 'tmux', '-S', socket, 'attach-session', '-r', '-t', 'panes'];
    await tmux('new-session', '-d', '-s', 'picture', ...size, ...attach);
    const look = (...more: string[]) => tmux('capture-pane', '-p', ...more, '-t', 'picture:0');
    await waitFor(async () => /working[\s\S]*SIMULATION[\s\S]*esc to interrupt/.test(await look()));
    const screen = await look('-e');
    await demo;
    writeFileSync(
      TARGET,
      drawSvg(
        'orc status --watch, and two agents at work (a simulation)',
        trimEnd(readScreen(screen)),
        COLUMNS,
      ),
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
