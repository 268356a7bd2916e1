import type { Call } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';

export type TaskAction = Call<'changeTask'>['params']['action'];

export interface TaskChange {
  readonly id: string;
  readonly action: TaskAction;
  readonly by: string;
  readonly text: string;
  readonly assignee: string | undefined;
}

/** Changes a task on the board and its message in the ledger, where the task's timing is read from. */
export function changeTask(
  { board, queue }: Pick<Parts, 'board' | 'queue'>,
  { id, action, by, text, assignee }: TaskChange,
): void {
  const { messageId } = board.get(id);
  const message = queue.find(messageId);
  if (action === 'start') {
    board.markStarted(id, { by });
    if (message) queue.start(messageId, by);
  } else if (action === 'done') {
    board.markDone(id, { by, text });
    if (message) queue.finish(messageId, { by, result: text });
  } else if (action === 'fail') {
    board.markFailed(id, { by, text });
    if (message) queue.fail(messageId, { by, reason: text });
  } else if (action === 'block') board.block(id, { by, reason: text });
  else if (action === 'unblock') board.unblock(id);
  else if (action === 'reopen') board.reopen(id);
  else if (assignee !== undefined) board.assign(id, assignee);
}
