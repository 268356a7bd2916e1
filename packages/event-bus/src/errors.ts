import { OrcError } from '@orc/errors';

export const errors = {
  badType: (type: string) =>
    new OrcError(
      'ORC_EVENTS_BAD_TYPE',
      `"${type}" is no event type. A type is a noun and what happened to it: message.seen.`,
      { type },
    ),
  closed: (type: string) =>
    new OrcError('ORC_EVENTS_CLOSED', `The bus is closed; ${type} was not published.`, { type }),
} as const;
