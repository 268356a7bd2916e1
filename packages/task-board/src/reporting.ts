import type { BoardContext } from './board.ts';
import { errors } from './errors.ts';
import { newRound } from './states.ts';
import type { Task, TaskOutcome, TaskRecord, TaskReport } from './types.ts';

/** Who says it, and in which words. */
export interface Statement {
  readonly by: string;
  readonly text: string;
}

export interface Reporting {
  /**
   * Notes that a task is done. The same word of somebody else is kept and changes nothing; the reporter may
   * correct themselves.
   *
   * @throws ORC_TASKS_CONTRADICTION when somebody else said otherwise. Both reports are kept, in the error's
   * `details` and on the board, and the first one stands.
   */
  markDone(id: string, statement: Statement): Task;
  /** As `markDone`: what depends on the task stays waiting. @throws ORC_TASKS_CONTRADICTION */
  markFailed(id: string, statement: Statement): Task;
  /** As `markDone`, for a task that nobody is to do any more. @throws ORC_TASKS_CONTRADICTION */
  cancel(id: string, statement: Statement): Task;
  /** Says why a task cannot go on; it stays with who has it. @throws ORC_TASKS_FINISHED */
  block(id: string, blocked: { readonly by: string; readonly reason: string }): Task;
  /** Lets a blocked task go on where it was. @throws ORC_TASKS_FINISHED */
  unblock(id: string): Task;
  /**
   * Takes a task back, whether it ended or is in somebody's hands: it can be handed out anew, with a new
   * `messageId`. Its assignee and all reports stay. A task that nobody has had yet stays as it is.
   */
  reopen(id: string): Task;
  /** Every word about how a task ended, the first one first, earlier rounds included. */
  reports(id: string): TaskReport[];
  /** The tasks of a project whose reports of this round contradict each other. */
  contradictions(project: string): { readonly task: Task; readonly reports: TaskReport[] }[];
}

export function createReporting(context: BoardContext): Reporting {
  const { store, clock } = context;
  const change = (record: TaskRecord, values: Partial<TaskRecord>) => {
    store.update({ ...record, ...values });
    return context.derive(record);
  };
  const changeOpen = (id: string, values: Partial<TaskRecord>) =>
    context.write(() => {
      const record = context.record(id);
      if (record.outcome !== null) throw errors.finished(record.id, record.outcome);
      return change(record, values);
    });
  const finish = (outcome: TaskOutcome) => (id: string, statement: Statement) =>
    report(context, id, outcome, statement);
  return {
    markDone: finish('done'),
    markFailed: finish('failed'),
    cancel: finish('cancelled'),
    block: (id, { by, reason }) => changeOpen(id, { blockedReason: reason, blockedBy: by }),
    unblock: (id) => changeOpen(id, { blockedReason: null, blockedBy: null }),
    reopen: (id) =>
      context.write(() => {
        const record = context.record(id);
        if (record.outcome === null && record.handedOutAt === null) return context.derive(record);
        return change(record, newRound(record));
      }),
    reports: (id) => store.reports(context.record(id).id),
    contradictions: (project) =>
      [...context.tasksOf(project).values()]
        .map((task) => ({ task, reports: reportsOfRound(context, task) }))
        .filter(({ reports }) => new Set(lastWords(reports).values()).size > 1),
  };

  function report({ write }: BoardContext, id: string, outcome: TaskOutcome, { by, text }: Statement): Task {
    // The report must stay although the call fails: the error is thrown when the transaction is over.
    const { task, reports } = write(() => {
      const record = context.record(id);
      const at = clock.now();
      const earlier = reportsOfRound(context, record);
      const last = earlier.findLast((each) => each.by === by);
      const isRepeated = last?.outcome === outcome && last.text === text;
      if (!isRepeated) store.addReport({ taskId: record.id, round: record.round, outcome, by, text, at });
      const reports = reportsOfRound(context, record);
      const others = [...lastWords(reports)].filter(([who]) => who !== by).map(([, word]) => word);
      if (others.some((word) => word !== outcome)) return { task: context.derive(record), reports };
      const isSettled = record.outcome === outcome && record.outcomeBy !== by;
      if (isSettled) return { task: context.derive(record) };
      const unblocked = { blockedReason: null, blockedBy: null };
      const result = { outcome, outcomeAt: at, outcomeBy: by, outcomeText: text, ...unblocked };
      return { task: change(record, isRepeated && record.outcome === outcome ? {} : result) };
    });
    if (reports) throw errors.contradiction(task.id, reports);
    return task;
  }
}

function reportsOfRound(
  { store }: BoardContext,
  { id, round }: Pick<TaskRecord, 'id' | 'round'>,
): TaskReport[] {
  return store.reports(id).filter((each) => each.round === round);
}

/** Who says what in the end: somebody may correct themselves. */
function lastWords(reports: readonly TaskReport[]): Map<string, TaskOutcome> {
  return new Map(reports.map(({ by, outcome }) => [by, outcome]));
}
