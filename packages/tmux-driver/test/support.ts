import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno, isOrcError } from '@orc/errors';
import { makeTempDirectory, makeTmuxSocket, onTeardown, waitUntil } from '@orc/testing';
import type { TmuxOptionsInput } from '../src/config.ts';
import { openTmux } from '../src/tmux.ts';
import type { OpenedWindow, PaneId, SessionId, Tmux, TmuxEvent } from '../src/types.ts';

export interface Bench {
  readonly tmux: Tmux;
  readonly socketPath: string;
  readonly directory: string;
  readonly session: SessionId;
  /** Runs tmux as anybody else would, and returns what it printed. */
  readonly run: (...args: string[]) => string;
  readonly open: (argv: readonly string[], name?: string) => Promise<OpenedWindow>;
  readonly screen: (paneId: PaneId) => Promise<string>;
}

/** A driver of a server of its own with the session `proj`; all of it ends with the test. */
export async function openBench(options: Partial<TmuxOptionsInput> = {}): Promise<Bench> {
  const directory = makeTempDirectory('orc-work');
  const socketPath = makeTmuxSocket();
  const tmux = await openTmux({ ...options, socketPath });
  onTeardown(() => end(tmux));
  const session = await tmux.ensureSession({ name: 'proj', directory, width: 100, height: 30 });
  return {
    tmux,
    socketPath,
    directory,
    session,
    run: (...args) => runTmux(socketPath, ...args),
    open: (argv, name = 'dev') => tmux.openWindow({ session, name, directory, argv, env: {} }),
    screen: async (paneId) => (await tmux.capture([paneId])).get(paneId) ?? '',
  };
}

/** Waits for the programs of the panes, too: they may write into a directory that is about to be removed. */
async function end(tmux: Tmux): Promise<void> {
  try {
    await tmux.stopServer();
  } catch (error) {
    if (!isOrcError(error, 'ORC_TMUX_CLOSED') && !isOrcError(error, 'ORC_TMUX_SERVER_GONE')) throw error;
  }
  await tmux[Symbol.asyncDispose]();
}

/** Stops a process for a while, and never longer than the test. */
export function stopProcess(pid: number): () => void {
  process.kill(pid, 'SIGSTOP');
  const resume = () => void process.kill(pid, 'SIGCONT');
  onTeardown(() => {
    try {
      resume();
    } catch (error) {
      if (!isErrno(error, 'ESRCH')) throw error;
    }
  });
  return resume;
}

export function runTmux(socketPath: string, ...args: string[]): string {
  return execFileSync('tmux', ['-S', socketPath, '-u', ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

export function fixture(name: string): string {
  return join(import.meta.dirname, 'fixtures', name);
}

/** A raw-mode program with bracketed paste that logs its bytes. */
export async function openReceiver(bench: Bench, name = 'receiver') {
  const file = join(bench.directory, `${name}.bytes`);
  const { paneId } = await bench.open([process.execPath, fixture('receiver.mjs'), file], name);
  await waitUntil(async () => (await bench.screen(paneId)).includes('ready'));
  return {
    paneId,
    received: () => readFileSync(file, 'utf8'),
    async receives(text: string) {
      await waitUntil(() => readFileSync(file, 'utf8').endsWith(text), {
        what: JSON.stringify(text.slice(-80)),
      });
      return readFileSync(file, 'utf8');
    },
  };
}

export function collectEvents(tmux: Tmux) {
  const events: TmuxEvent[] = [];
  const subscription = tmux.onEvent((event) => events.push(event));
  const ofType = <Type extends TmuxEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<TmuxEvent, { type: Type }> => event.type === type);
  return { events, ofType, stop: () => subscription[Symbol.dispose]() };
}
