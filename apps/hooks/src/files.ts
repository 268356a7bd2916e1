import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from './environment.ts';

const LOG_BYTES_MAX = 1_000_000;
/** Below every deadline, because no timer can end a loop that waits without leaving it. */
const RETRY_MS_MAX = 1_000;
const SPOOL_BYTES_MAX = 16_000_000;
/** Longer values are left out of the spool: a fact needs none of them, and a tool's output can be megabytes. */
const SPOOLED_VALUE_CHARACTERS_MAX = 4_000;

/** All of stdin. Synchronous, because Node's stream of it costs a tenth of the whole budget. */
export function readStdin(): Buffer {
  const chunks: Buffer[] = [];
  // Small, because most events are; one that fills it makes room for megabytes.
  let chunk = Buffer.allocUnsafe(4_096);
  for (;;) {
    const bytes = retrying(() => readSync(0, chunk, 0, chunk.length, null), 'EOF');
    if (bytes === 0) return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, bytes));
    chunk = Buffer.allocUnsafe(bytes < chunk.length ? 4_096 : 262_144);
  }
}

/** Writes all of the text to a descriptor of this process. False when nobody reads it any more. */
export function writeAll(descriptor: 1 | 2, text: string): boolean {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const bytes = retrying(() => writeSync(descriptor, rest), 'EPIPE');
    if (bytes === 0) return false;
    rest = rest.subarray(bytes);
  }
  return true;
}

/** Repeats what a descriptor in non-blocking mode refuses for the moment; 0 for the error that means the end. */
function retrying(action: () => number, endCode: string): number {
  const startedAt = Date.now();
  for (;;) {
    try {
      return action();
    } catch (error) {
      const code = codeOf(error);
      if (code === endCode) return 0;
      if (code !== 'EAGAIN' || Date.now() - startedAt > RETRY_MS_MAX) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

/** Adds a line to `logs/hooks.log`. Never throws: a full disk must not cost an agent its turn. */
export function log(environment: Environment, what: string, details: object = {}): void {
  const path = join(environment.home, 'logs', 'hooks.log');
  try {
    const { agent, mode } = environment;
    const record = { at: Date.now(), agent, mode, what, ...details };
    if (append(path, record, LOG_BYTES_MAX)) return;
    renameSync(path, `${path}.1`);
    append(path, record, LOG_BYTES_MAX);
  } catch {
    // There is nowhere left to say it.
  }
}

/** Keeps an event for the daemon that is not there or cannot take it; it takes the file away when it comes back. */
export function spool(environment: Environment, input: Readonly<Record<string, unknown>>): void {
  const path = join(environment.home, 'spool', 'hooks.jsonl');
  const slim = Object.entries(input).map(([key, value]) =>
    JSON.stringify(value).length > SPOOLED_VALUE_CHARACTERS_MAX ? [key, null] : [key, value],
  );
  const { agent, clientPid } = environment;
  const record = { at: Date.now(), agent, clientPid, input: Object.fromEntries(slim) as object };
  if (!append(path, record, SPOOL_BYTES_MAX)) log(environment, 'the spool is full: the event was dropped');
}

/**
 * Adds one line with one write, so that lines of several processes never mix. Makes a directory inside an
 * existing home only. False, and nothing written, when the file is longer than it may be.
 *
 * Whoever takes the file away may have read it before the line was there: then it is written again, once. A line
 * that is read twice does no harm.
 */
function append(path: string, record: object, bytesMax: number, isAgain = false): boolean {
  const file = openForAppend(path);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Error(`${path} is no regular file`);
    if (stat.size > bytesMax) return false;
    writeSync(file, `${JSON.stringify(record)}\n`);
    if (isAgain || statSync(path, { throwIfNoEntry: false })?.ino === stat.ino) return true;
  } finally {
    closeSync(file);
  }
  return append(path, record, bytesMax, true);
}

// Without the last one, opening a pipe waits for somebody who reads from it, and no timer can end that.
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

function openForAppend(path: string): number {
  try {
    return openSync(path, APPEND, 0o600);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { mode: 0o700 });
    return openSync(path, APPEND, 0o600);
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
