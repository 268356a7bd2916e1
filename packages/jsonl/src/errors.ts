import { OrcError } from '@orc/errors';

export const errors = {
  cannotAppend: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_JSONL_CANNOT_APPEND',
      `Nothing could be added to ${path}. Check the disk's free space and the directory's permissions.`,
      { path },
      { cause },
    ),
  notJson: (path: string, why: string, cause: unknown) =>
    new OrcError(
      'ORC_JSONL_NOT_JSON',
      `A record for ${path} cannot be written as JSON: ${why}. Nothing was written; give it plain data.`,
      { path },
      { cause },
    ),
} as const;
