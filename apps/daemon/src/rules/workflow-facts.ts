import type { WorkflowFact } from '@orc/compliance-rules';
import { agentIdOf, type AgentState } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import type { Task } from '@orc/task-board';
import type { Parts } from '../parts.ts';
import { aboutAgent, type GitSight } from './git-facts.ts';
import type { LookDeps } from './look.ts';
import type { Marks } from './repository.ts';

/** How far back a report may lie before the end of a task, and still be the report of it. */
const REPORT_BEFORE_MS = 600_000;
const LOOKED_BACK = 20;

/** What ledger and board say of how an agent's work goes on. */
export function createWorkflowFacts(
  parts: Pick<Parts, 'board' | 'queue'>,
  { stateOf, sight }: { readonly stateOf: (agent: Agent) => AgentState; readonly sight: GitSight },
): LookDeps['workflowFactOf'] {
  const { board, queue } = parts;
  const blockedSince = new Map<string, number>();

  /** Nobody notes when a task was blocked, so it counts from when that was first seen. */
  const blockedFor = (task: Task, now: number): number => {
    if (!blockedSince.has(task.id)) blockedSince.set(task.id, now);
    return now - (blockedSince.get(task.id) ?? now);
  };

  return (project, agent, { now, marks }) => {
    const state = stateOf(agent);
    const tasks = board.list({ project: project.slug, assignee: agent.id });
    for (const { id, state: taskState } of tasks) if (taskState !== 'blocked') blockedSince.delete(id);
    const hub = agentIdOf(project.slug, project.hub);
    const lastReportAt =
      agent.id === hub
        ? now
        : (queue.list({ sender: agent.id, recipient: hub, order: 'newest', limit: 1 })[0]?.createdAt ?? 0);
    const waiting = oldest(tasks, (task) => seenAt(queue, task));
    const done = oldest(tasks, ({ outcome, outcomeBy, outcomeAt }) =>
      outcome === 'done' &&
      outcomeBy === agent.id &&
      outcomeAt !== null &&
      lastReportAt < outcomeAt - REPORT_BEFORE_MS
        ? outcomeAt
        : null,
    );
    const blocked = tasks.find((task) => task.state === 'blocked');
    const blockedMs = blocked ? blockedFor(blocked, now) : 0;
    const isBlockTold = lastReportAt >= now - blockedMs - REPORT_BEFORE_MS;
    const overdue = queue
      .obligations({ open: true, debtor: agent.id })
      .filter(({ replyBy, seenAt: seen }) => seen !== null && replyBy < now);
    return {
      watches: 'workflow',
      ...aboutAgent(project, agent),
      state: state.state,
      taskId: (waiting ?? blocked ?? done)?.id,
      taskUnstarted: waiting ? now - (seenAt(queue, waiting) ?? now) : 0,
      blockedUnreported: blocked && !isBlockTold ? blockedMs : 0,
      doneUnreported: done ? now - (done.outcomeAt ?? now) : 0,
      replyOverdue: overdue.length === 0 ? 0 : now - Math.min(...overdue.map(({ replyBy }) => replyBy)),
      repliesOverdue: overdue.length,
      checkInsUnanswered: unansweredCheckIns(queue, agent),
      workWhileLimited: state.state === 'limited' ? handedOutSince(tasks, state.since) : 0,
      ...(agent.id === hub && teamFacts(project, sight, { now, marks })),
    };
  };
}

/** When the message of a task that is not begun was seen by its model. */
function seenAt(queue: Parts['queue'], { state, messageId }: Task): number | null {
  return state === 'assigned' ? (queue.find(messageId)?.seenAt ?? null) : null;
}

function oldest(tasks: readonly Task[], timeOf: (task: Task) => number | null): Task | undefined {
  const timed = tasks.flatMap((task) => {
    const at = timeOf(task);
    return at === null ? [] : [{ task, at }];
  });
  return timed.sort((one, other) => one.at - other.at)[0]?.task;
}

function handedOutSince(tasks: readonly Task[], since: number | null): number {
  return tasks.filter(
    ({ handedOutAt, state }) => state === 'assigned' && (handedOutAt ?? 0) > (since ?? Number.MAX_VALUE),
  ).length;
}

/** The newest check-ins in a row that its model has not seen. */
function unansweredCheckIns(queue: Parts['queue'], agent: Agent): number {
  const all = queue.list({ recipient: agent.id, kind: 'check-in', order: 'newest', limit: LOOKED_BACK });
  const answered = all.findIndex((message) => message.seenAt !== null);
  return answered < 0 ? all.length : answered;
}

/** What concerns the whole team is said of its hub. */
function teamFacts(
  { slug, createdAt }: Project,
  sight: GitSight,
  { now, marks }: { readonly now: number; readonly marks: Marks | undefined },
): Partial<WorkflowFact> {
  const since = sight.integratingSince(slug);
  const pulls = sight.snapshot(slug)?.pulls;
  return {
    integrationCycle: since === undefined ? 0 : now - since,
    // "orc git integrate" begins none whose checklist is not met, so one that it does not know had no checklist.
    ...(marks && {
      isIntegrationUnchecked: [...marks.integrations].some(
        ([branch, at]) => at >= createdAt && !sight.isIntegrationKnown(slug, branch),
      ),
    }),
    ...(pulls?.status === 'known' && { openPrs: pulls.pulls.filter(({ state }) => state === 'open').length }),
  };
}
