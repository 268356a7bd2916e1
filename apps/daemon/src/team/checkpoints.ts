import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointFileName, composeCheckpoint } from '@orc/briefing';
import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';
import { safely } from '../system/safely.ts';
import { gatherMemory, notesDirectory } from './memory.ts';

/** Until it is disposed, it also writes down everybody who had a part in a phase whose last task was done. */
export interface Checkpoints extends Disposable {
  /** Writes down where an agent stands. Returns the path of the file. */
  write(agent: Agent, reason: string): Promise<string>;
}

/** Pages from which an agent that has lost its thread finds it again; outside every worktree. */
export function createCheckpoints(parts: Parts): Checkpoints {
  const { registry, board, queue, layout, clock, bus, log } = parts;

  const nextSteps = (agent: Agent): string[] => [
    ...queue
      .obligations({ debtor: agent.id, open: true })
      .map(({ messageId, creditor }) => `Answer ${creditor} on ${messageId}`),
    ...board
      .list({ project: agent.project, assignee: agent.id })
      .filter(({ outcome }) => outcome === null)
      .map(({ id, title, state }) => `${id} ${title} (${state})`),
  ];

  const write: Checkpoints['write'] = async (agent, reason) => {
    const { activitySummary, gitStatus } = await gatherMemory(
      parts,
      agent,
      registry.getProject(agent.project),
    );
    const at = clock.now();
    const text = composeCheckpoint({
      agentId: agent.id,
      reason,
      at,
      branch: agent.branch,
      task: board.currentFor(agent.id) ?? null,
      gitStatus,
      activitySummary,
      nextSteps: nextSteps(agent),
    });
    const directory = notesDirectory(layout, agent.project);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, checkpointFileName(agent.role, at));
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    bus.publish(
      'agent.checkpoint',
      { path, reason },
      { source: 'team', agent: agent.id, project: agent.project },
    );
    return path;
  };

  const afterTask = async (taskId: string): Promise<void> => {
    const task = board.find(taskId);
    if (!task || task.phase === null) return;
    const ofPhase = board.list({ project: task.project }).filter(({ phase }) => phase === task.phase);
    if (ofPhase.some(({ outcome }) => outcome === null)) return;
    const had = new Set(ofPhase.map(({ assignee }) => assignee));
    for (const agent of registry.listAgents({ project: task.project }))
      if (had.has(agent.id)) await write(agent, `the phase "${task.phase}" is finished`);
  };
  const onTask = safely(log, 'a checkpoint', afterTask);
  const subscription = bus.subscribe('task.done', ({ message }) => onTask(message ?? ''));

  return { write, [Symbol.dispose]: () => subscription[Symbol.dispose]() };
}
