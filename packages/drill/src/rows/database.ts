import {
  copyFileSync,
  existsSync,
  openSync,
  closeSync,
  rmSync,
  writeFileSync,
  writeSync,
  statfsSync,
} from 'node:fs';
import { join } from 'node:path';
import { newId, operator } from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import { run } from '@orc/process';
import { openDatabase } from '@orc/sqlite';
import { ON_ITS_WAY } from '../invariant.ts';
import { expectThat, quickConfig, type Group, type Row } from '../row.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

const locked: Row = {
  name: 'database-locked',
  fault: 'database locked',
  async run(world) {
    const id = newId('m');
    const database = openDatabase({ path: world.layout.database });
    database.exec('BEGIN IMMEDIATE');
    const code = await refusalOf(world, id).finally(() => {
      database.exec('ROLLBACK');
      database.close();
    });
    expectThat(code === 'ORC_SQLITE_BUSY', `the send was answered with ${code || 'success'}`);
    expectThat(!(await isStored(world, id)), 'a message that was refused is in the ledger');
    await world.send('developer', 'After the lock', { id });
    await world.untilSeen(id);
    return `refused with ${code}, nothing stored; afterwards the same id was taken and seen`;
  },
};

const corrupt: Row = {
  name: 'database-corrupt',
  fault: 'database corrupt',
  async run(world) {
    // Whoever is still at work calls orc, which starts a daemon: one that reads the file before it is damaged.
    await untilQuiet(world);
    await world.orc('daemon', 'stop');
    const { database } = world.layout;
    // A hook that reads on its own may close the file later than the daemon, and would write the header anew.
    await until(() => !existsSync(`${database}-wal`), { what: 'the database being closed by everybody' });
    const copy = `${database}.whole`;
    copyFileSync(database, copy);
    const file = openSync(database, 'r+');
    writeSync(file, Buffer.alloc(200, 0xff), 0, 200, 0);
    closeSync(file);
    const { exitCode, stderr } = await world.run(['status']);
    expectThat(exitCode === 1 && stderr.includes('ORC_SQLITE_CORRUPT'), `orc said: ${stderr.slice(0, 300)}`);
    copyFileSync(copy, database);
    rmSync(copy);
    await world.orc('status');
    return 'the daemon refuses to start with ORC_SQLITE_CORRUPT and touches nothing; the copy was taken again';
  },
};

const full: Row = {
  name: 'disk-full',
  fault: 'full disk',
  async run(world) {
    const filler = join(world.layout.home, 'filler');
    await fill(filler);
    const id = newId('m');
    const code = await refusalOf(world, id, 'x'.repeat(200_000));
    rmSync(filler);
    expectThat(code === 'ORC_SQLITE_FULL', `the send was answered with ${code || 'success'}`);
    expectThat(!(await isStored(world, id)), 'a message that was refused is in the ledger');
    await world.send('developer', 'There is room again', { id });
    await world.untilSeen(id);
    return `refused with ${code}, nothing stored; with room again the same id was taken and seen`;
  },
};

const readOnly: Row = {
  name: 'disk-read-only',
  fault: 'read-only disk',
  async run(world) {
    // A disk that somebody writes to cannot be made read-only, so the team rests.
    await world.orc('down', '--force');
    await world.orc('daemon', 'stop');
    // It may have ended already, with its last window.
    await world.tmux('kill-server').catch(() => undefined);
    const { home } = world.layout;
    const remount = (how: string) => run('mount', ['-o', `remount,${how}`, home], { cwd: '/' });
    await until(async () => (await remount('ro')).exitCode === 0, { what: 'the disk being made read-only' });
    const { exitCode, stderr } = await world.run(['status']).finally(() => remount('rw'));
    const code = /ORC_\w+/.exec(stderr)?.[0] ?? '';
    expectThat(exitCode === 1 && code !== '', `orc ended with ${exitCode} and said: ${stderr.slice(0, 300)}`);
    await world.orc('status');
    return `the daemon does not start and says why (${code}); writable again, it does`;
  },
};

async function refusalOf(world: World, id: string, body = 'While the database is away'): Promise<string> {
  try {
    await world.client.call('send', { body: { to: 'shop/developer', body, kind: 'question', id } });
    return '';
  } catch (error) {
    if (isOrcError(error)) return error.code;
    throw error;
  }
}

async function isStored(world: World, id: string): Promise<boolean> {
  const { messages } = await world.client.call('messages', { query: { limit: 10_000 } });
  return messages.some((message) => message.id === id);
}

/** No mail under way, and every agent at rest: nobody is about to call orc. */
async function untilQuiet(world: World): Promise<void> {
  await until(
    async () => {
      const { messages } = await world.client.call('messages', { query: { limit: 10_000 } });
      if (messages.some(({ recipient, state }) => recipient !== operator && ON_ITS_WAY.has(state)))
        return false;
      const { agents } = await world.client.call('agents', {});
      return agents.every(({ state }) => state.state === 'idle');
    },
    { what: 'the team being at rest' },
  );
}

async function fill(path: string): Promise<void> {
  const { bavail, bsize } = statfsSync(join(path, '..'));
  try {
    writeFileSync(path, Buffer.alloc(bavail * bsize));
  } catch {
    // The last page was somebody else's; it is full all the same.
  }
}

export const databaseRows: readonly Row[] = [locked, corrupt];

/** A file system of its own, small enough to be filled. Only root may mount one. */
export const disk: Group = {
  name: 'disk',
  options: { config: quickConfig, roles: ['developer'] },
  isOnSmallDisk: true,
  hindrance: () =>
    process.getuid?.() === 0 && process.platform === 'linux'
      ? undefined
      : 'a small disk can be mounted by root only, and on Linux',
  rows: [full, readOnly],
};
