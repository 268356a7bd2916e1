import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { findIntegrityProblems, openDatabase } from './index.ts';

function makeDatabase(): string {
  const path = join(makeTempDirectory(), 'orc.db');
  const database = openDatabase({ path });
  database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, x); CREATE INDEX by_x ON t (x)');
  const insert = database.prepare('INSERT INTO t (x) VALUES (?)');
  database.transaction(() => {
    for (let row = 0; row < 2_000; row += 1) insert.run(`row ${row}`);
  })();
  database.close();
  return path;
}

/** Writes rubbish over a part of the file, as a failing disk would. */
function damage(path: string, offset: number, bytes: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, offset);
  closeSync(file);
}

function problemsOf(path: string): string[] {
  const database = openDatabase({ path });
  try {
    return findIntegrityProblems(database);
  } finally {
    database.close();
  }
}

describe('findIntegrityProblems', () => {
  it('finds none in a sound database', () => {
    expect(problemsOf(makeDatabase())).toEqual([]);
  });

  it('finds damage in the middle of the file, even where it stops the check itself', () => {
    const path = makeDatabase();
    damage(path, 4 * 4096, 4096);
    expect(problemsOf(path)).not.toEqual([]);
  });

  it('finds a row that points at nothing', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    const database = openDatabase({ path });
    database.exec('CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a (id))');
    database.pragma('foreign_keys = OFF');
    database.exec('INSERT INTO b VALUES (99)');
    expect(findIntegrityProblems(database)).toEqual(['row 1 of b points at nothing']);
    database.close();
  });
});
