import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import {
  createFollower,
  listDayFiles,
  openDayLog,
  readJsonl,
  rotateDayFiles,
  type RotationPolicy,
} from './index.ts';

const NOON = Date.UTC(2030, 0, 2, 12);
const DAY = 86_400_000;
const HOUR = 3_600_000;
const policy: RotationPolicy = { fileBytesMax: 1_000, daysMax: 30, totalBytesMax: 1_000_000 };

const names = (directory: string) => readdirSync(directory).sort();

/** A file of so many bytes, last written at that time. */
function makeFile(directory: string, name: string, { bytes = 20, at = NOON } = {}): string {
  const path = join(directory, name);
  writeFileSync(path, `${JSON.stringify('x'.repeat(bytes - 3))}\n`);
  utimesSync(path, at / 1000, at / 1000);
  return path;
}

describe('rotation of day files', () => {
  it('closes a file that is too large, and packs it once nobody can still write to it', async () => {
    const directory = makeTempDirectory();
    makeFile(directory, '2030-01-02.jsonl', { bytes: 1_000 });
    const first = await rotateDayFiles(directory, policy, NOON + 1_000);
    expect(first).toEqual({ closed: [join(directory, '2030-01-02.1.jsonl')], packed: [], removed: [] });
    openDayLog({ directory }).append(NOON, 'next');
    const second = await rotateDayFiles(directory, policy, NOON + HOUR);
    expect(second.packed).toEqual([join(directory, '2030-01-02.1.jsonl.gz')]);
    expect(names(directory)).toEqual(['2030-01-02.1.jsonl.gz', '2030-01-02.jsonl']);
    const packed = readFileSync(join(directory, '2030-01-02.1.jsonl.gz'));
    expect(gunzipSync(packed).toString()).toHaveLength(1_000);
    expect([...readJsonl(join(directory, '2030-01-02.1.jsonl.gz'))]).toHaveLength(1);
  });

  it('closes yesterday, and gives a late line of it a part of its own', async () => {
    const directory = makeTempDirectory();
    makeFile(directory, '2030-01-01.jsonl', { at: NOON - DAY });
    makeFile(directory, '2030-01-02.jsonl');
    await rotateDayFiles(directory, policy, NOON + HOUR);
    expect(names(directory)).toEqual(['2030-01-01.1.jsonl.gz', '2030-01-02.jsonl']);
    makeFile(directory, '2030-01-01.jsonl', { at: NOON });
    await rotateDayFiles(directory, policy, NOON + HOUR);
    expect(listDayFiles(directory).map(({ day, part, isPacked }) => [day, part, isPacked])).toEqual([
      ['2030-01-01', 1, true],
      ['2030-01-01', 2, true],
      ['2030-01-02', Number.POSITIVE_INFINITY, false],
    ]);
  });

  it('removes what is too old, and the oldest when there is too much, but never what is written to', async () => {
    const directory = makeTempDirectory();
    makeFile(directory, '2029-12-01.1.jsonl');
    for (const part of [1, 2, 3]) makeFile(directory, `2030-01-01.${part}.jsonl`, { bytes: 400 });
    makeFile(directory, '2030-01-02.jsonl', { bytes: 900 });
    const { removed } = await rotateDayFiles(directory, { ...policy, totalBytesMax: 1_400 }, NOON + 1_000);
    expect(removed).toEqual([
      join(directory, '2029-12-01.1.jsonl'),
      join(directory, '2030-01-01.1.jsonl'),
      join(directory, '2030-01-01.2.jsonl'),
    ]);
    await rotateDayFiles(directory, { ...policy, totalBytesMax: 1 }, NOON + 1_000);
    expect(names(directory)).toEqual(['2030-01-02.jsonl']);
  });

  it('cleans up after one that was killed, and counts nothing twice', async () => {
    const directory = makeTempDirectory();
    makeFile(directory, '2030-01-01.1.jsonl');
    writeFileSync(join(directory, '2030-01-01.1.jsonl.gz'), 'whole');
    writeFileSync(join(directory, '2030-01-01.2.jsonl.packing'), 'half');
    expect(listDayFiles(directory)).toHaveLength(1);
    await rotateDayFiles(directory, policy, NOON + HOUR);
    expect(names(directory)).toEqual(['2030-01-01.1.jsonl.gz']);
    expect([...readJsonl(join(directory, '2030-01-01.1.jsonl'))]).toHaveLength(1);
  });

  it('loses no line for a follower that moves with the file', async () => {
    const directory = makeTempDirectory();
    // What was just written is not packed yet.
    const now = Date.now();
    const log = openDayLog({ directory });
    const follower = createFollower(log.pathFor(now));
    const seen: unknown[] = [];
    const poll = () => seen.push(...follower.poll().map((line) => line.ok && line.value));
    log.append(now, 1);
    poll();
    log.append(now, 2);
    const { closed } = await rotateDayFiles(directory, { ...policy, fileBytesMax: 1 }, now);
    log.append(now, 3);
    follower.moveTo(closed[0] ?? '');
    poll();
    expect(seen).toEqual([1, 2]);
  });

  it('has nothing to do where nothing is', async () => {
    const directory = join(makeTempDirectory(), 'none');
    expect(await rotateDayFiles(directory, policy, NOON)).toEqual({ closed: [], packed: [], removed: [] });
  });
});
