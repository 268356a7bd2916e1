import { isOrcError } from '@orc/errors';
import type { Task } from '@orc/task-board';
import type { Call } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';

export type TaskAction = Call<'changeTask'>['params']['action'];

export interface TaskChange {
  readonly id: string;
  readonly action: TaskAction;
  readonly by: string;
  readonly text: string;
  readonly assignee?: string | undefined;
  /** Whether `by` may take a task out of the hands of its agent. */
  readonly mayTake?: boolean;
}

/** What a report of this kind does to the task that it is about. */
export const actionOfReport: Readonly<Record<string, TaskAction>> = {
  completion: 'done',
  deployment: 'done',
  'implementation-complete': 'done',
  failure: 'fail',
  blocked: 'block',
};

/**
 * Changes a task on the board and its message in the ledger, where the task's timing is read from. What ends a
 * message comes first: whatever the ledger refuses has then changed nothing, and a second call does the rest.
 */
export function changeTask(
  { board, queue }: Pick<Parts, 'board' | 'queue'>,
  { id, action, by, text, assignee, mayTake: takesBack = false }: TaskChange,
): void {
  const task = board.get(id);
  const { messageId } = task;
  const inLedger = (change: () => void) => {
    if (queue.find(messageId)) unlessEnded(change);
  };
  const withdraw = (reason: string) => inLedger(() => queue.cancel(messageId, { by, reason }));
  if (action === 'start') {
    board.markStarted(id, { by });
    inLedger(() => queue.start(messageId, by));
  } else if (action === 'done') {
    inLedger(() => queue.finish(messageId, { by, result: text }));
    board.markDone(id, { by, text });
  } else if (action === 'fail') {
    inLedger(() => queue.fail(messageId, { by, reason: clip(text) }));
    board.markFailed(id, { by, text });
  } else if (action === 'block') board.block(id, { by, reason: text });
  else if (action === 'unblock') board.unblock(id);
  else if (action === 'reopen') {
    if (task.handedOutAt !== null || task.outcome !== null) withdraw(`${by} has opened the task again`);
    board.reopen(id);
  } else if (assignee !== undefined) {
    if (takesBack && holderOf(task, assignee) !== null) withdraw(`${by} gave the task to ${assignee}`);
    board.assign(id, assignee, { takesBack });
  }
}

/** Who has an open task in hand that is to be another one's. */
export function holderOf({ assignee, handedOutAt, outcome }: Task, next: string | undefined): string | null {
  return outcome === null && handedOutAt !== null && assignee !== next ? assignee : null;
}

/** A message that was cancelled, or ended in other words before, does not keep the board from the new word. */
export function unlessEnded(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!isOrcError(error, 'ORC_QUEUE_WRONG_STATE')) throw error;
  }
}

const REASON_BYTES_MAX = 4_096;

/** As much of a reason as the ledger has room for; the board and the report have all of it. */
function clip(reason: string): string {
  if (Buffer.byteLength(reason) <= REASON_BYTES_MAX) return reason;
  const room = Buffer.from(reason).subarray(0, REASON_BYTES_MAX - Buffer.byteLength('…'));
  // As a stream, so that half a character at the end is left out.
  return `${new TextDecoder().decode(room, { stream: true })}…`;
}
