import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { stringOption, type Arguments, type Option } from './command.ts';

/** `--project` as every command takes it that is about a project orc knows. */
export const projectOption: Option = {
  type: 'string',
  describe: 'Name or path of the project; not needed while there is one only',
};

/**
 * The same arguments with `--project` as the daemon understands it from anywhere: a name as it is, a path
 * made absolute. What exists on disk as a repository, or looks like a path, is one.
 */
export function withProject(args: Arguments, directory: string): Arguments {
  const given = stringOption(args, 'project');
  if (given === undefined) return args;
  const isPath =
    given.includes('/') || given === '.' || given === '..' || existsSync(resolve(directory, given, '.git'));
  return isPath ? { ...args, options: { ...args.options, project: resolve(directory, given) } } : args;
}
