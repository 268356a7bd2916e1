import { OrcError } from '@orc/errors';

export const errors = {
  selfDependency: (role: string) =>
    new OrcError('ORC_ROUTING_SELF_DEPENDENCY', `${role} cannot wait for itself. Name other roles.`, {
      role,
    }),
  dependencyCycle: (roles: readonly string[]) =>
    new OrcError(
      'ORC_ROUTING_DEPENDENCY_CYCLE',
      `These roles would wait for each other: ${roles.join(' → ')}. Remove one of the links with "orc deps set".`,
      { roles },
    ),
  unknownStandup: (id: string) =>
    new OrcError(
      'ORC_ROUTING_UNKNOWN_STANDUP',
      `There is no standup ${id}. "orc standup show" prints the last one.`,
      {
        id,
      },
    ),
  badReport: (what: string) =>
    new OrcError('ORC_ROUTING_BAD_REPORT', `The report cannot be kept: ${what}. Nothing was written.`, {
      what,
    }),
} as const;
