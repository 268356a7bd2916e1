import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { holdLock } from './index.ts';

describe('holdLock', () => {
  it('is refused to a second holder, in this process too, until the first lets go', () => {
    const path = join(makeTempDirectory(), 'daemon.lock');
    const lock = holdLock(path);
    expect(lock.path).toBe(path);
    expect(() => holdLock(path)).toThrow(
      expect.objectContaining({ code: 'ORC_SQLITE_LOCK_HELD', details: { path } }),
    );
    lock[Symbol.dispose]();
    holdLock(path)[Symbol.dispose]();
  });

  it('answers a refused caller at once', () => {
    const path = join(makeTempDirectory(), 'daemon.lock');
    using _lock = holdLock(path);
    const startedAt = performance.now();
    expect(() => holdLock(path)).toThrow();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('may be let go twice', () => {
    const lock = holdLock(join(makeTempDirectory(), 'daemon.lock'));
    lock[Symbol.dispose]();
    lock[Symbol.dispose]();
  });

  it('makes a file that only its owner can read', () => {
    const path = join(makeTempDirectory(), 'daemon.lock');
    using _lock = holdLock(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('says what is wrong with a file that cannot be a lock', () => {
    const directory = makeTempDirectory();
    const garbage = join(directory, 'garbage.lock');
    writeFileSync(garbage, 'no database '.repeat(100));
    mkdirSync(join(directory, 'taken'));
    expect(() => holdLock(garbage)).toThrow(expect.objectContaining({ code: 'ORC_SQLITE_CORRUPT' }));
    for (const path of [join(directory, 'taken'), join(directory, 'missing', 'daemon.lock')])
      expect(() => holdLock(path)).toThrow(expect.objectContaining({ code: 'ORC_SQLITE_CANNOT_OPEN' }));
  });
});
