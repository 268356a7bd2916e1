import { OrcError } from '@orc/errors';

export const errors = {
  badInput: (field: string, value: unknown, expected: string) =>
    new OrcError(
      'ORC_SCHEDULER_BAD_INPUT',
      `Nothing was scheduled: ${field} is ${String(value)} and should be ${expected}.`,
      { field, value, expected },
    ),
  badCron: (expression: string, zone: string | null, problem: string) =>
    new OrcError(
      'ORC_SCHEDULER_BAD_CRON',
      `"${expression}"${zone === null ? '' : ` in the zone ${zone}`} is no schedule: ${problem}. Write minute, hour, day, month and weekday, such as "0 9 * * 1" for Monday at 9.`,
      { expression, zone },
    ),
  never: (expression: string) =>
    new OrcError(
      'ORC_SCHEDULER_NEVER',
      `"${expression}" never comes, so nothing was scheduled. Check day and month.`,
      { expression },
    ),
  unknownTarget: (target: string) =>
    new OrcError(
      'ORC_SCHEDULER_UNKNOWN_TARGET',
      `Nothing was scheduled: there is no ${target} that could be told. See who is there with "orc agent list".`,
      { target },
    ),
  nobodyFires: () =>
    new OrcError(
      'ORC_SCHEDULER_NOBODY_FIRES',
      'Nothing was scheduled: no living process would fire it. See why with "orc daemon logs", and start it again with "orc daemon restart".',
      {},
    ),
  unknownSchedule: (id: string) =>
    new OrcError(
      'ORC_SCHEDULER_UNKNOWN_SCHEDULE',
      `There is no schedule "${id}". "orc schedule list" shows the ones there are.`,
      { id },
    ),
} as const;
