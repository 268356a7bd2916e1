import { findIdentity } from '@orc/process';
import type { Agent } from '@orc/registry';
import type { Tmux } from '@orc/tmux-driver';
import type { Evidence } from '../messaging/evidence.ts';
import type { Parts } from '../parts.ts';
import type { Restarts } from './restarts.ts';

export interface Adoption {
  readonly adopted: string[];
  readonly crashed: string[];
  /** Their tmux server is gone; `orc resume` rebuilds them. */
  readonly lost: string[];
}

/**
 * Takes over what runs when the daemon starts. An agent is known by its pane, the tmux server's pid and its
 * process's start time; nothing is killed, and what died meanwhile goes the way of any crash.
 */
export async function adoptAgents(
  parts: Pick<Parts, 'registry' | 'bus' | 'clock' | 'panes'>,
  driver: Tmux,
  { evidence, restarts }: { evidence: Evidence; restarts: Restarts },
): Promise<Adoption> {
  const { registry, bus, clock } = parts;
  const panes = new Map((await parts.panes()).map((pane) => [String(pane.paneId), pane]));
  const result: Adoption = { adopted: [], crashed: [], lost: [] };
  for (const agent of registry.listAgents()) {
    if (agent.paneId === null) continue;
    if (agent.desired !== 'running') continue;
    if (agent.transcriptPath !== null) evidence.follow(agent.id, agent.transcriptPath);
    const at = clock.now();
    const about = { source: 'supervision', agent: agent.id, project: agent.project } as const;
    if (agent.tmuxServer?.pid !== driver.serverPid) {
      registry.recordFact({
        agentId: agent.id,
        kind: 'process',
        value: { isAlive: false, cause: 'its tmux server is gone' },
        source: 'process',
        at,
      });
      bus.publish('agent.lost', { why: 'its tmux server is gone' }, { ...about, severity: 'critical' });
      result.lost.push(agent.id);
      continue;
    }
    const pane = panes.get(agent.paneId);
    if (pane && !pane.isDead && isSame(agent)) {
      bus.publish('agent.adopted', { pid: agent.pid, paneId: agent.paneId }, about);
      result.adopted.push(agent.id);
    } else {
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

function isSame({ pid, pidStartedAt }: Agent): boolean {
  return pid !== null && findIdentity(pid)?.startedAtTicks === pidStartedAt;
}
