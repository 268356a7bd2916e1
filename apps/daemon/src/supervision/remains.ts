import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from '@orc/registry';
import type { PaneId } from '@orc/tmux-driver';
import type { Parts } from '../parts.ts';

type Needed = Pick<Parts, 'layout' | 'clock' | 'bus' | 'worktrees' | 'tmux' | 'log'>;

/** The screens of ended agents stay readable for this long. */
const KEPT_MS = 24 * 3_600_000;
const SUFFIX = '.screen.txt';

/**
 * Keeps what an ended agent left behind: what its pane shows, and what it had not committed. A failure is
 * logged and no more, since an agent that waits for its restart must not wait for ever.
 */
export async function keepRemains(
  parts: Needed,
  agent: Agent,
  { cause }: { readonly cause: string },
): Promise<void> {
  // Each by itself: a screen that cannot be written must not cost the work.
  for (const [what, keep] of [
    ['work', keepWork],
    ['screen', keepScreen],
  ] as const) {
    try {
      await keep(parts, agent, cause);
    } catch (error) {
      parts.log.error({ err: error, agent: agent.id }, `the ${what} of an ended agent could not be kept`);
    }
  }
}

/** Where the screens that an agent ended with are kept. */
function corpsesDirectory({ logs }: Parts['layout'], agentId: string): string {
  return join(logs, 'agents', agentId);
}

export interface Corpse {
  readonly path: string;
  readonly at: number;
}

/** The screens that an agent ended with, the oldest first. */
export function listCorpses(layout: Parts['layout'], agentId: string): Corpse[] {
  const directory = corpsesDirectory(layout, agentId);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => ({ path: join(directory, name), at: timeOf(name) }))
    .filter(({ at }) => !Number.isNaN(at))
    .sort((one, other) => one.at - other.at);
}

/** Removes what has been kept for long enough. */
export function pruneCorpses({
  layout,
  registry,
  clock,
}: Pick<Parts, 'layout' | 'registry' | 'clock'>): void {
  for (const { id } of registry.listAgents({ includeEnded: true }))
    for (const { path, at } of listCorpses(layout, id)) if (clock.now() - at > KEPT_MS) rmSync(path);
}

async function keepScreen({ layout, clock, tmux }: Needed, agent: Agent, cause: string): Promise<void> {
  if (agent.paneId === null) return;
  const paneId = agent.paneId as PaneId;
  const screen = (await (await tmux()).capture([paneId], { history: true })).get(paneId);
  if (screen === undefined) return;
  const directory = corpsesDirectory(layout, agent.id);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const at = new Date(clock.now()).toISOString();
  const head = `${agent.id} ended at ${at}: ${cause} (pid ${agent.pid ?? 'unknown'})`;
  const path = join(directory, `${at.replaceAll(/[:.]/g, '')}${SUFFIX}`);
  writeFileSync(path, `${head}\n\n${screen.trimEnd()}\n`, { mode: 0o600 });
}

/** `2030-01-02T030405678Z` is a time whose separators a file name cannot hold. */
function timeOf(name: string): number {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(name);
  if (!match) return Number.NaN;
  const [, day, hours, minutes, seconds, milliseconds] = match;
  return Date.parse(`${day}T${hours}:${minutes}:${seconds}.${milliseconds}Z`);
}

async function keepWork({ worktrees, clock, bus }: Needed, agent: Agent): Promise<void> {
  if (agent.worktreePath === null) return;
  const rescue = await worktrees.rescue({
    path: agent.worktreePath,
    agentId: agent.id,
    reason: 'the agent ended unexpectedly',
    at: clock.now(),
  });
  if (rescue)
    bus.publish(
      'work.rescued',
      { ref: rescue.ref },
      { source: 'supervision', agent: agent.id, project: agent.project },
    );
}
