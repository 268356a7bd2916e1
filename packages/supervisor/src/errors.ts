import { OrcError } from '@orc/errors';

export const errors = {
  badInput: (name: string, value: unknown, expected: string) =>
    new OrcError(
      'ORC_SUPERVISOR_BAD_INPUT',
      `Nothing was decided: ${name} is ${String(value)} and should be ${expected}. Correct the caller or the stored record.`,
      { name, value, expected },
    ),
} as const;
