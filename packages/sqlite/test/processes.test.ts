import { join } from 'node:path';
import { openDatabase } from '../src/index.ts';
import { makeTempDirectory, startProgram, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';

const start = (name: string, path: string) =>
  startProgram(join(import.meta.dirname, 'programs', name), [path]);

/** Starts programs that wait for a word, and gives it to all of them at once. Returns what each one says. */
async function race(name: string, path: string, count: number) {
  const programs = Array.from({ length: count }, () => start(name, path));
  await Promise.all(programs.map((program) => program.readLine()));
  for (const program of programs) program.writeLine('go');
  return Promise.all(programs.map(async (program) => ({ program, said: await program.readLine() })));
}

describe('several processes that open a new database at once', () => {
  it('migrate it once, and all of them can work', async () => {
    for (let round = 0; round < 2; round += 1) {
      const path = join(makeTempDirectory(), 'orc.db');
      const said = (await race('migrate-at-once.ts', path, 5)).map((result) => result.said);
      expect(said.toSorted()).toEqual(['[1,2]', '[]', '[]', '[]', '[]']);
      const database = openDatabase({ path });
      expect(database.prepare('SELECT text FROM letters').pluck().all()).toEqual(['only one']);
      database.close();
    }
  });
});

describe('holdLock between processes', () => {
  it('gives the lock to exactly one of several that start at once', async () => {
    for (let round = 0; round < 2; round += 1) {
      const path = join(makeTempDirectory(), 'daemon.lock');
      const said = (await race('take-lock.ts', path, 5)).map((result) => result.said);
      expect(said.filter((text) => text === 'held')).toHaveLength(1);
      expect(said.filter((text) => text.startsWith('ORC_SQLITE_LOCK_HELD: '))).toHaveLength(4);
    }
  });

  it('is free again as soon as its holder was killed', async () => {
    const path = join(makeTempDirectory(), 'daemon.lock');
    const [holder] = await race('take-lock.ts', path, 1);
    expect(holder?.said).toBe('held');
    const [refused] = await race('take-lock.ts', path, 1);
    expect(refused?.said).toContain('ORC_SQLITE_LOCK_HELD');
    await holder?.program.kill('SIGKILL');
    const [next] = await race('take-lock.ts', path, 1);
    expect(next?.said).toBe('held');
  });
});

describe('a database whose writer is killed', () => {
  it('holds whole transactions only', async () => {
    const path = join(makeTempDirectory(), 'orc.db');
    const database = openDatabase({ path });
    database.exec('CREATE TABLE pairs (x)');
    const count = database.prepare('SELECT count(*) FROM pairs').pluck();
    const writer = start('write-for-ever.ts', path);
    await waitUntil(() => (count.get() as number) > 200);
    await writer.kill('SIGKILL');
    expect(database.prepare('SELECT sum(x) FROM pairs').pluck().get()).toBe(0);
    expect((count.get() as number) % 2).toBe(0);
    database.close();
  });
});
