import { OrcError } from '@orc/errors';

export const errors = {
  unknownRule: (id: string, known: readonly string[]) =>
    new OrcError('ORC_RULES_UNKNOWN_RULE', `There is no rule "${id}". See them with "orc rules list".`, {
      id,
      known,
    }),
  unknownViolation: (id: string) =>
    new OrcError(
      'ORC_RULES_UNKNOWN_VIOLATION',
      `There is no violation "${id}". See them with "orc violations".`,
      { id },
    ),
  badFact: (problem: string) =>
    new OrcError('ORC_RULES_BAD_FACT', `Nothing was judged: ${problem}.`, { problem }),
} as const;
