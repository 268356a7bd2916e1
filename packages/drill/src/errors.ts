import { OrcError } from '@orc/errors';

export const errors = {
  commandFailed: (words: readonly string[], exitCode: number | null, output: string) =>
    new OrcError(
      'ORC_DRILL_COMMAND_FAILED',
      `"orc ${words.join(' ')}" ended with ${exitCode}: ${output.trim()}`,
      {
        words,
        exitCode,
      },
    ),
  timedOut: (what: string, ms: number) =>
    new OrcError('ORC_DRILL_TIMED_OUT', `${what} did not happen within ${Math.round(ms / 1_000)} s.`, {
      what,
      ms,
    }),
  promiseBroken: (problem: string) =>
    new OrcError('ORC_DRILL_PROMISE_BROKEN', `orc did not keep its word: ${problem}.`, { problem }),
  unknownRow: (name: string, known: readonly string[]) =>
    new OrcError(
      'ORC_DRILL_UNKNOWN_ROW',
      `There is no row "${name}" in the drill. There are: ${known.join(', ')}.`,
      {
        name,
        known,
      },
    ),
} as const;
