import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isErrno } from '@orc/errors';
import { createLineCollector, NEWLINE, type JsonlLine, type LineCollector } from './lines.ts';

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
  /** The lines that were completed since the last call; none while there is no regular file. */
  poll(): FollowedLine[];
  /** The last poll ended at `bytesMax`: there is more to read at once. */
  readonly hasMore: boolean;
}

export interface FollowerOptions {
  /**
   * Where to begin. `end` skips the whole lines that the file holds at the first look; line numbers then
   * count from there. Default `start`.
   */
  readonly from?: 'start' | 'end';
  /** So much is read by one poll at most, though not always so much as a line. Default: all there is. */
  readonly bytesMax?: number;
}

interface Position {
  readonly inode: number;
  offset: number;
  readonly collector: LineCollector;
  /** The bytes just before `offset`. */
  tail: Buffer;
}

const CHUNK_BYTES = 256 * 1024;
const TAIL_BYTES = 256;

/** Opens nothing until the first `poll`, and holds no file open between two polls. */
export function createFollower(
  firstPath: string,
  { from = 'start', bytesMax = Number.POSITIVE_INFINITY }: FollowerOptions = {},
): Follower {
  let path = firstPath;
  let position: Position | undefined;
  let isFirstLook = true;
  let hasMore = false;
  return {
    get path() {
      return path;
    },
    get hasMore() {
      return hasMore;
    },
    moveTo(newPath) {
      path = newPath;
    },
    poll() {
      const skipsLines = isFirstLook && from === 'end';
      hasMore = false;
      const file = openExisting(path);
      isFirstLook = false;
      if (file === undefined) {
        // A later file with this name may get the same inode.
        position = undefined;
        return [];
      }
      try {
        const stat = fstatSync(file);
        if (!stat.isFile()) {
          position = undefined;
          return [];
        }
        const { ino, size } = stat;
        if (!position || !isSameFile(file, position, ino, size))
          position = startAt(file, ino, skipsLines ? findLastLineEnd(file, size) : 0);
        const lines = position.offset === size ? [] : readLines(file, position, bytesMax);
        hasMore = position.offset < size;
        return lines;
      } finally {
        closeSync(file);
      }
    },
  };
}

function openExisting(path: string): number | undefined {
  try {
    // Without the flag, opening a pipe waits for somebody who writes to it, and the whole process with it.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    // The second is what a socket answers.
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENXIO')) return undefined;
    throw error;
  }
}

function startAt(file: number, inode: number, offset: number): Position {
  const tail = readAt(file, Math.max(0, offset - TAIL_BYTES), Math.min(offset, TAIL_BYTES));
  return { inode, offset, collector: createLineCollector(), tail };
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

function readLines(file: number, position: Position, bytesMax: number): FollowedLine[] {
  const lines: FollowedLine[] = [];
  const end = position.offset + bytesMax;
  while (position.offset < end) {
    const chunk = readAt(file, position.offset, Math.min(CHUNK_BYTES, end - position.offset));
    if (chunk.length === 0) break;
    position.offset += chunk.length;
    position.tail = Buffer.from(Buffer.concat([position.tail, chunk]).subarray(-TAIL_BYTES));
    for (const line of position.collector.add(chunk)) lines.push(line);
  }
  return lines;
}
