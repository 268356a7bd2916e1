import { OrcError } from '@orc/errors';

export const errors = {
  badState: (problem: string) =>
    new OrcError(
      'ORC_CREDITS_BAD_STATE',
      `What was kept about usage limits cannot be read: ${problem}. Forget it with "orc credits forget"; the next notice of a client brings it back.`,
      { problem },
    ),
  badTime: (name: string, value: unknown) =>
    new OrcError(
      'ORC_CREDITS_BAD_TIME',
      `Nothing was decided: ${name} is ${String(value)} and should be milliseconds since 1970. Correct the caller.`,
      { name, value },
    ),
} as const;
