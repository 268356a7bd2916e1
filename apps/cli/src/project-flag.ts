import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { stringOption, type Arguments, type Option } from './command.ts';

/** `--project` as most commands take it. */
export const projectOption: Option = {
  type: 'string',
  describe: 'Name or path of the project; not needed while there is one only',
};

/** `--project` may be a name or a path: what exists on disk or looks like a path is one. */
export function projectFlag(args: Arguments, directory: string): { project?: string; path?: string } {
  const given = stringOption(args, 'project');
  if (given === undefined) return {};
  const isPath =
    given.includes('/') || given === '.' || given === '..' || existsSync(resolve(directory, given, '.git'));
  return isPath ? { path: resolve(directory, given) } : { project: given };
}
