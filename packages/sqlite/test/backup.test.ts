import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backupDatabase, findIntegrityProblems, openDatabase, type Database } from '../src/index.ts';
import { makeTempDirectory, startProgram, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';

/** A database of a few megabytes, so that a copy takes more than one step. */
function makeDatabase(directory: string): Database {
  const database = openDatabase({ path: join(directory, 'orc.db') });
  database.exec('CREATE TABLE pairs (x); CREATE TABLE ballast (b)');
  const insert = database.prepare('INSERT INTO ballast VALUES (randomblob(4000))');
  database.transaction(() => {
    for (let row = 0; row < 2_000; row += 1) insert.run();
  })();
  return database;
}

function look(path: string) {
  const copy = openDatabase({ path });
  const sum = copy.prepare('SELECT coalesce(sum(x), 0) FROM pairs').pluck().get();
  const rows = copy.prepare('SELECT count(*) FROM pairs').pluck().get() as number;
  const problems = findIntegrityProblems(copy);
  copy.close();
  return { sum, rows, problems };
}

describe('backupDatabase', () => {
  it('copies everything that was committed, for its owner only', async () => {
    const directory = makeTempDirectory();
    const database = makeDatabase(directory);
    database.exec('INSERT INTO pairs VALUES (5), (-5)');
    await backupDatabase(database, join(directory, 'copy.db'));
    expect(statSync(join(directory, 'copy.db')).mode & 0o777).toBe(0o600);
    expect(look(join(directory, 'copy.db'))).toEqual({ sum: 0, rows: 2, problems: [] });
    database.close();
  });

  it('copies a whole state while another process never stops writing', async () => {
    const directory = makeTempDirectory();
    const database = makeDatabase(directory);
    const writer = startProgram(join(import.meta.dirname, 'programs', 'write-for-ever.ts'), [database.name]);
    await writer.readLine();
    await backupDatabase(database, join(directory, 'copy.db'));
    const copied = look(join(directory, 'copy.db'));
    expect(copied).toMatchObject({ sum: 0, problems: [] });
    expect(copied.rows).toBeGreaterThan(0);
    // The writer was not held up: it goes on.
    const count = database.prepare('SELECT count(*) FROM pairs').pluck();
    await waitUntil(() => (count.get() as number) > copied.rows + 20);
    database.close();
  });

  it('can be called twice at once for one target', async () => {
    const directory = makeTempDirectory();
    const database = makeDatabase(directory);
    const target = join(directory, 'copy.db');
    await Promise.all([backupDatabase(database, target), backupDatabase(database, target)]);
    expect(look(target).problems).toEqual([]);
    database.close();
  });

  it('replaces an older copy together with what belonged to it', async () => {
    const directory = makeTempDirectory();
    const database = makeDatabase(directory);
    const target = join(directory, 'copy.db');
    writeFileSync(target, 'old');
    writeFileSync(`${target}-wal`, 'pages of the old copy');
    await backupDatabase(database, target);
    expect(existsSync(`${target}-wal`)).toBe(false);
    expect(look(target).problems).toEqual([]);
    database.close();
  });

  it('leaves the older copy, and nothing else, when the disk is not there', async () => {
    const directory = makeTempDirectory();
    const database = makeDatabase(directory);
    const target = join(directory, 'missing', 'copy.db');
    await expect(backupDatabase(database, target)).rejects.toMatchObject({
      code: 'ORC_SQLITE_CANNOT_OPEN',
      details: { path: target },
    });
    mkdirSync(join(directory, 'taken'));
    await expect(backupDatabase(database, join(directory, 'taken'))).rejects.toThrow();
    expect(readdirSync(directory).filter((name) => name.includes('partial'))).toEqual([]);
    database.close();
  });
});
