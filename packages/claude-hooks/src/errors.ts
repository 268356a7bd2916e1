import { OrcError } from '@orc/errors';

export const errors = {
  badInput: (problem: string, excerpt: string, cause?: unknown) =>
    new OrcError(
      'ORC_CLAUDE_HOOKS_BAD_INPUT',
      `What a hook was given is no hook event: ${problem}. Nothing was delivered; the mail waits for the next event.`,
      { problem, excerpt },
      { cause },
    ),
  badSettings: (problem: string, path?: string, cause?: unknown) =>
    new OrcError(
      'ORC_CLAUDE_HOOKS_BAD_SETTINGS',
      `${path ?? 'The settings'} cannot be changed: ${problem}. Nothing was written; correct the file by hand first.`,
      { problem, ...(path !== undefined && { path }) },
      { cause },
    ),
  notRecognisable: (command: string) =>
    new OrcError(
      'ORC_CLAUDE_HOOKS_NOT_RECOGNISABLE',
      `Hooks that run ${command} could not be told from the user's own later. Run a file called orc-hook or orc-hook.cjs.`,
      { command },
    ),
  cannotWrite: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_CLAUDE_HOOKS_CANNOT_WRITE',
      `${path} could not be written and is as it was. Check the permissions of the directory and the free space.`,
      { path },
      { cause },
    ),
} as const;
