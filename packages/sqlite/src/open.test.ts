import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { openDatabase, type Database } from './index.ts';

function pragma(database: Database, name: string): unknown {
  return database.pragma(name, { simple: true });
}

/** A path in a fresh directory; whatever is opened there is closed before the directory goes. */
function makePath(): string {
  return join(makeTempDirectory(), 'orc.db');
}

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe('openDatabase', () => {
  it('makes commits that survive a power cut, and checks foreign keys', () => {
    const database = openDatabase({ path: makePath() });
    expect(pragma(database, 'journal_mode')).toBe('wal');
    expect(pragma(database, 'synchronous')).toBe(2);
    expect(pragma(database, 'foreign_keys')).toBe(1);
    expect(pragma(database, 'busy_timeout')).toBe(5_000);
    database.close();
  });

  it('makes files that only their owner can read', () => {
    const path = makePath();
    const database = openDatabase({ path });
    database.exec('CREATE TABLE t (x)');
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
    database.close();
  });

  it('leaves the permissions of a file that was there', () => {
    const path = makePath();
    openDatabase({ path }).close();
    chmodSync(path, 0o640);
    openDatabase({ path }).close();
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('keeps what was written', () => {
    const path = makePath();
    const first = openDatabase({ path });
    first.exec('CREATE TABLE t (x); INSERT INTO t VALUES (7)');
    first.close();
    const second = openDatabase({ path });
    expect(second.prepare('SELECT x FROM t').pluck().get()).toBe(7);
    second.close();
  });

  it('opens a database in memory', () => {
    const database = openDatabase({ path: ':memory:' });
    expect(database.prepare('SELECT 1').pluck().get()).toBe(1);
    database.close();
    expect(existsSync(':memory:')).toBe(false);
  });

  it('refuses a file that is no database, and leaves it as it was', () => {
    const path = makePath();
    const garbage = 'this is not a database at all. '.repeat(100);
    writeFileSync(path, garbage);
    expect(attempt(() => openDatabase({ path }))).toMatchObject({
      code: 'ORC_SQLITE_CORRUPT',
      details: { path },
    });
    expect(readFileSync(path, 'utf8')).toBe(garbage);
  });

  it('refuses a database whose schema is damaged', () => {
    const path = makePath();
    const database = openDatabase({ path });
    database.exec('CREATE TABLE t (x)');
    database.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(3900, 0xa5), 0, 3900, 100);
    closeSync(file);
    expect(attempt(() => openDatabase({ path }))).toMatchObject({ code: 'ORC_SQLITE_CORRUPT' });
  });

  it('takes an empty file for a new database', () => {
    const path = makePath();
    writeFileSync(path, '');
    openDatabase({ path }).close();
  });

  it('refuses a path that cannot hold a database', () => {
    const directory = makeTempDirectory();
    for (const path of [directory, join(directory, 'missing', 'orc.db')]) {
      expect(attempt(() => openDatabase({ path }))).toMatchObject({
        code: 'ORC_SQLITE_CANNOT_OPEN',
        details: { path },
      });
    }
  });
});

describe('opening for reading only', () => {
  it('reads, and refuses to write', () => {
    const path = makePath();
    const writer = openDatabase({ path });
    writer.exec('CREATE TABLE t (x); INSERT INTO t VALUES (7)');
    const reader = openDatabase({ path, readOnly: true });
    expect(reader.prepare('SELECT x FROM t').pluck().get()).toBe(7);
    expect(() => reader.exec('DELETE FROM t')).toThrow('readonly');
    reader.close();
    writer.close();
  });

  it('never makes a file', () => {
    const path = makePath();
    expect(attempt(() => openDatabase({ path, readOnly: true }))).toMatchObject({
      code: 'ORC_SQLITE_CANNOT_OPEN',
    });
    expect(existsSync(path)).toBe(false);
  });
});
