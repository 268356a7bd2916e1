import type { Tmux } from '@orc/tmux-driver';
import type { Parts } from '../parts.ts';
import type { Restarts } from './restarts.ts';

/** Turns what tmux reports about panes into what it means for agents. */
export function watchPanes(
  { registry, bus, clock }: Pick<Parts, 'registry' | 'bus' | 'clock'>,
  driver: Tmux,
  restarts: Restarts,
): Disposable {
  const ownerOf = (paneId: string) =>
    registry
      .listAgents()
      .find((agent) => agent.paneId === paneId && agent.tmuxServer?.pid === driver.serverPid);
  return driver.onEvent((event) => {
    if (event.type === 'pane.died') {
      const agent = ownerOf(event.paneId);
      if (agent)
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
  });
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
