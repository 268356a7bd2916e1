import { composeTask } from '@orc/briefing';
import { parseAgentId } from '@orc/contracts';
import { describeError } from '@orc/errors';
import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';
import { SYSTEM } from '../parts.ts';
import { baseRole } from '../team/base-role.ts';
import { unlessEnded } from './changes.ts';

/** A task is no emergency, whatever the plan says of its place among the others. */
const TASK_PRIORITY_MAX = 49;

/**
 * Gives every agent without an open task its next one. The message has the task's id, so a daemon that is
 * killed between sending and noting it sends nothing twice; when the task is another agent's by then, the message
 * is a new one. `mayStart` holds tasks back for reasons outside of the plan: limits that are near, money that is
 * spent.
 */
export function createHandOut(
  { board, queue, registry, bus, log }: Pick<Parts, 'board' | 'queue' | 'registry' | 'bus' | 'log'>,
  mayStart: (agent: Agent, priority: number) => boolean,
) {
  const handOutTo = (agent: Agent, project: string): void => {
    const agentId = agent.id;
    const task = board.nextFor(agentId, { role: baseRole(parseAgentId(agentId).role) });
    if (!task || !mayStart(agent, task.priority)) return;
    const sent = queue.find(task.messageId);
    const isAnew = sent !== undefined && sent.recipient !== agentId;
    if (isAnew)
      unlessEnded(() => queue.cancel(sent.id, { by: SYSTEM, reason: `the task was given to ${agentId}` }));
    const assigned = board.assign(task.id, agentId, { isAnew });
    queue.send({
      id: assigned.messageId,
      sender: SYSTEM,
      recipient: agentId,
      kind: 'task',
      priority: Math.min(TASK_PRIORITY_MAX, Math.max(0, task.priority)),
      body: composeTask(assigned),
    });
    board.markHandedOut(task.id);
    bus.publish(
      'task.handed_out',
      { title: task.title },
      { source: 'tasks', project, agent: agentId, message: task.id },
    );
  };
  return (project: string): void => {
    for (const agent of registry.listAgents({ project })) {
      if (agent.desired !== 'running') continue;
      try {
        handOutTo(agent, project);
      } catch (error) {
        log.error({ agent: agent.id, problem: describeError(error) }, 'a task could not be handed out');
      }
    }
  };
}

export type HandOut = ReturnType<typeof createHandOut>;
