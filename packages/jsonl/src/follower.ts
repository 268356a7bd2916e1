import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isErrno } from '@orc/errors';
import { parseLine, type JsonlLine } from './read.ts';

export type FollowedLine = JsonlLine;

/**
 * Reads what was added to a file since the last look. Costs one `stat` when nothing was. A last line
 * without its newline is kept until the newline comes; a file that shrank or was replaced is read from
 * its start again.
 */
export interface Follower {
  readonly path: string;
  /** The lines that were completed since the last call; none while the file does not exist. */
  poll(): FollowedLine[];
}

export interface FollowerOptions {
  /** Where to begin. `end` skips what the file holds at the first look. Default `start`. */
  readonly from?: 'start' | 'end';
}

interface Position {
  inode: number;
  offset: number;
  line: number;
  /** Bytes of a line whose newline has not come yet. */
  partial: Buffer;
}

const CHUNK_BYTES = 256 * 1024;

/** Opens nothing until the first `poll`, and holds no file open between two polls. */
export function createFollower(path: string, { from = 'start' }: FollowerOptions = {}): Follower {
  let position: Position | undefined;
  return {
    path,
    poll() {
      let file: number;
      try {
        file = openSync(path, 'r');
      } catch (error) {
        if (isErrno(error, 'ENOENT')) return [];
        throw error;
      }
      try {
        const { ino, size } = fstatSync(file);
        const isOther = position !== undefined && (position.inode !== ino || position.offset > size);
        if (position === undefined || isOther) {
          const offset = position === undefined && from === 'end' ? size : 0;
          position = { inode: ino, offset, line: 0, partial: Buffer.alloc(0) };
        }
        return position.offset === size ? [] : readLines(file, position);
      } finally {
        closeSync(file);
      }
    },
  };
}

function readLines(file: number, position: Position): FollowedLine[] {
  const lines: FollowedLine[] = [];
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (;;) {
    const bytes = readSync(file, chunk, 0, CHUNK_BYTES, position.offset);
    if (bytes === 0) return lines;
    position.offset += bytes;
    let rest = Buffer.concat([position.partial, chunk.subarray(0, bytes)]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      position.line += 1;
      const text = rest.toString('utf8', 0, end);
      if (text !== '') lines.push(parseLine(text, position.line));
      rest = rest.subarray(end + 1);
    }
    position.partial = Buffer.from(rest);
  }
}
