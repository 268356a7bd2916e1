import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isErrno } from '@orc/errors';
import { parseLine, type JsonlLine } from './read.ts';

export type FollowedLine = JsonlLine;

/**
 * Reads what was added to a file since the last look. Costs one small read when nothing was. A last line
 * without its newline is kept until the newline comes. A file that shrank, was replaced or was written anew is
 * read from its start again; it is known by its inode, its size and the last bytes that were read.
 */
export interface Follower {
  readonly path: string;
  /** Follows the same file under its new name: what was read is not read again. */
  moveTo(path: string): void;
  /** The lines that were completed since the last call; none while the file does not exist. */
  poll(): FollowedLine[];
}

export interface FollowerOptions {
  /**
   * Where to begin. `end` skips the whole lines that the file holds at the first look; line numbers then
   * count from there. Default `start`.
   */
  readonly from?: 'start' | 'end';
}

interface Position {
  readonly inode: number;
  offset: number;
  line: number;
  /** Bytes of a line whose newline has not come yet. */
  partial: Buffer;
  /** The bytes just before `offset`. */
  tail: Buffer;
}

const CHUNK_BYTES = 256 * 1024;
const TAIL_BYTES = 256;
const NEWLINE = 10;

/** Opens nothing until the first `poll`, and holds no file open between two polls. */
export function createFollower(firstPath: string, { from = 'start' }: FollowerOptions = {}): Follower {
  let path = firstPath;
  let position: Position | undefined;
  let isFirstLook = true;
  return {
    get path() {
      return path;
    },
    moveTo(newPath) {
      path = newPath;
    },
    poll() {
      const skipsLines = isFirstLook && from === 'end';
      const file = openExisting(path);
      isFirstLook = false;
      if (file === undefined) {
        // A later file with this name may get the same inode.
        position = undefined;
        return [];
      }
      try {
        const { ino, size } = fstatSync(file);
        if (!position || !isSameFile(file, position, ino, size))
          position = startAt(file, ino, skipsLines ? findLastLineEnd(file, size) : 0);
        return position.offset === size ? [] : readLines(file, position);
      } finally {
        closeSync(file);
      }
    },
  };
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function startAt(file: number, inode: number, offset: number): Position {
  const tail = readAt(file, Math.max(0, offset - TAIL_BYTES), Math.min(offset, TAIL_BYTES));
  return { inode, offset, line: 0, partial: Buffer.alloc(0), tail };
}

function isSameFile(file: number, position: Position, inode: number, size: number): boolean {
  if (position.inode !== inode || position.offset > size) return false;
  const { tail, offset } = position;
  return readAt(file, offset - tail.length, tail.length).equals(tail);
}

/** The offset just after the last newline, or 0. */
function findLastLineEnd(file: number, size: number): number {
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const index = readAt(file, start, end - start).lastIndexOf(NEWLINE);
    if (index >= 0) return start + index + 1;
    end = start;
  }
  return 0;
}

function readAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
}

function readLines(file: number, position: Position): FollowedLine[] {
  const lines: FollowedLine[] = [];
  for (;;) {
    const chunk = readAt(file, position.offset, CHUNK_BYTES);
    if (chunk.length === 0) return lines;
    position.offset += chunk.length;
    position.tail = Buffer.from(Buffer.concat([position.tail, chunk]).subarray(-TAIL_BYTES));
    let rest = Buffer.concat([position.partial, chunk]);
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      position.line += 1;
      const text = rest.toString('utf8', 0, end);
      if (text !== '') lines.push(parseLine(text, position.line));
      rest = rest.subarray(end + 1);
    }
    position.partial = Buffer.from(rest);
  }
}
