import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { listDescendants } from '@orc/process';
import { openTmux, type PaneId, type Tmux } from '@orc/tmux-driver';
import { readCpuMs } from './cpu.ts';
import { measureTogether, percentile, time } from './measure.ts';
import type { Line } from './report.ts';
import { openResources } from './resources.ts';
import { makeTempDirectory } from './temp-directory.ts';

const PANES = 100;
const ROUNDS = 7;
const DEATHS = 21;
const WATCH_MS = 10_000;

interface Pane {
  readonly id: PaneId;
  readonly pid: number;
}

/** The screens and the deaths of many panes, on a tmux server of its own. */
export async function measureTmux(): Promise<Line[]> {
  await using resources = openResources();
  const directory = makeTempDirectory(resources);
  const socketPath = join(directory, 'tmux.sock');
  // The loader of this program is a process below it, too, and no part of the driver.
  const before = new Set(listDescendants(process.pid).map(({ pid }) => pid));
  const alone = await measureIdle([process.pid]);
  const tmux = await openTmux({ socketPath });
  resources.onEnd(async () => {
    await tmux.stopServer();
    await tmux[Symbol.asyncDispose]();
  });
  const panes = await openPanes(tmux, directory);
  const screens = await measureScreens(tmux, panes, socketPath);
  const clients = listDescendants(process.pid).filter(({ pid }) => !before.has(pid));
  const pids = [process.pid, tmux.serverPid, ...clients.map(({ pid }) => pid)];
  return [...screens, ...(await measureWatch(tmux, panes, { pids: [...new Set(pids)], alone }))];
}

async function openPanes(tmux: Tmux, directory: string): Promise<Pane[]> {
  const session = await tmux.ensureSession({ name: 'bench', directory, width: 200, height: 50 });
  const panes: Pane[] = [];
  for (let index = 0; index < PANES; index += 1) {
    const argv = ['/bin/cat', '/etc/services', '-'];
    const opened = await tmux.openWindow({ session, name: `w-${index}`, directory, argv, env: {} });
    panes.push({ id: opened.paneId, pid: opened.pid });
  }
  return panes;
}

/** All screens in one round of the driver, beside a process of tmux for each. */
async function measureScreens(tmux: Tmux, panes: readonly Pane[], socketPath: string): Promise<Line[]> {
  const ids = panes.map(({ id }) => id);
  const captureAll = async () => {
    const screens = await tmux.capture(ids);
    const isWhole = ids.every((id) => (screens.get(id) ?? '').trim() !== '');
    if (!isWhole) throw new Error('A screen is missing or empty.');
  };
  const fork = (id: PaneId) => execFileSync('tmux', ['-S', socketPath, 'capture-pane', '-p', '-t', id]);
  const [ours, peer] = await measureTogether(
    [
      { name: 'orc', run: () => time(captureAll) },
      { name: `${PANES} × tmux capture-pane`, run: () => time(() => ids.forEach(fork)) },
    ],
    ROUNDS,
  );
  return ours && peer
    ? [{ what: `screens of ${PANES} panes`, ours, peer, budget: { type: 'at least', ratio: 30 } }]
    : [];
}

interface Watchers {
  /** This process with the driver in it, the driver's clients, and the tmux server. */
  readonly pids: readonly number[];
  /** Percent of a core that this process used before it had a driver. */
  readonly alone: number;
}

/** What it costs to watch while nothing happens, and that it is a watch: deaths that follow are noticed. */
async function measureWatch(tmux: Tmux, panes: readonly Pane[], { pids, alone }: Watchers): Promise<Line[]> {
  const heard = new Map<PaneId, () => void>();
  using _watch = tmux.onEvent((event) => {
    if (event.type === 'pane.died') heard.get(event.paneId)?.();
  });
  const percent = await measureIdle(pids);
  const times: number[] = [];
  for (const { id, pid } of panes.slice(0, DEATHS)) {
    const died = new Promise<void>((resolve, reject) => {
      heard.set(id, resolve);
      setTimeout(() => reject(new Error(`The death of ${id} was not noticed.`)), WATCH_MS).unref();
    });
    process.kill(pid, 'SIGKILL');
    times.push(await time(() => died));
  }
  const what = `watching ${PANES} panes for death`;
  const split = `${percent.toFixed(2)} % with the ${alone.toFixed(2)} % of this program alone`;
  return [
    { what: `${what}, of one core (${split})`, value: percent - alone, unit: '%', limit: 1 },
    { what: `${what}: dead until noticed, p95`, value: percentile(times, 95), unit: 'ms', limit: 200 },
  ];
}

/** Percent of a core over ten seconds in which nothing is asked of these processes. */
async function measureIdle(pids: readonly number[]): Promise<number> {
  const used = () => pids.reduce((sum, pid) => sum + readCpuMs(pid), 0);
  const [before, started] = [used(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  return ((used() - before) / (performance.now() - started)) * 100;
}
