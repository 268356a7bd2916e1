import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDatabaseError, openDatabase, translateSqliteError, translatingErrors } from '../src/index.ts';
import { makeTempDirectory, onTeardown, startProgram } from '@orc/testing';
import { describe, expect, it } from 'vitest';

const program = (name: string) => join(import.meta.dirname, 'programs', name);

function failureOf(path: string, action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return translateSqliteError(path, error);
  }
  throw new Error('nothing failed');
}

describe('a database that may not be written', () => {
  it('says so when the file is read-only', async () => {
    const directory = makeTempDirectory();
    const path = join(directory, 'orc.db');
    openDatabase({ path }).close();
    chmodSync(directory, 0o755);
    chmodSync(path, 0o444);
    const opening = startProgram(program('open-unprivileged.ts'), [path]);
    expect(await opening.readLine()).toMatch(/^ORC_SQLITE_READ_ONLY: .*orc\.db cannot be written/);
  });

  it('says so when the directory is read-only', async () => {
    const directory = makeTempDirectory();
    chmodSync(directory, 0o555);
    const opening = startProgram(program('open-unprivileged.ts'), [join(directory, 'orc.db')]);
    expect(await opening.readLine()).toMatch(
      /^ORC_SQLITE_CANNOT_OPEN: .*Check that its directory exists and is yours/,
    );
  });
});

describe('a lock of another process', () => {
  it('is waited for as long as was said, and then reported', async () => {
    const path = join(makeTempDirectory(), 'orc.db');
    openDatabase({ path }).close();
    const other = startProgram(program('hold-write-lock.ts'), [path]);
    await other.readLine();

    using impatient = openForTest(path, 100);
    const startedAt = performance.now();
    const failure = failureOf(path, () => impatient.database.exec('CREATE TABLE mine (x)'));
    expect(failure).toMatchObject({ code: 'ORC_SQLITE_BUSY', details: { path } });
    expect(isDatabaseError(failure)).toBe(true);
    expect(isDatabaseError(new Error('ORC_SQLITE_BUSY'))).toBe(false);
    expect(performance.now() - startedAt).toBeGreaterThan(90);

    other.writeLine('let go');
    await other.readLine();
    impatient.database.exec('CREATE TABLE mine (x)');
  });

  it('goes when its holder is killed', async () => {
    const path = join(makeTempDirectory(), 'orc.db');
    openDatabase({ path }).close();
    const other = startProgram(program('hold-write-lock.ts'), [path]);
    await other.readLine();
    await other.kill('SIGKILL');
    using mine = openForTest(path, 0);
    mine.database.exec('CREATE TABLE mine (x)');
  });
});

describe('a full disk', () => {
  it('is reported, and nothing is half-written', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    using full = openForTest(path, 0);
    full.database.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)');
    // The engine fails as it does on a full disk, on every machine and for every user.
    full.database.pragma('max_page_count = 4');
    const failure = failureOf(path, () =>
      full.database.transaction(() => {
        full.database.exec('INSERT INTO t VALUES (2)');
        full.database.exec('INSERT INTO t VALUES (zeroblob(100000))');
      })(),
    );
    expect(failure).toMatchObject({ code: 'ORC_SQLITE_FULL', details: { path } });
    expect(full.database.prepare('SELECT x FROM t').pluck().all()).toEqual([1]);
  });

  // A disk that is really full takes the right to mount one.
  if (canMount()) {
    it('keeps every commit when a small disk really runs full', () => {
      const directory = mountSmallDisk('256k');
      const path = join(directory, 'orc.db');
      using small = openForTest(path, 0);
      small.database.exec('CREATE TABLE t (x)');
      const insert = small.database.prepare('INSERT INTO t VALUES (randomblob(4000))');
      let commits = 0;
      const failure = failureOf(path, () => {
        for (; commits < 1_000; commits += 1) insert.run();
      });
      expect(failure).toMatchObject({ code: 'ORC_SQLITE_FULL' });
      expect(small.database.prepare('SELECT count(*) FROM t').pluck().get()).toBe(commits);
      expect(small.database.pragma('integrity_check', { simple: true })).toBe('ok');
    });
  }
});

describe('translateSqliteError', () => {
  it('names a failing disk', () => {
    const cause = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_WRITE' });
    expect(translateSqliteError('a.db', cause)).toMatchObject({ code: 'ORC_SQLITE_IO_FAILED', cause });
  });

  it.each([new TypeError('a bug'), 'text', undefined])(
    'gives back what is not an error of SQLite (%s)',
    (cause) => {
      expect(translateSqliteError('a.db', cause)).toBe(cause);
    },
  );

  it('leaves a broken constraint to the caller, who knows what it means', () => {
    using memory = openForTest(':memory:', 0);
    memory.database.exec('CREATE TABLE t (x PRIMARY KEY); INSERT INTO t VALUES (1)');
    expect(failureOf(':memory:', () => memory.database.exec('INSERT INTO t VALUES (1)'))).toMatchObject({
      code: 'SQLITE_CONSTRAINT_PRIMARYKEY',
    });
  });
});

function openForTest(path: string, busyTimeoutMs: number) {
  const database = openDatabase({ path, busyTimeoutMs });
  return { database, [Symbol.dispose]: () => void database.close() };
}

function mountSmallDisk(size: string): string {
  const directory = join(makeTempDirectory(), 'disk');
  mkdirSync(directory);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory], { stdio: 'pipe' });
  onTeardown(() => void execFileSync('umount', [directory]));
  return directory;
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it('translates what every call of an API throws, and nothing that it returns', () => {
  const cause = Object.assign(new Error('disk'), { code: 'SQLITE_FULL' });
  const api = translatingErrors('a.db', {
    write(): void {
      throw cause;
    },
    read: (key: string) => key,
  });
  expect(() => api.write()).toThrow(expect.objectContaining({ code: 'ORC_SQLITE_FULL' }));
  expect(api.read('key')).toBe('key');
});
