import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { errors } from './errors.ts';

/**
 * The absolute path of a program, which a process with another PATH can be given: a bare name is looked up on
 * PATH, anything with a slash from the current directory.
 *
 * @throws ORC_CLI_NO_PROGRAM
 */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string {
  const candidates = name.includes('/')
    ? [resolve(name)]
    : path.split(delimiter).map((each) => join(each, name));
  const found = candidates.find(isProgram);
  if (found === undefined) throw errors.noProgram(name);
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
