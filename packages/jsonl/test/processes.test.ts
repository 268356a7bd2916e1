import { join } from 'node:path';
import { makeTempDirectory, startProgram, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createFollower, readJsonl } from '../src/index.ts';

interface Entry {
  readonly writer: string;
  readonly n: number;
  readonly text: string;
}

const COUNT = 300;
const writers = ['a', 'b', 'c', 'd'];

describe('four processes that append to one file', () => {
  it('never mix their lines, keep their order, and a follower sees every line once', async () => {
    const path = join(makeTempDirectory(), 'log.jsonl');
    const program = join(import.meta.dirname, 'programs', 'append-many.ts');
    const started = writers.map((writer) => startProgram(program, [path, writer, String(COUNT)]));
    await Promise.all(started.map((writer) => writer.readLine()));

    const follower = createFollower(path);
    const followed: unknown[] = [];
    for (const writer of started) writer.writeLine('go');
    await waitUntil(
      () => {
        followed.push(...follower.poll());
        return followed.length >= COUNT * writers.length;
      },
      { timeoutMs: 25_000 },
    );
    for (const writer of started) expect((await writer.ended).stderr).toBe('');

    const lines = [...readJsonl(path)];
    expect(lines.filter((line) => !line.ok)).toEqual([]);
    expect(followed).toEqual(lines);
    const entries = lines.map((line) => (line.ok ? (line.value as Entry) : undefined));
    for (const writer of writers) {
      const own = entries.filter((entry) => entry?.writer === writer);
      expect(own.map((entry) => entry?.n)).toEqual(Array.from({ length: COUNT }, (_, n) => n));
      expect(own.every((entry) => entry?.text === writer.repeat(entry?.text.length ?? 0))).toBe(true);
    }
  });
});
