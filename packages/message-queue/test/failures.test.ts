import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '@orc/sqlite';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { parseSettings } from '../src/config.ts';
import { createQueue, openQueue } from '../src/queue.ts';
import { idsOf, openTestQueue } from './open-test-queue.ts';
import { startChild } from './start-child.ts';

const code = (name: string) => expect.objectContaining({ code: name }) as Error;
const message = { sender: 'demo/pm', recipient: 'demo/dev', body: 'x' };

describe('a file that cannot be used', () => {
  it('is refused when it is no database', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    writeFileSync(path, 'This was never a database. '.repeat(1_000));
    expect(() => openQueue({ path })).toThrow(code('ORC_SQLITE_CORRUPT'));
  });

  it('is refused when its directory does not exist', () => {
    expect(() => openQueue({ path: join(makeTempDirectory(), 'nowhere', 'orc.db') })).toThrow(
      code('ORC_SQLITE_CANNOT_OPEN'),
    );
  });

  it('is refused when it was written by a newer orc', () => {
    const { path } = openTestQueue();
    const database = openDatabase({ path });
    database.exec("INSERT INTO orc_migrations VALUES ('queue', 99, 1, 0)");
    database.close();
    expect(() => openQueue({ path })).toThrow(code('ORC_SQLITE_SCHEMA_TOO_NEW'));
  });

  it('says that it is read-only, and changes nothing', () => {
    const { queue, send, path } = openTestQueue();
    const sent = send();
    queue[Symbol.dispose]();
    // The owner of everything may write anything, so the test gives that right up for the moment.
    const uid = process.geteuid?.() ?? -1;
    chmodSync(dirname(path), 0o555);
    chmodSync(path, 0o444);
    if (uid === 0) process.seteuid?.(65_534);
    try {
      expect(() => openQueue({ path })).toThrow(
        expect.objectContaining({
          code: expect.stringMatching(/^ORC_SQLITE_(READ_ONLY|CANNOT_OPEN)$/) as string,
        }),
      );
    } finally {
      if (uid === 0) process.seteuid?.(0);
      chmodSync(dirname(path), 0o700);
      chmodSync(path, 0o600);
    }
    using again = openQueue({ path });
    expect(idsOf(again.list())).toEqual([sent.id]);
  });

  it('says that it is read-only when it becomes so while in use', () => {
    const { queue, send } = openTestQueue();
    const sent = send();
    const database = openDatabase({ path: ':memory:' });
    const other = createQueue(database, parseSettings({}));
    onTeardown(() => other[Symbol.dispose]());
    database.pragma('query_only = ON');
    expect(() => other.send(message)).toThrow(code('ORC_SQLITE_READ_ONLY'));
    database.pragma('query_only = OFF');
    expect(other.list()).toEqual([]);
    expect(idsOf(queue.list())).toEqual([sent.id]);
  });
});

describe('a lock held by another process', () => {
  it('is waited for, then reported, and nothing was written', { timeout: 60_000 }, async () => {
    const { queue, send, path } = openTestQueue({ busyTimeoutMs: 50 });
    const sent = send();
    const child = startChild('lock', [path]);
    await waitUntil(() => child.lines.includes('locked'), { timeoutMs: 30_000 });

    const busy = code('ORC_SQLITE_BUSY');
    expect(() => queue.send(message)).toThrow(busy);
    expect(() => queue.sendAll([message, message])).toThrow(busy);
    expect(() => queue.lease('demo/dev', { worker: 'w' })).toThrow(busy);
    expect(() => queue.finish(sent.id)).toThrow(busy);
    expect(() => queue.park('demo/dev', { reason: 'x' })).toThrow(busy);
    expect(() => openQueue({ path, busyTimeoutMs: 50 })).toThrow(busy);
    // Whoever only looks is not in anybody's way.
    expect(queue.get(sent.id).state).toBe('queued');
    expect(queue.lease('demo/nobody', { worker: 'w' })).toEqual([]);
    expect(queue.sweep()).toMatchObject({ expired: [] });

    child.process.kill('SIGKILL');
    await child.ended.catch(() => undefined);
    expect(queue.transitions()).toHaveLength(1);
    expect(queue.send(message).seq).toBe(2);
    expect(queue.lease('demo/dev', { worker: 'w' })).toHaveLength(2);
  });
});

describe('a full disk', () => {
  it('is reported, nothing is half-written, and what was stored can still be delivered', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    const database = openDatabase({ path });
    const queue = createQueue(database, parseSettings({}));
    onTeardown(() => queue[Symbol.dispose]());
    const sent = queue.send(message);
    const pages = database.pragma('page_count', { simple: true }) as number;
    database.pragma(`max_page_count = ${pages + 4}`);
    const long = { ...message, body: 'x'.repeat(100_000) };

    expect(() => queue.send(long)).toThrow(code('ORC_SQLITE_FULL'));
    expect(() => queue.sendAll([message, long])).toThrow(code('ORC_SQLITE_FULL'));
    expect(idsOf(queue.list())).toEqual([sent.id]);
    expect(queue.integrity()).toEqual([]);
    expect(idsOf(queue.lease('demo/dev', { worker: 'w' }))).toEqual([sent.id]);
    queue.finish(sent.id);

    database.pragma('max_page_count = 1000000');
    expect(queue.send(long).state).toBe('queued');
    expect(queue.transitions().map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5]);
  });
});
