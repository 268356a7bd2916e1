import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, openDatabase } from '@orc/sqlite';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { openTaskBoard } from '../src/index.ts';

const packageDirectory = join(import.meta.dirname, '..');

/** A process of its own that tries to begin every task of the board as one agent. Returns the ones it got. */
async function beginAll(path: string, agentId: string): Promise<string[]> {
  const script = join(packageDirectory, 'fixtures', 'beginner.ts');
  const child = spawn(
    process.execPath,
    ['--conditions=@orc/source', '--import', 'tsx', script, path, agentId],
    {
      cwd: packageDirectory,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTeardown(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  await once(child, 'close');
  return JSON.parse(output) as string[];
}

describe('a shared file', () => {
  it('gives each task to one agent when several processes reach for it at once', async () => {
    const path = join(makeTempDirectory(), 'orc.db');
    using board = openTaskBoard({ path });
    board.addTasks(
      'shop',
      Array.from({ length: 60 }, (_, n) => ({ id: `t${n}`, title: `Do ${n}`, role: 'developer' })),
    );
    const taken = await Promise.all(['shop/a', 'shop/b', 'shop/c'].map((agentId) => beginAll(path, agentId)));
    const ids = taken.flat();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(60);
    for (const [index, agentId] of ['shop/a', 'shop/b', 'shop/c'].entries()) {
      expect(
        board
          .list({ assignee: agentId })
          .map(({ id }) => id)
          .sort(),
      ).toEqual([...(taken[index] ?? [])].sort());
    }
  });

  it('says that the file is locked instead of waiting for ever', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    using board = openTaskBoard({ path, busyTimeoutMs: 0 });
    const blocker = openDatabase({ path });
    onTeardown(() => void blocker.close());
    blocker.exec('BEGIN IMMEDIATE');
    expect(() => board.addTasks('shop', [])).toThrow(expect.objectContaining({ code: 'ORC_SQLITE_BUSY' }));
  });

  it('refuses a file that is no database', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    writeFileSync(path, 'this is a letter, not a database, and it is longer than a header');
    expect(() => openTaskBoard({ path })).toThrow(expect.objectContaining({ code: 'ORC_SQLITE_CORRUPT' }));
  });

  it('refuses data of a newer orc that it would break', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    openTaskBoard({ path })[Symbol.dispose]();
    const database = openDatabase({ path });
    migrate(database, 'task-board', [
      { id: 1, sql: '' },
      { id: 2, sql: 'SELECT 1', breaking: true },
    ]);
    database.close();
    expect(() => openTaskBoard({ path })).toThrow(
      expect.objectContaining({ code: 'ORC_SQLITE_SCHEMA_TOO_NEW' }),
    );
  });
});
