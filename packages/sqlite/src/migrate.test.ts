import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { migrate, openDatabase, type Migration } from './index.ts';

const first: Migration = { id: 1, sql: 'CREATE TABLE letters (text TEXT)' };
const second: Migration = {
  id: 2,
  sql: 'ALTER TABLE letters ADD COLUMN seen INTEGER; CREATE INDEX by_seen ON letters (seen)',
};
const breaking: Migration = { id: 2, sql: 'ALTER TABLE letters RENAME COLUMN text TO body', breaking: true };

function open() {
  const database = openDatabase({ path: join(makeTempDirectory(), 'orc.db') });
  return { database, [Symbol.dispose]: () => void database.close() };
}

describe('migrate', () => {
  it('applies what is missing, in order, once', () => {
    using opened = open();
    expect(migrate(opened.database, 'post', [first])).toEqual([1]);
    expect(migrate(opened.database, 'post', [first, second])).toEqual([2]);
    expect(migrate(opened.database, 'post', [first, second])).toEqual([]);
    opened.database.exec("INSERT INTO letters (text, seen) VALUES ('hello', 1)");
  });

  it('keeps the libraries of one file apart', () => {
    using opened = open();
    expect(migrate(opened.database, 'post', [first])).toEqual([1]);
    expect(migrate(opened.database, 'tasks', [{ id: 1, sql: 'CREATE TABLE tasks (x)' }])).toEqual([1]);
  });

  it('applies all or nothing', () => {
    using opened = open();
    const broken: Migration = { id: 2, sql: 'CREATE TABLE half (x); CREATE TABLE half (x)' };
    expect(() => migrate(opened.database, 'post', [first, broken])).toThrow('already exists');
    expect(tables(opened.database)).not.toContain('letters');
    expect(migrate(opened.database, 'post', [first, second])).toEqual([1, 2]);
  });

  it('refuses data that a newer orc changed in a way that breaks this one', () => {
    using opened = open();
    migrate(opened.database, 'post', [first, breaking]);
    expect(() => migrate(opened.database, 'post', [first])).toThrow(
      expect.objectContaining({
        code: 'ORC_SQLITE_SCHEMA_TOO_NEW',
        details: { library: 'post', found: 2, known: 1 },
      }),
    );
  });

  it('works with data that a newer orc only added to', () => {
    using opened = open();
    migrate(opened.database, 'post', [first, second]);
    expect(migrate(opened.database, 'post', [first])).toEqual([]);
  });

  it('refuses to guess when steps are missing or out of order', () => {
    using opened = open();
    for (const steps of [[second], [second, first], [first, { id: 3, sql: '' }]]) {
      expect(() => migrate(opened.database, 'post', steps)).toThrow('count from 1');
    }
  });

  it('reports a database that may not be written', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    openDatabase({ path }).close();
    const database = openDatabase({ path, readOnly: true });
    expect(() => migrate(database, 'post', [first])).toThrow(
      expect.objectContaining({ code: 'ORC_SQLITE_READ_ONLY', details: { path } }),
    );
    database.close();
  });
});

function tables(database: ReturnType<typeof openDatabase>): unknown[] {
  return database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
}
