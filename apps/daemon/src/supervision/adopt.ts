import { findIdentity } from '@orc/process';
import type { Agent } from '@orc/registry';
import type { Tmux } from '@orc/tmux-driver';
import type { Evidence } from '../messaging/evidence.ts';
import type { Parts } from '../parts.ts';
import type { AfterBoot } from './after-boot.ts';
import { noteBoot } from './boot.ts';
import { isDealtWith, type Restarts } from './restarts.ts';

export interface Adoption {
  readonly adopted: string[];
  readonly crashed: string[];
  /** Their tmux server is gone; `orc resume` rebuilds them. */
  readonly lost: string[];
  /** The machine was started anew since a daemon last ran. */
  readonly isReboot: boolean;
}

/**
 * Takes over what runs when the daemon starts. An agent is known by its pane, the tmux server's pid and its
 * process's start time; nothing is killed, and what died meanwhile goes the way of any crash.
 */
export async function adoptAgents(
  parts: Pick<Parts, 'registry' | 'bus' | 'clock' | 'panes' | 'environment'>,
  driver: Tmux,
  {
    evidence,
    restarts,
    afterBoot,
  }: { evidence: Evidence; restarts: Restarts; afterBoot: Pick<AfterBoot, 'note'> },
): Promise<Adoption> {
  const { registry, bus, clock } = parts;
  const panes = new Map((await parts.panes()).map((pane) => [String(pane.paneId), pane]));
  const isReboot = noteBoot(parts);
  const ran = registry.listAgents().filter(({ desired, paneId }) => desired === 'running' && paneId !== null);
  if (isReboot) afterBoot.note(ran);
  const result: Adoption = { adopted: [], crashed: [], lost: [], isReboot };
  for (const agent of registry.listAgents()) {
    if (agent.paneId === null) continue;
    if (agent.desired !== 'running') continue;
    if (agent.transcriptPath !== null) evidence.follow(agent.id, agent.transcriptPath);
    const at = clock.now();
    const about = { source: 'supervision', agent: agent.id, project: agent.project } as const;
    // After a reboot a server may have the pid of the one before.
    if (isReboot || !isSameServer(agent, driver)) {
      const why = isReboot ? 'the machine was restarted' : 'its tmux server is gone';
      const value = { isAlive: false, cause: why };
      registry.recordFact({ agentId: agent.id, kind: 'process', value, source: 'process', at });
      // What the next server shows under the same number is another pane.
      registry.updateAgent(agent.id, { paneId: null });
      bus.publish('agent.lost', { why }, { ...about, severity: 'critical' });
      result.lost.push(agent.id);
      continue;
    }
    const pane = panes.get(agent.paneId);
    if (pane && !pane.isDead && isSame(agent)) {
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

function isSameServer({ tmuxServer }: Agent, { serverPid }: Tmux): boolean {
  const startTime = Number(findIdentity(serverPid)?.startedAtTicks ?? 0);
  return tmuxServer?.pid === serverPid && tmuxServer.startTime === startTime;
}

function isSame({ pid, pidStartedAt }: Agent): boolean {
  return pid !== null && findIdentity(pid)?.startedAtTicks === pidStartedAt;
}
