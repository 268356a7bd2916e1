import { setTimeout as sleep } from 'node:timers/promises';
import { signalProcess } from '@orc/process';
import type { ServerLink } from './server-link.ts';

interface Row {
  readonly isDead: boolean;
  readonly exitStatus: number | null;
  readonly exitSignal: string | null;
}

const waitsMs = [1, 2, 4, 8, 16];

/**
 * Before 3.6 tmux may miss the end of a child while it closes the child's terminal: the pane is dead, and how
 * it ended is unknown until any other child ends. A SIGCHLD makes the server look again, and is harmless
 * otherwise. Gives up after 31 ms: a program that closed its terminal and lives on has no status to learn.
 */
export async function reap<Dead extends Row>(
  link: ServerLink,
  rows: Dead[],
  list: () => Promise<Dead[]>,
): Promise<Dead[]> {
  let known = rows;
  for (const waitMs of waitsMs) {
    const { identity } = link.server;
    if (identity === undefined || !known.some(lacksStatus)) break;
    signalProcess(identity, 'SIGCHLD');
    await sleep(waitMs);
    known = await list();
  }
  return known;
}

function lacksStatus({ isDead, exitStatus, exitSignal }: Row): boolean {
  return isDead && exitStatus === null && exitSignal === null;
}
