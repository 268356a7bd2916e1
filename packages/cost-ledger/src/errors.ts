import { OrcError } from '@orc/errors';

export const errors = {
  invalid: (what: string, problem: string) =>
    new OrcError('ORC_COST_INVALID', `This ${what} cannot be kept: ${problem}. Correct the caller.`, {
      what,
      problem,
    }),
} as const;
