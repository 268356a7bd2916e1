import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findIntegrityProblems, migrate, openDatabase } from '@orc/sqlite';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { agentNamed, projectNamed } from '../fixtures/records.ts';
import { openRegistry } from '../src/index.ts';

const packageDirectory = join(import.meta.dirname, '..');

/** Starts a writer, kills it with SIGKILL after it promised `writes` rounds, and returns what it promised. */
async function writeAndKill(path: string, writes: number): Promise<number> {
  const script = join(packageDirectory, 'fixtures', 'writer.ts');
  const child = spawn(process.execPath, ['--conditions=@orc/source', '--import', 'tsx', script, path], {
    cwd: packageDirectory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTeardown(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const promised = () => Number(output.split('\n').at(-2) ?? 0);
  await waitUntil(() => promised() >= writes, { what: `${writes} writes`, intervalMs: 1 });
  child.kill('SIGKILL');
  await once(child, 'close');
  return promised();
}

describe('survival', () => {
  it('still has everything it answered for when the process is killed between two writes', async () => {
    const path = join(makeTempDirectory(), 'orc.db');
    for (const writes of [1, 40, 90]) {
      const promised = await writeAndKill(path, writes);
      using registry = openRegistry({ path });
      const steps = registry.steps('shop').length;
      expect(steps).toBeGreaterThanOrEqual(promised);
      expect(registry.getAgent('shop/developer').launchCount).toBeGreaterThanOrEqual(promised);
      expect(registry.facts('shop/developer')[0]?.value).toBeGreaterThanOrEqual(promised);
      expect(registry.restarts('shop/developer').length).toBeGreaterThanOrEqual(promised);
      expect(registry.getValue('cursor')).toBeGreaterThanOrEqual(promised);
    }
    using database = Object.assign(openDatabase({ path }), {
      [Symbol.dispose](this: { close(): void }) {
        this.close();
      },
    });
    expect(findIntegrityProblems(database)).toEqual([]);
  });

  it('shows one process what another has written', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    using one = openRegistry({ path });
    using other = openRegistry({ path });
    one.saveProject(projectNamed('shop'));
    other.saveAgent(agentNamed('shop/developer'));
    expect(one.listAgents().map(({ id }) => id)).toEqual(['shop/developer']);
  });

  it('says that the file is locked instead of waiting for ever', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    using registry = openRegistry({ path, busyTimeoutMs: 0 });
    const blocker = openDatabase({ path });
    onTeardown(() => void blocker.close());
    blocker.exec('BEGIN IMMEDIATE');
    for (const act of [
      () => registry.saveProject(projectNamed('shop')),
      () => registry.setValue('cursor', 1),
    ]) {
      expect(act).toThrow(expect.objectContaining({ code: 'ORC_SQLITE_BUSY' }));
    }
    blocker.exec('ROLLBACK');
    expect(registry.saveProject(projectNamed('shop')).slug).toBe('shop');
  });

  it('refuses a file that is no database, and leaves it as it is', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    writeFileSync(path, 'this is a letter, not a database, and it is longer than a header');
    expect(() => openRegistry({ path })).toThrow(expect.objectContaining({ code: 'ORC_SQLITE_CORRUPT' }));
  });

  it('refuses data of a newer orc that it would break', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    openRegistry({ path })[Symbol.dispose]();
    const database = openDatabase({ path });
    const newer = Array.from({ length: 100 }, (_, index) => ({
      id: index + 1,
      sql: 'SELECT 1',
      breaking: true,
    }));
    migrate(database, 'registry', newer);
    database.close();
    expect(() => openRegistry({ path })).toThrow(
      expect.objectContaining({ code: 'ORC_SQLITE_SCHEMA_TOO_NEW' }),
    );
  });
});
