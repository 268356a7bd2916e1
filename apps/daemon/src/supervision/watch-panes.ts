import type { Tmux, TmuxEvent } from '@orc/tmux-driver';
import type { Parts } from '../parts.ts';
import { safely } from '../system/safely.ts';
import { isDealtWith, type Restarts } from './restarts.ts';

/** Turns what tmux reports about panes into what it means for agents. */
export function watchPanes(
  { registry, bus, clock, log }: Pick<Parts, 'registry' | 'bus' | 'clock' | 'log'>,
  driver: Tmux,
  restarts: Restarts,
): Disposable {
  const ownerOf = (paneId: string) =>
    registry
      .listAgents()
      .find((agent) => agent.paneId === paneId && agent.tmuxServer?.pid === driver.serverPid);
  const onEvent = (event: TmuxEvent): void => {
    if (event.type === 'pane.died') {
      const agent = ownerOf(event.paneId);
      // The first look of a new daemon tells of every pane that is dead, also of those of long ago.
      if (agent && !isDealtWith({ registry }, agent))
        restarts.onExit(agent.id, {
          status: event.exitStatus,
          signal: event.exitSignal,
          cause: describeExit(event),
        });
    } else if (event.type === 'pane.gone') {
      const agent = ownerOf(event.paneId);
      if (!agent || agent.desired !== 'running') return;
      // Its window was closed by hand; the next launch opens a new one.
      registry.updateAgent(agent.id, { paneId: null });
      restarts.onExit(agent.id, { status: null, signal: null, cause: 'its window was closed' });
    } else if (event.type === 'server.exited') {
      for (const agent of registry
        .listAgents()
        .filter(({ tmuxServer }) => tmuxServer?.pid === event.serverPid)
        .filter(({ desired, paneId }) => desired === 'running' && paneId !== null)) {
        const why = 'the tmux server has ended';
        registry.recordFact({
          agentId: agent.id,
          kind: 'process',
          value: { isAlive: false, cause: why },
          source: 'process',
          at: clock.now(),
        });
        bus.publish(
          'agent.lost',
          { why },
          { source: 'supervision', agent: agent.id, project: agent.project, severity: 'critical' },
        );
      }
    }
  };
  return driver.onEvent(safely(log, 'an event of tmux', onEvent));
}

/**
 * Looks for agents whose process has ended without anybody noticing: an event can be missed while the disk
 * is full or the database is locked, and nothing else would ever tell.
 */
export async function lookForEnds(
  parts: Pick<Parts, 'registry' | 'panes' | 'tmux'>,
  restarts: Restarts,
): Promise<void> {
  const { registry, panes, tmux } = parts;
  const running = registry
    .listAgents()
    .filter(({ desired, paneId }) => desired === 'running' && paneId !== null);
  if (running.length === 0) return;
  const { serverPid } = await tmux();
  const dead = new Map(
    (await panes()).filter(({ isDead }) => isDead).map((pane) => [String(pane.paneId), pane]),
  );
  for (const agent of running) {
    const pane = dead.get(agent.paneId ?? '');
    if (!pane || pane.pid !== agent.pid || agent.tmuxServer?.pid !== serverPid) continue;
    if (isDealtWith(parts, agent)) continue;
    const { exitStatus, exitSignal } = pane;
    restarts.onExit(agent.id, {
      status: exitStatus,
      signal: exitSignal,
      cause: describeExit({ exitStatus, exitSignal }),
    });
  }
}

function describeExit({
  exitStatus,
  exitSignal,
}: {
  exitStatus: number | null;
  exitSignal: string | null;
}): string {
  if (exitSignal !== null) return exitSignal;
  return exitStatus === null ? 'its end was not explained' : `exit code ${exitStatus}`;
}
