import { OrcError } from '@orc/errors';

export const errors = {
  notFound: (file: string, cause: unknown) =>
    new OrcError(
      'ORC_PROCESS_NOT_FOUND',
      `The program "${file}" was not found. Install it, or put it on the PATH.`,
      { file },
      { cause },
    ),
  noDirectory: (file: string, cwd: string, cause: unknown) =>
    new OrcError(
      'ORC_PROCESS_NO_DIRECTORY',
      `The program "${file}" cannot be started in ${cwd}: there is no such directory.`,
      { file, cwd },
      { cause },
    ),
  failed: (file: string, args: readonly string[], exitCode: number | null, stderr: string) =>
    new OrcError(
      'ORC_PROCESS_FAILED',
      `"${file} ${args.join(' ')}" ended with ${exitCode === null ? 'a signal' : `exit code ${exitCode}`}: ${stderr.trim() || 'it printed no error'}`,
      { file, args, exitCode, stderr },
    ),
  timedOut: (file: string, args: readonly string[], timeoutMs: number) =>
    new OrcError(
      'ORC_PROCESS_TIMED_OUT',
      `"${file} ${args.join(' ')}" did not end within ${timeoutMs} ms and was killed.`,
      { file, args, timeoutMs },
    ),
  tooMuchOutput: (file: string, args: readonly string[], bytesMax: number) =>
    new OrcError(
      'ORC_PROCESS_TOO_MUCH_OUTPUT',
      `"${file} ${args.join(' ')}" printed more than ${bytesMax} bytes and was killed.`,
      { file, args, bytesMax },
    ),
} as const;
