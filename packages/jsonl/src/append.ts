import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError, isErrno } from '@orc/errors';
import { errors } from './errors.ts';

const NEWLINE = 10;

/**
 * Adds one record as one line with one write, so that lines of several processes never mix. The file and its
 * directory are made when missing, readable by their owner only. A record that a full disk or a crash cut off
 * is left on a line of its own.
 *
 * @throws ORC_JSONL_CANNOT_APPEND, ORC_JSONL_NOT_JSON
 */
export function appendJsonl(path: string, record: unknown): void {
  const line = toLine(path, record);
  try {
    const file = openForAppend(path);
    try {
      writeWhole(file, Buffer.from(isLineOpen(file) ? `\n${line}` : line));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw errors.cannotAppend(path, error);
  }
}

function toLine(path: string, record: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(record);
  } catch (error) {
    throw errors.notJson(path, describeError(error), error);
  }
  if (json === undefined) throw errors.notJson(path, `it is ${typeof record}`, undefined);
  // JSON escapes control characters itself; these two are line ends to some readers, though not to JSON.
  return `${json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
}

function openForAppend(path: string): number {
  try {
    return openSync(path, 'a+', 0o600);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, 'a+', 0o600);
  }
}

/**
 * True when the file ends in the middle of a line. Another process may be writing that line right now; the
 * newline that is then added in front of ours makes an empty line, which every reader skips.
 */
function isLineOpen(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}

/** A disk that runs full takes a part and says nothing; only the attempt to write the rest fails. */
function writeWhole(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}
