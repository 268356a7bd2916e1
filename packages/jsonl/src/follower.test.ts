import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createFollower, type Follower } from './index.ts';

const LINE_BYTES_MAX = 64 * 1024 * 1024;

const makePath = () => join(makeTempDirectory(), 'log.jsonl');

/** The values of the lines that were completed since the last look; a damaged line as its text in brackets. */
function values(follower: Follower): unknown[] {
  return follower.poll().map((line) => (line.ok ? line.value : `[${line.text}]`));
}

describe('a follower', () => {
  it('gives each line once, with its number', () => {
    const path = makePath();
    const follower = createFollower(path);
    appendFileSync(path, '{"a":1}\n\n2\n');
    expect(follower.poll()).toEqual([
      { line: 1, ok: true, value: { a: 1 } },
      { line: 3, ok: true, value: 2 },
    ]);
    expect(follower.poll()).toEqual([]);
    appendFileSync(path, '3\n');
    expect(follower.poll()).toEqual([{ line: 4, ok: true, value: 3 }]);
  });

  it('waits for a file that does not exist yet', () => {
    const path = makePath();
    const follower = createFollower(path);
    expect(follower.path).toBe(path);
    expect(values(follower)).toEqual([]);
    appendFileSync(path, '1\n');
    expect(values(follower)).toEqual([1]);
  });

  it('keeps a line back until its newline comes, however many pieces it comes in', () => {
    const path = makePath();
    const follower = createFollower(path);
    for (const piece of ['{"tex', 't":"', 'long"', '}']) {
      appendFileSync(path, piece);
      expect(values(follower)).toEqual([]);
    }
    appendFileSync(path, '\n{"next":1}\n{"no');
    expect(values(follower)).toEqual([{ text: 'long' }, { next: 1 }]);
  });

  it('keeps a character whole whose bytes come apart', () => {
    const path = makePath();
    const follower = createFollower(path);
    for (const byte of Buffer.from('"€💡"\n')) {
      expect(values(follower)).toEqual([]);
      appendFileSync(path, Buffer.of(byte));
    }
    expect(values(follower)).toEqual(['€💡']);
  });

  it('reads a line that is longer than one read of the file, and a character on the seam', () => {
    const path = makePath();
    const follower = createFollower(path);
    // The quote makes every three-byte character fall across a boundary of some chunk.
    const long = '€'.repeat(300_000);
    appendFileSync(path, `${JSON.stringify(long)}\n1\n`);
    expect(values(follower)).toEqual([long, 1]);
  });

  it('leaves out a line that is too long for any record, and counts it', () => {
    const path = makePath();
    writeFileSync(path, '1\n');
    truncateSync(path, 2 + LINE_BYTES_MAX + 1);
    const follower = createFollower(path, { bytesMax: 1_000_000 });
    for (let look = 0; look < 100; look += 1) follower.poll();
    appendFileSync(path, '\n2\n');
    expect(follower.poll()).toEqual([
      { line: 2, ok: false, text: 'a line of more than 64 MiB, which was left out' },
      { line: 3, ok: true, value: 2 },
    ]);
  });

  it('reads the longest line there may be', () => {
    const path = makePath();
    const text = 'x'.repeat(LINE_BYTES_MAX - 2);
    writeFileSync(path, `"${text}"\n1\n`);
    const follower = createFollower(path);
    expect(follower.poll().map((line) => (line.ok ? line.value === text : line.text))).toEqual([true, false]);
  });

  it('reports a damaged line and goes on', () => {
    const path = makePath();
    const follower = createFollower(path);
    appendFileSync(path, '1\n{"cut\n2\n');
    expect(values(follower)).toEqual([1, '[{"cut]', 2]);
  });

  it('does not hide other errors of the system', () => {
    const path = makePath();
    writeFileSync(path, '');
    expect(() => createFollower(join(path, 'log.jsonl')).poll()).toThrow('ENOTDIR');
  });
});

describe('what is no regular file', () => {
  const makers = {
    'a pipe': (path: string) => void execFileSync('mkfifo', [path]),
    'a directory': (path: string) => mkdirSync(path),
    'a socket': async (path: string) => {
      const server = createServer().listen(path);
      await once(server, 'listening');
      onTeardown(() => void server.close());
    },
  };

  it.each(Object.entries(makers))('is waited for like one that does not exist: %s', async (_, make) => {
    const path = makePath();
    await make(path);
    const follower = createFollower(path);
    expect(values(follower)).toEqual([]);
    rmSync(path, { recursive: true });
    appendFileSync(path, '1\n');
    expect(values(follower)).toEqual([1]);
    rmSync(path);
    await make(path);
    expect(values(follower)).toEqual([]);
  });
});

describe('a follower that reads a little at a time', () => {
  it('gives the same lines, each once, and says whether there are more', () => {
    const path = makePath();
    const long = 'x'.repeat(25);
    appendFileSync(path, `1\n2\n3\n"${long}"\n4\n`);
    const follower = createFollower(path, { bytesMax: 10 });
    const looks = () => [values(follower), follower.hasMore];
    expect([looks(), looks(), looks(), looks()]).toEqual([
      [[1, 2, 3], true],
      [[], true],
      [[], true],
      [[long, 4], false],
    ]);
    appendFileSync(path, '5\n');
    expect(looks()).toEqual([[5], false]);
  });

  it('has no more when the file is gone or written anew in between', () => {
    const path = makePath();
    appendFileSync(path, '1\n2\n');
    const follower = createFollower(path, { bytesMax: 2 });
    expect([values(follower), follower.hasMore]).toEqual([[1], true]);
    writeFileSync(path, '3\n');
    expect([values(follower), follower.hasMore]).toEqual([[3], false]);
    appendFileSync(path, '4\n5\n');
    follower.poll();
    rmSync(path);
    expect([values(follower), follower.hasMore]).toEqual([[], false]);
  });
});

describe('a follower that begins at the end', () => {
  it('skips the lines that are there', () => {
    const path = makePath();
    appendFileSync(path, '1\n2\n');
    const follower = createFollower(path, { from: 'end' });
    expect(values(follower)).toEqual([]);
    appendFileSync(path, '3\n');
    expect(values(follower)).toEqual([3]);
  });

  it('does not skip a line that was still being written', () => {
    const path = makePath();
    appendFileSync(path, `1\n{"half":"${'x'.repeat(100_000)}`);
    const follower = createFollower(path, { from: 'end' });
    expect(values(follower)).toEqual([]);
    appendFileSync(path, '"}\n3\n');
    expect(values(follower)).toEqual([{ half: 'x'.repeat(100_000) }, 3]);
  });

  it('reads a file from its start that came after the first look', () => {
    const path = makePath();
    const follower = createFollower(path, { from: 'end' });
    expect(values(follower)).toEqual([]);
    appendFileSync(path, '1\n');
    expect(values(follower)).toEqual([1]);
  });

  it('reads the next file from its start when the first one is replaced', () => {
    const path = makePath();
    appendFileSync(path, '1\n');
    const follower = createFollower(path, { from: 'end' });
    follower.poll();
    renameSync(path, `${path}.1`);
    writeFileSync(path, '2\n');
    expect(values(follower)).toEqual([2]);
  });
});

describe('a file that changes under its follower', () => {
  it('is read from its start after it was made shorter', () => {
    const path = makePath();
    const follower = createFollower(path);
    appendFileSync(path, '1\n2\n3');
    expect(values(follower)).toEqual([1, 2]);
    truncateSync(path, 0);
    appendFileSync(path, '4\n');
    expect(values(follower)).toEqual([4]);
  });

  it('is read from its start after it was emptied, also when the emptying was seen', () => {
    const path = makePath();
    const follower = createFollower(path);
    appendFileSync(path, '1\n2');
    follower.poll();
    truncateSync(path, 0);
    expect(values(follower)).toEqual([]);
    appendFileSync(path, '3\n');
    expect(follower.poll()).toEqual([{ line: 1, ok: true, value: 3 }]);
  });

  it('is read from its start after rotation', () => {
    const path = makePath();
    const follower = createFollower(path);
    appendFileSync(path, '1\n');
    follower.poll();
    renameSync(path, `${path}.1`);
    expect(values(follower)).toEqual([]);
    appendFileSync(path, '2\n3\n');
    expect(values(follower)).toEqual([2, 3]);
  });

  it('is read from its start after another file took its place', () => {
    const path = makePath();
    const follower = createFollower(path);
    appendFileSync(path, '1\n');
    follower.poll();
    writeFileSync(`${path}.new`, '5\n6\n7\n');
    renameSync(`${path}.new`, path);
    expect(values(follower)).toEqual([5, 6, 7]);
  });

  it('is read from its start after it was written anew, though it is not shorter', () => {
    const path = makePath();
    const follower = createFollower(path);
    appendFileSync(path, '{"n":1}\n');
    follower.poll();
    writeFileSync(path, '{"n":2}\n{"n":3}\n');
    expect(values(follower)).toEqual([{ n: 2 }, { n: 3 }]);
    writeFileSync(path, '{"n":4}\n{"n":5}\n');
    expect(values(follower)).toEqual([{ n: 4 }, { n: 5 }]);
  });

  it('is read from its start after it was deleted and made again', () => {
    const path = makePath();
    const follower = createFollower(path);
    for (let round = 0; round < 20; round += 1) {
      appendFileSync(path, `{"round":${round}}\n{"more":${round}}\n`);
      expect(values(follower)).toEqual([{ round }, { more: round }]);
      rmSync(path);
    }
  });
});
