import { OrcError } from '@orc/errors';

export const errors = {
  notALinkedWorktree: (path: string) =>
    new OrcError(
      'ORC_GITHOOKS_NOT_A_LINKED_WORKTREE',
      `${path} is no linked worktree, and hooks are never put into a checkout that a person made. Nothing was changed.`,
      { path },
    ),
  gitFailed: (args: readonly string[], exitCode: number | null, stderr: string) =>
    new OrcError(
      'ORC_GITHOOKS_GIT_FAILED',
      `git ${args.join(' ')} ended with ${exitCode ?? 'a signal'}: ${stderr.trim() || 'it said nothing'}. The repository's own hooks go on as before.`,
      { args, exitCode, stderr },
    ),
} as const;
