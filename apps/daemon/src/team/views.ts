import type { AgentState, AgentView, MessageView, ProjectStatus, TaskView } from '@orc/contracts';
import { schemas } from '@orc/contracts';
import { isRunning, type TreeUsage } from '@orc/process';
import type { Message } from '@orc/queue';
import type { Agent, Project } from '@orc/registry';
import type { Task } from '@orc/task-board';
import type { Parts } from '../parts.ts';
import type { UsageWatch } from '../supervision/usage.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Turns what the libraries keep into what callers are shown. */
export function createViews(
  {
    registry,
    queue,
    board,
    scheduler,
    clock,
  }: Pick<Parts, 'registry' | 'queue' | 'board' | 'scheduler' | 'clock'>,
  {
    stateOf,
    usage,
  }: { readonly stateOf: (agent: Agent) => AgentState; readonly usage: Pick<UsageWatch, 'of'> },
) {
  const agent = (each: Agent): AgentView => {
    const task = board.currentFor(each.id);
    return {
      id: each.id,
      project: each.project,
      role: each.role,
      title: each.title,
      runtime: each.runtime,
      isSimulation: each.runtime === 'sim',
      state: withDebts(stateOf(each), { queue, clock, agentId: each.id }),
      windowName: each.windowName,
      paneId: each.paneId,
      pid: each.pid,
      branch: each.branch,
      worktreePath: each.worktreePath,
      task: task ? { id: task.id, title: task.title } : null,
      unread: queue.pendingCount(each.id),
      restarts: registry.restarts(each.id, { since: clock.now() - HOUR_MS }).length,
      contextUsedPercent: contextUsedOf(registry, each),
      launchedAt: each.launchedAt,
      nextCheckInAt: each.desired === 'running' ? scheduler.nextFor(each.id) : null,
      process: processOf(each, usage.of(each.id), clock.now()),
    };
  };

  const project = (each: Project): ProjectStatus => {
    const counts = queue.counts(`${each.slug}/`);
    return {
      slug: each.slug,
      name: each.name,
      path: each.path,
      status: each.status,
      parentBranch: each.parentBranch,
      runtime: each.runtime,
      isSimulation: each.runtime === 'sim',
      hub: each.hub,
      tmuxSession: each.tmuxSession,
      startedAt: each.createdAt,
      agents: registry
        .listAgents({ project: each.slug })
        .filter(({ desired }) => desired !== 'ended')
        .map(agent),
      tasks: board.counts(each.slug),
      messages: {
        ...countEveryState(counts.byState),
        total: counts.total,
        slowestSeenMs: counts.slowestSeenMs,
      },
    };
  };

  return {
    agent,
    task: (each: Task) => taskView(queue, each),
    project,
    message: (each: Message): MessageView => each,
  };
}

function taskView(queue: Parts['queue'], each: Task): TaskView {
  const message = queue.find(each.messageId);
  return {
    ...each,
    criteria: [...each.criteria],
    after: [...each.after],
    startedAt: message?.startedAt ?? null,
    finishedAt: each.outcomeAt,
    durationMs: message?.durationMs ?? null,
    result: each.outcomeText,
  };
}

export type Views = ReturnType<typeof createViews>;

function contextUsedOf(registry: Parts['registry'], { id }: Agent): number | null {
  const used = registry.facts(id).find(({ kind }) => kind === 'context.used')?.value;
  return typeof used === 'object' && used !== null && 'percent' in used ? Number(used.percent) : null;
}

/** The program as the system sees it; what it uses is as old as the last reading. */
function processOf(
  { pid, pidStartedAt, launchedAt }: Agent,
  usage: TreeUsage | undefined,
  now: number,
): AgentView['process'] {
  const isAlive = pid !== null && isRunning({ pid, startedAtTicks: pidStartedAt });
  return {
    isAlive,
    uptimeMs: isAlive && launchedAt !== null ? Math.max(0, now - launchedAt) : null,
    cpuPercent: (isAlive ? usage?.cpuPercent : null) ?? null,
    memoryBytes: (isAlive ? usage?.memoryBytes : null) ?? null,
    count: (isAlive ? usage?.processCount : null) ?? null,
  };
}

/** An idle agent that owes somebody an answer is not simply idle. */
function withDebts(
  state: AgentState,
  { queue, clock, agentId }: Pick<Parts, 'queue' | 'clock'> & { readonly agentId: string },
): AgentState {
  const [debt] = queue.obligations({ debtor: agentId, open: true, limit: 1 });
  if (state.state !== 'idle' || debt?.seenAt == null) return state;
  const minutes = Math.floor((clock.now() - debt.seenAt) / MINUTE_MS);
  return {
    ...state,
    why: `${state.why}; owes a reply to ${debt.creditor} since ${minutes} min (${debt.messageId})`,
  };
}

type EveryState = Record<(typeof schemas.messageStates)[number], number>;

/** A state that no message is in is shown as zero and not left out. */
function countEveryState(found: Readonly<Partial<EveryState>>): EveryState {
  return schemas.messageStates.reduce(
    (counts, state) => ({ ...counts, [state]: found[state] ?? 0 }),
    {} as EveryState,
  );
}
