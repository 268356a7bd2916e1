import { findIdentity, type ProcessIdentity } from '@orc/process';
import type { Agent } from '@orc/registry';
import type { PaneInfo, Tmux } from '@orc/tmux-driver';

/** Whether the agent was started in the server that the driver talks to: the next one may have its pid. */
export function isSameServer({ tmuxServer }: Agent, { serverPid }: Pick<Tmux, 'serverPid'>): boolean {
  const startTime = Number(findIdentity(serverPid)?.startedAtTicks ?? 0);
  return tmuxServer?.pid === serverPid && tmuxServer.startTime === startTime;
}

/** The tmux server that the agent was started in, if that runs beyond doubt. */
export function findServerOf({ tmuxServer }: Agent): ProcessIdentity | undefined {
  const found = tmuxServer === null ? undefined : findIdentity(tmuxServer.pid);
  const startTime = Number(found?.startedAtTicks ?? Number.NaN);
  return startTime === tmuxServer?.startTime ? found : undefined;
}

/** Whether the agent's own program is in its window: somebody may have started another one in its place. */
export function hasLivingWindow(
  agent: Agent,
  driver: Pick<Tmux, 'serverPid'>,
  panes: readonly Pick<PaneInfo, 'paneId' | 'pid' | 'isDead'>[],
): boolean {
  if (!isSameServer(agent, driver)) return false;
  return panes.some(({ paneId, pid, isDead }) => paneId === agent.paneId && pid === agent.pid && !isDead);
}

/** Whether the process that was started for the agent runs. Where there is no `/proc`, the pid alone has to do. */
export function isSameProcess({ pid, pidStartedAt }: Agent): boolean {
  return pid !== null && findIdentity(pid)?.startedAtTicks === pidStartedAt;
}

/** The same, beyond doubt: false where another process may have got the pid. */
export function isSurelySameProcess(agent: Agent): boolean {
  return agent.pidStartedAt !== null && isSameProcess(agent);
}
