import type { Agent } from '@orc/registry';
import type { PaneInfo, Tmux, TmuxEvent } from '@orc/tmux-driver';
import type { Parts } from '../parts.ts';
import { safely } from '../system/safely.ts';
import { unlessServerGone } from '../system/tmux-holder.ts';
import { isSameProcess, isSameServer } from './identity.ts';
import { noteLost, tellLost } from './lost.ts';
import { findAwaited, isDealtWith, noteAlive, type Restarts } from './restarts.ts';

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
      // The first look of a new daemon tells of every pane that is dead, also of those of long ago; and a pane
      // whose program has ended may run the next one by now.
      if (agent?.pid === event.pid && !isDealtWith({ registry }, agent))
        restarts.onExit(agent.id, {
          status: event.exitStatus,
          signal: event.exitSignal,
          cause: describeExit(event),
        });
    } else if (event.type === 'pane.gone') {
      const agent = ownerOf(event.paneId);
      if (agent?.desired === 'running') onGone({ registry }, restarts, agent);
    } else if (event.type === 'server.exited') {
      const ran = registry
        .listAgents()
        .filter(({ tmuxServer }) => tmuxServer?.pid === event.serverPid)
        .filter(({ desired, paneId }) => desired === 'running' && paneId !== null);
      for (const agent of ran) tellLost({ registry, bus, clock }, agent, 'the tmux server has ended');
    }
  };
  return driver.onEvent(safely(log, 'an event of tmux', onEvent));
}

/** Its window was closed by hand; the next launch opens a new one. */
function onGone({ registry }: Pick<Parts, 'registry'>, restarts: Restarts, agent: Agent): void {
  // First, since who has no pane is not looked for: should it fail, the next look does it again.
  if (!isDealtWith({ registry }, agent))
    restarts.onExit(agent.id, { status: null, signal: null, cause: 'its window was closed' });
  registry.updateAgent(agent.id, { paneId: null });
}

/**
 * Looks for agents whose process has ended without anybody noticing: an event can be missed while the disk
 * is full or the database is locked, and nothing else would ever tell.
 */
export async function lookForEnds(
  parts: Pick<Parts, 'registry' | 'bus' | 'clock' | 'tmux'>,
  restarts: Restarts,
): Promise<void> {
  const { registry, tmux } = parts;
  const running = registry.listAgents().filter(({ desired }) => desired === 'running');
  // A daemon that starts adopts by panes: what an earlier one had planned for somebody without is found here.
  for (const agent of running.filter(({ paneId }) => paneId === null)) {
    const awaited = findAwaited(parts, agent);
    if (awaited) restarts.onExit(agent.id, { status: null, signal: null, cause: awaited.cause });
  }
  const withPane = running.filter(({ paneId }) => paneId !== null);
  if (withPane.length === 0) return;
  const driver = await tmux();
  const listed = await unlessServerGone(driver.listPanes());
  // Without a server there are no panes, and nobody has closed one; its end is told by itself.
  if (!listed) return;
  const panes = new Map(listed.map((pane) => [String(pane.paneId), pane]));
  for (const { id, paneId, pid } of withPane) {
    const agent = registry.findAgent(id);
    // Who was started again during the look may have a pane that it does not know.
    if (agent?.desired !== 'running' || agent.paneId !== paneId || agent.pid !== pid) continue;
    if (isSameServer(agent, driver)) lookAtPane(parts, restarts, agent, panes.get(agent.paneId ?? ''));
    else if (!isSameProcess(agent)) noteLost(parts, agent, 'its tmux server is gone');
  }
}

function lookAtPane(
  parts: Pick<Parts, 'registry' | 'clock'>,
  restarts: Restarts,
  agent: Agent,
  pane: PaneInfo | undefined,
): void {
  // A client without its window takes a moment to end; a second one beside it would be worse.
  if (!pane) return isSameProcess(agent) ? undefined : onGone(parts, restarts, agent);
  if (pane.pid !== agent.pid) return;
  // Its end may have been told since the panes were listed.
  if (!pane.isDead) return isSameProcess(agent) ? noteAlive(parts, agent) : undefined;
  if (isDealtWith(parts, agent)) return;
  const { exitStatus, exitSignal } = pane;
  const cause = describeExit({ exitStatus, exitSignal });
  restarts.onExit(agent.id, { status: exitStatus, signal: exitSignal, cause });
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
