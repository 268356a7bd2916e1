import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isErrno } from '@orc/errors';
import { createLineCollector, NEWLINE, parseLine, type JsonlLine } from './lines.ts';

const CHUNK_BYTES = 64 * 1024;

/**
 * Reads a whole file from its start, empty when it does not exist. A damaged line is reported and never hides
 * the rest. A name that ends in `.gz` is unpacked; a file that was packed since its name was found is found.
 */
export function* readJsonl(path: string): Generator<JsonlLine> {
  using file = openSource(path);
  if (!file) return;
  const collector = createLineCollector();
  for (let offset = 0; ;) {
    const chunk = file.read(offset, CHUNK_BYTES);
    if (chunk.length === 0) break;
    offset += chunk.length;
    yield* collector.add(chunk);
  }
  yield* collector.end();
}

/**
 * Reads a file from its end, and of an unpacked one only as much as is taken. What the file gets while it is
 * read is not seen.
 */
export function* readJsonlBackwards(path: string): Generator<JsonlLine> {
  using file = openSource(path);
  if (!file) return;
  let line = 0;
  // The pieces of the line whose start has not been read yet, the first one first.
  let pieces: Buffer[] = [];
  const take = (piece: Buffer): string => {
    const text = Buffer.concat([piece, ...pieces]).toString('utf8');
    pieces = [];
    return text;
  };
  for (let end = file.size; end > 0;) {
    const start = Math.max(0, end - CHUNK_BYTES);
    let rest = file.read(start, end - start);
    for (let at = rest.lastIndexOf(NEWLINE); at >= 0; at = rest.lastIndexOf(NEWLINE)) {
      const text = take(rest.subarray(at + 1));
      if (text !== '') yield parseLine(text, (line -= 1));
      rest = rest.subarray(0, at);
    }
    pieces.unshift(rest);
    end = start;
  }
  const text = take(Buffer.alloc(0));
  if (text !== '') yield parseLine(text, line - 1);
}

interface Source extends Disposable {
  readonly size: number;
  /** At most `length` bytes; fewer, and none at the end, when there are no more. */
  read(offset: number, length: number): Buffer;
}

function openSource(path: string): Source | undefined {
  if (path.endsWith('.gz')) return openPacked(path);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return openPacked(`${path}.gz`);
    throw error;
  }
  return {
    size: fstatSync(file).size,
    read(offset, length) {
      const bytes = Buffer.allocUnsafe(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

function openPacked(path: string): Source | undefined {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(readFileSync(path));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    [Symbol.dispose]: () => undefined,
  };
}
