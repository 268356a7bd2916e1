import { setTimeout as sleep } from 'node:timers/promises';
import { isOrcError } from '@orc/errors';
import { findIdentity, isRunning, signalProcess, type ProcessIdentity } from '@orc/process';
import type { ServerLink } from './server-link.ts';
import type { PaneInfo } from './types.ts';

/** How long programs may take to act on the hang-up that the end of their server means. */
const hangupMs = 1_000;
/** The same after SIGTERM. */
const terminateMs = 2_000;
const serverMs = 2_000;

/** Only programs that were seen in a pane are signalled, each told apart from a later one with its pid. */
export async function stopServer(link: ServerLink, listPanes: () => Promise<PaneInfo[]>): Promise<void> {
  if (link.status === 'gone') return;
  const { identity } = link.server;
  const panes = await listPanes();
  const programs = panes.filter(({ isDead }) => !isDead).flatMap(({ pid }) => findIdentity(pid) ?? []);
  link.expectExit();
  try {
    await link.execute([['kill-server']], { framing: 'block' });
  } catch (error) {
    // The answer is lost with the server more often than not, and a server that hangs gives none.
    if (!isOrcError(error)) throw error;
  }
  if (identity && !(await endWithin([identity], serverMs))) signalProcess(identity, 'SIGKILL');
  link.noteExit();
  if (await endWithin(programs, hangupMs)) return;
  for (const program of programs) signalProcess(program, 'SIGTERM');
  if (await endWithin(programs, terminateMs)) return;
  for (const program of programs) signalProcess(program, 'SIGKILL');
}

async function endWithin(processes: readonly ProcessIdentity[], timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (processes.some(isRunning)) {
    if (performance.now() >= deadline) return false;
    await sleep(10);
  }
  return true;
}
