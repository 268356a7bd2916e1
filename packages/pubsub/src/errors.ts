import { OrcError } from '@orc/errors';

export const errors = {
  invalid: (problems: readonly string[]) =>
    new OrcError('ORC_PUBSUB_INVALID', `Nothing was stored: ${problems.join('; ')}. Correct the call.`, {
      problems,
    }),
  unknownPublication: (ids: readonly string[]) =>
    new OrcError(
      'ORC_PUBSUB_UNKNOWN_PUBLICATION',
      `There is no publication ${ids.join(', ')}. See "orc read"; the oldest are gone when there are very many.`,
      { ids },
    ),
  idTaken: (id: string) =>
    new OrcError('ORC_PUBSUB_ID_TAKEN', `The id ${id} belongs to another publication. Take a new one.`, {
      id,
    }),
} as const;
