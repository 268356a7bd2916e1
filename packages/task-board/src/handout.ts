import type { BoardContext } from './board.ts';
import { errors } from './errors.ts';
import { isOpen, newRound, reasonsOf, type KnownOutcomes } from './states.ts';
import type { Task, TaskRecord } from './types.ts';

export interface OutcomeOptions {
  /** Outcomes by message id that the caller knows of and the board does not yet. */
  readonly outcomes?: KnownOutcomes;
}

export interface Handout {
  /** The tasks that could be handed out now, in the order in which they should be. */
  ready(options: { readonly project: string } & OutcomeOptions): Task[];
  /**
   * The task to hand out to this agent next; `undefined` while it has an open one, or when nothing is ready
   * for it. It gets tasks that are assigned to it and unassigned ones of its role. `role` defaults to what
   * stands after the slash of its id. A blocked task does not keep an agent from others.
   */
  nextFor(agentId: string, options?: { readonly role?: string } & OutcomeOptions): Task | undefined;
  /** The task that this agent has in hand; a blocked one only when there is no other. */
  currentFor(agentId: string): Task | undefined;
  /**
   * Says whose task it is, or that it is nobody's (`null`). `takesBack` takes it out of the hands of another
   * agent first, as `reopen` does. With `isAnew` its next message is a new one although nobody is known to
   * have it: the one before went to another agent.
   *
   * @throws ORC_TASKS_HANDED_OUT when another agent has it in hand, ORC_TASKS_FINISHED
   */
  assign(
    id: string,
    agentId: string | null,
    options?: { readonly takesBack?: boolean; readonly isAnew?: boolean },
  ): Task;
  /**
   * Notes that the assignee was told. A second time changes nothing.
   *
   * @throws ORC_TASKS_NOT_ASSIGNED, ORC_TASKS_NOT_READY, ORC_TASKS_AGENT_BUSY, ORC_TASKS_FINISHED
   */
  markHandedOut(id: string, options?: OutcomeOptions): Task;
  /**
   * Notes that somebody began. A task that was not handed out becomes theirs. A second time changes nothing.
   *
   * @throws ORC_TASKS_HANDED_OUT when another agent has it, ORC_TASKS_NOT_READY, ORC_TASKS_AGENT_BUSY,
   * ORC_TASKS_FINISHED
   */
  markStarted(id: string, by: { readonly by: string }): Task;
}

export function createHandout(context: BoardContext): Handout {
  const { store, clock } = context;
  const change = (record: TaskRecord, values: Partial<TaskRecord>) => {
    store.update({ ...record, ...values });
    return context.derive(record);
  };
  const tasksOf = (agentId: string, outcomes?: KnownOutcomes) => [
    ...context.tasksOf(projectOf(agentId), outcomes).values(),
  ];
  return {
    ready: ({ project, outcomes }) =>
      [...context.tasksOf(project, outcomes).values()].filter(({ state }) => state === 'ready'),
    nextFor(agentId, { role = roleOf(agentId), outcomes } = {}) {
      const tasks = tasksOf(agentId, outcomes);
      if (tasks.some((task) => task.assignee === agentId && isOpen(task))) return undefined;
      return tasks.find(
        (task) =>
          task.state === 'ready' &&
          (task.assignee === agentId || (task.assignee === null && task.role === role)),
      );
    },
    currentFor(agentId) {
      const own = tasksOf(agentId).filter(({ assignee }) => assignee === agentId);
      return (
        own.find(({ state }) => state === 'started') ??
        own.find(isOpen) ??
        own.find(({ state }) => state === 'blocked')
      );
    },
    assign: (id, agentId, { takesBack = false, isAnew = false } = {}) =>
      context.write(() => {
        const record = context.record(id);
        if (record.outcome !== null) throw errors.finished(record.id, record.outcome);
        const isAnothers = isHandedOut(record) && record.assignee !== agentId;
        if (isAnothers && !takesBack) throw errors.handedOut(record.id, holderOf(record));
        return change(record, { ...((isAnothers || isAnew) && newRound(record)), assignee: agentId });
      }),
    markHandedOut: (id, { outcomes } = {}) =>
      context.write(() => {
        const record = context.record(id);
        if (record.outcome !== null) throw errors.finished(record.id, record.outcome);
        if (record.assignee === null) throw errors.notAssigned(record.id);
        if (isHandedOut(record)) return context.derive(record);
        if (record.blockedReason !== null) throw errors.notReady(record.id, [record.blockedReason]);
        refuseUnready(context, record, record.assignee, outcomes);
        return change(record, { handedOutAt: clock.now() });
      }),
    markStarted: (id, { by }) =>
      context.write(() => {
        const record = context.record(id);
        if (record.outcome !== null) throw errors.finished(record.id, record.outcome);
        if (isHandedOut(record) && record.assignee !== by)
          throw errors.handedOut(record.id, holderOf(record));
        if (!isHandedOut(record)) refuseUnready(context, record, by);
        if (record.startedAt !== null && record.blockedReason === null) return context.derive(record);
        const now = clock.now();
        return change(record, {
          assignee: by,
          handedOutAt: record.handedOutAt ?? now,
          startedAt: record.startedAt ?? now,
          blockedReason: null,
          blockedBy: null,
        });
      }),
  };
}

function refuseUnready(
  context: BoardContext,
  record: TaskRecord,
  agentId: string,
  outcomes?: KnownOutcomes,
): void {
  const tasks = context.tasksOf(record.project, outcomes);
  const reasons = reasonsOf(context.derive(record), tasks).map(({ text }) => text);
  if (reasons.length > 0) throw errors.notReady(record.id, reasons);
  const open = [...tasks.values()].find(
    (each) => each.assignee === agentId && each.id !== record.id && isOpen(each),
  );
  if (open) throw errors.agentBusy(record.id, agentId, open.id);
}

function isHandedOut({ handedOutAt }: TaskRecord): boolean {
  return handedOutAt !== null;
}

function holderOf({ assignee }: TaskRecord): string {
  return assignee ?? 'nobody';
}

function projectOf(agentId: string): string {
  return agentId.split('/')[0] ?? '';
}

function roleOf(agentId: string): string {
  return agentId.split('/')[1] ?? '';
}
