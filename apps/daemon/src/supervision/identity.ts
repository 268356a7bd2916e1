import { findIdentity } from '@orc/process';
import type { Agent } from '@orc/registry';
import type { Tmux } from '@orc/tmux-driver';

/** Whether the agent was started in the server that the driver talks to: the next one may have its pid. */
export function isSameServer({ tmuxServer }: Agent, { serverPid }: Pick<Tmux, 'serverPid'>): boolean {
  const startTime = Number(findIdentity(serverPid)?.startedAtTicks ?? 0);
  return tmuxServer?.pid === serverPid && tmuxServer.startTime === startTime;
}

/** Whether the process that was started for the agent runs. Where there is no `/proc`, the pid alone has to do. */
export function isSameProcess({ pid, pidStartedAt }: Agent): boolean {
  return pid !== null && findIdentity(pid)?.startedAtTicks === pidStartedAt;
}

/** The same, beyond doubt: false where another process may have got the pid. */
export function isSurelySameProcess(agent: Agent): boolean {
  return agent.pidStartedAt !== null && isSameProcess(agent);
}
