import { readFileSync } from 'node:fs';
import { isErrno, systemReason } from '@orc/errors';
import { errors } from './errors.ts';

/** Does what reads at a place that a person named. @throws ORC_CLI_NOT_READABLE with the system's reason */
export function readAt<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw systemReason(error) === undefined ? error : errors.notReadable(path, error);
  }
}

/** What stands in a file, or `undefined` where there is none. @throws ORC_CLI_NOT_READABLE */
export function readIfThere(path: string): string | undefined {
  return readAt(path, () => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  });
}
