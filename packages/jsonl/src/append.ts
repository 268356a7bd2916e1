import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrno } from '@orc/errors';
import { errors } from './errors.ts';

/**
 * Adds one record as one line with one write, so that lines of several processes never mix. The file and
 * its directory are made when missing, readable by their owner only.
 *
 * @throws ORC_JSONL_CANNOT_APPEND
 */
export function appendJsonl(path: string, record: unknown): void {
  // JSON escapes control characters itself; these two are line ends to some readers, though not to JSON.
  const line = JSON.stringify(record).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  try {
    const file = openForAppend(path);
    try {
      writeSync(file, `${line}\n`);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw errors.cannotAppend(path, error);
  }
}

function openForAppend(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, 'a', 0o600);
  }
}
