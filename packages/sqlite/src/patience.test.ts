import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase, translating, type Database } from './index.ts';

const TIMEOUT_MS = 120;

function open(path: string): Database {
  return openDatabase({ path, busyTimeoutMs: TIMEOUT_MS });
}

const timeoutOf = (database: Database) => database.pragma('busy_timeout', { simple: true });

/** A file with two connections of this process, and a stranger that holds its lock. */
function makeLocked() {
  const path = join(makeTempDirectory(), 'orc.db');
  const [one, two] = [open(path), open(path)];
  one.exec('CREATE TABLE t (x)');
  const stranger = new SqliteDatabase(path);
  stranger.exec('BEGIN IMMEDIATE');
  const write = (database: Database) => translating(path, () => database.exec('INSERT INTO t VALUES (1)'));
  const close = () => [one, two, stranger].forEach((each) => each.close());
  return { path, one, two, stranger, write, close };
}

describe('a file that another process holds', () => {
  it('is waited for in vain once, and not by every connection again', () => {
    const { one, two, write, close } = makeLocked();
    expect(timeoutOf(two)).toBe(TIMEOUT_MS);
    expect(() => write(one)).toThrow(expect.objectContaining({ code: 'ORC_SQLITE_BUSY' }));
    expect([one, two].map(timeoutOf)).toEqual([0, 0]);
    expect(() => write(two)).toThrow(expect.objectContaining({ code: 'ORC_SQLITE_BUSY' }));
    close();
  });

  it('is waited for again after its lock was seen to be gone', () => {
    const { one, two, stranger, write, close } = makeLocked();
    expect(() => write(one)).toThrow();
    stranger.exec('ROLLBACK');
    write(two);
    expect([one, two].map(timeoutOf)).toEqual([TIMEOUT_MS, TIMEOUT_MS]);
    close();
  });

  it('is read as before', () => {
    const { path, one, two, write, close } = makeLocked();
    expect(() => write(one)).toThrow();
    expect(translating(path, () => two.prepare('SELECT count(*) FROM t').pluck().get())).toBe(0);
    expect(timeoutOf(two)).toBe(0);
    close();
  });

  it('does not make a connection wait that is opened meanwhile', () => {
    const { path, one, write, close } = makeLocked();
    expect(() => write(one)).toThrow();
    const late = open(path);
    expect(timeoutOf(late)).toBe(0);
    late.close();
    close();
  });

  it('is forgotten with its last connection', () => {
    const { path, one, write, close } = makeLocked();
    expect(() => write(one)).toThrow();
    close();
    const next = open(path);
    expect(timeoutOf(next)).toBe(TIMEOUT_MS);
    next.close();
  });
});
