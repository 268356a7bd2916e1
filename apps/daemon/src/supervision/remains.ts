import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from '@orc/registry';
import type { PaneId } from '@orc/tmux-driver';
import type { Parts } from '../parts.ts';

type Needed = Pick<Parts, 'layout' | 'clock' | 'bus' | 'worktrees' | 'tmux' | 'log'>;

/**
 * Keeps what an ended agent left behind: what its pane shows, and what it had not committed. A failure is
 * logged and no more, since an agent that waits for its restart must not wait for ever.
 */
export async function keepRemains(parts: Needed, agent: Agent): Promise<void> {
  // Each by itself: a screen that cannot be written must not cost the work.
  for (const [what, keep] of [
    ['work', keepWork],
    ['screen', keepScreen],
  ] as const) {
    try {
      await keep(parts, agent);
    } catch (error) {
      parts.log.error({ err: error, agent: agent.id }, `the ${what} of an ended agent could not be kept`);
    }
  }
}

async function keepScreen({ layout, clock, tmux }: Needed, agent: Agent): Promise<void> {
  if (agent.paneId === null) return;
  const paneId = agent.paneId as PaneId;
  const screen = (await (await tmux()).capture([paneId], { history: true })).get(paneId);
  if (screen === undefined) return;
  const directory = join(layout.logs, 'agents', agent.id);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '');
  writeFileSync(join(directory, `${name}.screen.txt`), screen, { mode: 0o600 });
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
