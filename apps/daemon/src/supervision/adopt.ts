import type { Tmux } from '@orc/tmux-driver';
import type { Evidence } from '../messaging/evidence.ts';
import type { Parts } from '../parts.ts';
import { isSameProcess, isSameServer, isSurelySameProcess } from './identity.ts';
import { noteLost } from './lost.ts';
import { isDealtWith, noteAlive, type Restarts } from './restarts.ts';

export interface Adoption {
  readonly adopted: string[];
  readonly crashed: string[];
  /** Their tmux server is gone; `orc resume` rebuilds them. */
  readonly lost: string[];
  /** Their tmux server is gone, and they run. */
  readonly outOfReach: string[];
}

/**
 * Takes over what runs when the daemon starts. An agent is known by its pane, the tmux server's pid and its
 * process's start time; nothing is killed, and what died meanwhile goes the way of any crash.
 */
export async function adoptAgents(
  parts: Pick<Parts, 'registry' | 'bus' | 'clock' | 'panes'>,
  driver: Pick<Tmux, 'serverPid'>,
  { evidence, restarts, isReboot }: { evidence: Evidence; restarts: Restarts; isReboot: boolean },
): Promise<Adoption> {
  const { registry, bus } = parts;
  const panes = new Map((await parts.panes()).map((pane) => [String(pane.paneId), pane]));
  const result: Adoption = { adopted: [], crashed: [], lost: [], outOfReach: [] };
  for (const agent of registry.listAgents()) {
    if (agent.paneId === null) continue;
    if (agent.desired !== 'running') continue;
    if (agent.transcriptPath !== null) evidence.follow(agent.id, agent.transcriptPath);
    const about = { source: 'supervision', agent: agent.id, project: agent.project } as const;
    const isHere = isSameServer(agent, driver);
    // Whoever is called lost is started again, and two programs in one worktree are worse than none.
    const isSurelyThere = isSurelySameProcess(agent);
    // After a reboot a server may have the pid of the one before.
    if (!isSurelyThere && (isReboot || !isHere)) {
      noteLost(parts, agent, isReboot ? 'the machine was restarted' : 'its tmux server is gone');
      result.lost.push(agent.id);
      continue;
    }
    if (!isHere) {
      // It has lost its window and mostly ends of that in a moment, which `lookForEnds` sees.
      const why = 'its tmux server is gone, and its process runs';
      bus.publish('agent.out_of_reach', { why, pid: agent.pid }, { ...about, severity: 'warning' });
      result.outOfReach.push(agent.id);
      continue;
    }
    const pane = panes.get(agent.paneId);
    if (pane && !pane.isDead && isSameProcess(agent)) {
      noteAlive(parts, agent);
      bus.publish('agent.adopted', { pid: agent.pid, paneId: agent.paneId }, about);
      result.adopted.push(agent.id);
    } else if (!isDealtWith(parts, agent)) {
      restarts.onExit(agent.id, {
        status: pane?.exitStatus ?? null,
        signal: pane?.exitSignal ?? null,
        cause: 'it ended while no daemon ran',
      });
      result.crashed.push(agent.id);
    }
  }
  return result;
}
