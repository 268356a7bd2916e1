import { OrcError } from '@orc/errors';

export const errors = {
  badConfig: (problems: readonly string[]) =>
    new OrcError(
      'ORC_GIT_BAD_CONFIG',
      `These settings of the git monitor cannot be used: ${problems.join('; ')}. Correct them.`,
      { problems },
    ),
  failed: (directory: string, args: readonly string[], exitCode: number | null, stderr: string) =>
    new OrcError(
      'ORC_GIT_FAILED',
      `"git ${args.join(' ')}" failed in ${directory}: ${stderr.trim() || `exit code ${exitCode}`}. Solve what git says, then try again.`,
      { directory, args, exitCode, stderr },
    ),
} as const;
