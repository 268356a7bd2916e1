import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { findIdentity, isRunning, signalProcess } from '@orc/process';
import type { Message } from '@orc/queue';
import type { Agent } from '@orc/registry';
import type { Rescue } from '@orc/worktree-manager';
import { SYSTEM, type Parts } from '../parts.ts';
import { isSameServer, isSurelySameProcess } from '../supervision/identity.ts';
import { unlessServerGone } from '../system/tmux-holder.ts';
import { archivePath } from './agents.ts';

export interface Ended {
  /** The window's whole history and the summary, or null when there was no window. */
  readonly archive: string | null;
  readonly rescueRef: string | null;
}

const LOOK_MS = 50;
/** The most that the ledger lists at once. */
const OWED_MAX = 10_000;

/**
 * Ends an agent and keeps everything: its work as a rescue ref, its window's history and a summary in a
 * file, its unseen mail parked, or given up when it will never run again. The client is asked to end and is
 * killed only when it does not. Only in the agent's turn (see `launch.ts`): a launch beside it would undo it.
 */
export async function endAgent(
  parts: Parts,
  agent: Agent,
  desired: 'stopped' | 'ended',
  options: { readonly force: boolean },
): Promise<Ended> {
  const { registry, queue, clock, bus, tmux, panes } = parts;
  const rescue = await keepWork(parts, agent, desired, options.force);
  // From here on an exit is wanted, so the supervisor does not restart what is being stopped.
  registry.updateAgent(agent.id, { desired });
  queue.park(agent.id, { reason: desired === 'ended' ? 'the agent has ended' : 'the agent is stopped' });
  const driver = await tmux();
  const isHere = isSameServer(agent, driver);
  // Whatever a person runs there in its place by now stays.
  const pane = isHere
    ? (await panes()).find(({ paneId, pid }) => paneId === agent.paneId && pid === agent.pid)
    : undefined;
  const screens = pane && (await unlessServerGone(driver.capture([pane.paneId], { history: true })));
  // One whose window is gone leaves a summary as well; one that never ran has nothing to tell.
  const screen = (pane && screens?.get(pane.paneId)) ?? '(its window was gone)';
  const archive = pane || agent.launchCount > 0 ? archivePath(parts.layout, agent, clock.now()) : null;
  if (archive !== null) {
    mkdirSync(dirname(archive), { recursive: true, mode: 0o700 });
    const text = `${screen.trimEnd()}\n\n${summarise(parts, agent, rescue?.ref ?? null)}`;
    writeFileSync(archive, text, { mode: 0o600 });
  }
  if (pane) {
    if (!pane.isDead) await endProcess(parts, pane.pid, options.force);
    await unlessServerGone(driver.killPane(pane.paneId));
  }
  await endStray(parts, agent, options.force);
  queue.requeueUnseen(agent.id, 'the agent has ended');
  if (desired === 'ended') giveUpMail(parts, agent);
  bus.publish(
    desired === 'ended' ? 'agent.ended' : 'agent.stopped',
    { archive, rescue: rescue?.ref ?? null },
    { source: 'team', agent: agent.id, project: agent.project },
  );
  // Last: whose window is known is ended again when this is repeated.
  registry.updateAgent(agent.id, { paneId: null, pid: null });
  return { archive, rescueRef: rescue?.ref ?? null };
}

/**
 * Nobody will ever read what waits for an agent that has ended, for another message or for itself, and nobody
 * gets a reply that it owes. Whoever sent it is told; what orc said by itself ends without a word, and tasks
 * are the board's business. Repeating it changes nothing.
 */
export function giveUpMail({ queue }: Pick<Parts, 'queue'>, { id: recipient }: Agent): void {
  const giveUp = ({ id, kind, sender }: Message, reason: string): void => {
    const isOwn = sender === SYSTEM;
    if (!isOwn || kind !== 'task') queue.cancel(id, { reason, ...(isOwn && { by: SYSTEM }) });
  };
  // A daemon that was killed may have held some of it, and what is parked comes back to the queue by nobody.
  const list = (afterSeq: number) =>
    queue.list({ recipient, state: ['queued', 'leased', 'injected'], afterSeq });
  for (let page = list(0); page.length > 0; page = list(page.at(-1)?.seq ?? 0))
    for (const message of page) giveUp(message, `${recipient} has ended`);
  for (const { messageId } of queue.obligations({ debtor: recipient, open: true, limit: OWED_MAX }))
    giveUp(queue.get(messageId), `${recipient} has ended before it replied`);
}

/**
 * Of a worktree that somebody deleted, what git still holds is kept.
 * @throws what the rescue throws: without its work being kept, an agent is ended only by force
 */
async function keepWork(
  { registry, worktrees, clock, log }: Parts,
  agent: Agent,
  desired: string,
  isForced: boolean,
): Promise<Rescue | undefined> {
  if (agent.worktreePath === null) return undefined;
  const place = { path: agent.worktreePath, repository: registry.getProject(agent.project).path };
  const reason = `the agent was ${desired}`;
  try {
    return await worktrees.rescue({ ...place, agentId: agent.id, reason, at: clock.now() });
  } catch (error) {
    if (!isForced) throw error;
    log.warn({ err: error, agent: agent.id }, 'ended by force; its uncommitted work could not be kept');
    return undefined;
  }
}

/** Ends the program of an agent that has outlived its window: a second one beside it would be worse than none. */
export async function endStray(parts: Pick<Parts, 'config'>, agent: Agent, force = false): Promise<void> {
  if (agent.pid !== null && isSurelySameProcess(agent)) await endProcess(parts, agent.pid, force);
}

async function endProcess({ config }: Pick<Parts, 'config'>, pid: number, force: boolean): Promise<void> {
  const identity = findIdentity(pid);
  if (!identity) return;
  signalProcess(identity, force ? 'SIGKILL' : 'SIGTERM');
  const deadline = performance.now() + config.agents.stopMs;
  while (isRunning(identity)) {
    if (performance.now() > deadline) signalProcess(identity, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function summarise({ registry, board, queue }: Parts, agent: Agent, rescueRef: string | null): string {
  const tasks = board.list({ project: agent.project }).filter(({ assignee }) => assignee === agent.id);
  const lines = (items: string[]) =>
    items.length === 0 ? '- none' : items.map((item) => `- ${item}`).join('\n');
  const done = tasks.filter(({ state }) => state === 'done');
  const open = tasks.filter(({ state }) => state !== 'done');
  const unseen = queue.list({ recipient: agent.id, limit: 100 }).filter(({ seenAt }) => seenAt === null);
  return [
    '# Agent Summary',
    `${agent.id} (${agent.title}) on ${agent.branch ?? 'a detached commit'} in ${agent.worktreePath ?? 'no worktree'}`,
    ...[...new Set(registry.sessions(agent.id).map(({ transcriptPath }) => transcriptPath))]
      .filter((path) => path !== null)
      .map((path) => `Its conversation is in ${path}`),
    '',
    '# Tasks Completed',
    lines(done.map(({ id, title, outcomeText }) => `${id} ${title}: ${outcomeText ?? ''}`)),
    '',
    '# Issues Encountered',
    lines(
      open
        .filter(({ state }) => state === 'blocked' || state === 'failed')
        .map((task) => `${task.id} ${task.title}: ${task.blockedReason ?? task.outcomeText ?? task.state}`),
    ),
    '',
    '# Handoff Notes',
    lines([
      ...open.map(({ id, title, state }) => `task ${id} ${title} is ${state}`),
      ...unseen.map(({ id, sender }) => `message ${id} from ${sender} was not seen`),
      ...(rescueRef === null ? [] : [`uncommitted work is kept in ${rescueRef}`]),
    ]),
    '',
  ].join('\n');
}
