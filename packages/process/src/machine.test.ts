import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { readMachine } from './index.ts';

const MEBIBYTE = 1024 * 1024;

function makeSystem(files: Readonly<Record<string, string>>): { proc: string; groups: string } {
  const directory = makeTempDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return { proc: join(directory, 'proc'), groups: join(directory, 'groups') };
}

const meminfo = 'MemTotal:        4194304 kB\nMemFree:   1024 kB\nMemAvailable:    2097152 kB\n';
const own = { 'proc/meminfo': meminfo, 'proc/loadavg': '3.25 2.00 1.00 2/800 4711\n' };

describe('readMachine', () => {
  it('reads this machine', () => {
    const { memory, load } = readMachine();
    expect(memory?.totalBytes).toBeGreaterThan(memory?.availableBytes ?? Number.POSITIVE_INFINITY);
    expect(memory?.availableBytes).toBeGreaterThan(0);
    expect(load?.cores).toBe(availableParallelism());
  });

  it('says what the kernel says of memory and load', () => {
    expect(readMachine(makeSystem(own))).toEqual({
      memory: { totalBytes: 4_096 * MEBIBYTE, availableBytes: 2_048 * MEBIBYTE },
      load: { average: 3.25, cores: availableParallelism() },
    });
  });

  it('says in a container what is left of the container, its cache not counted', () => {
    const system = makeSystem({
      ...own,
      'proc/self/cgroup': '0::/box/inner\n',
      'groups/box/memory.max': `${1_000 * MEBIBYTE}\n`,
      'groups/box/memory.current': `${700 * MEBIBYTE}\n`,
      'groups/box/memory.stat': `anon 1\ninactive_file ${100 * MEBIBYTE}\nactive_file ${50 * MEBIBYTE}\n`,
      'groups/box/inner/memory.max': 'max\n',
      'groups/box/inner/memory.current': '5\n',
    });
    expect(readMachine(system).memory).toEqual({
      totalBytes: 1_000 * MEBIBYTE,
      availableBytes: 450 * MEBIBYTE,
    });
  });

  it('knows nothing where nothing is said', () => {
    expect(readMachine(makeSystem({}))).toEqual({ memory: null, load: null });
    expect(readMachine(makeSystem({ 'proc/meminfo': 'MemTotal: lots\n' })).memory).toBeNull();
  });
});
