import { OrcError } from '@orc/errors';
import type { MessageState } from './types.ts';

export const errors = {
  badConfig: (problems: readonly string[]) =>
    new OrcError('ORC_QUEUE_BAD_CONFIG', `The queue cannot be opened: ${problems.join('; ')}.`, { problems }),
  badInput: (field: string, value: unknown, expected: string) =>
    new OrcError('ORC_QUEUE_BAD_INPUT', `"${field}" must be ${expected}, but is ${show(value)}.`, {
      field,
      expected,
    }),
  badPriority: (value: unknown) =>
    new OrcError(
      'ORC_QUEUE_BAD_PRIORITY',
      `A priority is a whole number from 0 to 999, or one of low, normal, high, critical, system, re-brief; got ${show(value)}.`,
      { value },
    ),
  badText: (field: string, found: string) =>
    new OrcError(
      'ORC_QUEUE_BAD_TEXT',
      `"${field}" contains ${found}, which is no text. Send it as a file instead.`,
      {
        field,
        found,
      },
    ),
  emptyBody: () => new OrcError('ORC_QUEUE_EMPTY_BODY', 'A message needs a body with something in it.', {}),
  bodyTooLong: (bytes: number, bytesMax: number) =>
    new OrcError(
      'ORC_QUEUE_BODY_TOO_LONG',
      `The text has ${bytes} bytes, at most ${bytesMax} are allowed. Put it in a file and send its path.`,
      { bytes, bytesMax },
    ),
  selfSend: (agent: string) =>
    new OrcError('ORC_QUEUE_SELF_SEND', `${agent} cannot send a message to itself. Name another recipient.`, {
      agent,
    }),
  unknownRecipient: (recipient: string) =>
    new OrcError('ORC_QUEUE_UNKNOWN_RECIPIENT', `There is no recipient ${recipient}. Check the name.`, {
      recipient,
    }),
  unknownDependency: (id: string, dependency: string) =>
    new OrcError(
      'ORC_QUEUE_UNKNOWN_DEPENDENCY',
      `Message ${id} is to wait for ${dependency}, which does not exist. Send that one first, or in the same call.`,
      { id, dependency },
    ),
  dependencyCycle: (ids: readonly string[]) =>
    new OrcError(
      'ORC_QUEUE_DEPENDENCY_CYCLE',
      `These messages wait for each other: ${ids.join(' → ')}. Remove one link.`,
      {
        ids,
      },
    ),
  full: (recipient: string, depth: number, depthMax: number) =>
    new OrcError(
      'ORC_QUEUE_FULL',
      `${recipient} has ${depth} undelivered messages, the limit is ${depthMax}. Wait until some are read; only priority 50 and above, and a reply that it waits for, still pass.`,
      { recipient, depth, depthMax },
    ),
  idTaken: (id: string) =>
    new OrcError('ORC_QUEUE_ID_TAKEN', `Message ${id} exists with other content. Choose another id.`, { id }),
  unknownMessage: (id: string) =>
    new OrcError(
      'ORC_QUEUE_UNKNOWN_MESSAGE',
      `There is no message ${show(id)}. It was never sent, or was pruned.`,
      { id },
    ),
  leaseLost: (ids: readonly string[], worker: string) =>
    new OrcError(
      'ORC_QUEUE_LEASE_LOST',
      `${worker} no longer holds ${ids.join(', ')}. The lease ran out or was given up; lease again.`,
      { ids, worker },
    ),
  wrongState: (id: string, state: MessageState, action: string) =>
    new OrcError('ORC_QUEUE_WRONG_STATE', `Message ${id} is ${state}, so it cannot be ${action}.`, {
      id,
      state,
      action,
    }),
  cannotWatch: (directory: string, cause: unknown) =>
    new OrcError(
      'ORC_QUEUE_CANNOT_WATCH',
      `Changes in ${directory} cannot be watched. Check that it exists and that the limit of file watches is not used up.`,
      { directory },
      { cause },
    ),
  closed: (path: string) =>
    new OrcError('ORC_QUEUE_CLOSED', `The queue on ${path} is closed. Open it again.`, { path }),
} as const;

function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
