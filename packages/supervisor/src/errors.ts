import { OrcError } from '@orc/errors';

export const errors = {
  badInput: (name: string, value: unknown, expected: string) =>
    new OrcError(
      'ORC_SUPERVISOR_BAD_INPUT',
      `Nothing was decided: ${name} is ${String(value)} and should be ${expected}. Correct the caller or the stored record.`,
      { name, value, expected },
    ),
} as const;

/** A time that is no number would slip through every comparison, and with it every limit. */
export function checkNumber(name: string, value: number, max = Number.MAX_SAFE_INTEGER): void {
  if (!(value >= 0 && value <= max)) throw errors.badInput(name, value, `a number from 0 to ${max}`);
}
