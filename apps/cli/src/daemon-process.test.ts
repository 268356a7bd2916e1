import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf, type Client } from '@orc/contracts';
import { findByEnvironment } from '@orc/process';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { startDaemon, stopDaemon } from './daemon-process.ts';

it('says that ORC_HOME cannot be written, and does not take that for a bug', async () => {
  const inTheWay = join(makeTempDirectory(), 'file');
  writeFileSync(inTheWay, '');
  const layout = layoutOf(join(inTheWay, 'orc'));
  await expect(startDaemon(layout, {}, () => undefined)).rejects.toThrow(
    expect.objectContaining({ code: 'ORC_CLI_HOME_NOT_WRITABLE' }),
  );
});

it('does not take a daemon that is too busy to answer for one that did not start', async () => {
  const layout = layoutOf(makeTempDirectory('d'));
  const { pid } = await startDaemon(layout, process.env, () => undefined);
  const daemons = () => findByEnvironment({ ORC_HOME: layout.home });
  onTeardown(async () => {
    // The one that was started second ends by itself, unless the lock is free before it looks.
    await waitUntil(() => daemons().length <= 1, { what: 'the second daemon ending', timeoutMs: 60_000 });
    for (const daemon of daemons()) process.kill(daemon.pid, 'SIGKILL');
    await waitUntil(() => daemons().length === 0, { what: 'the daemon ending', timeoutMs: 60_000 });
  });
  process.kill(pid, 'SIGSTOP');
  rmSync(layout.socket);
  await expect(startDaemon(layout, process.env, () => undefined, { patienceMs: 2_000 })).rejects.toThrow(
    expect.objectContaining({ code: 'ORC_CLI_DAEMON_DOES_NOT_ANSWER' }),
  );
});

it('says of a daemon that was told to stop and does not end how it is killed', async () => {
  const deaf = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTeardown(() => void deaf.kill('SIGKILL'));
  const layout = layoutOf(makeTempDirectory('d'));
  const client = { call: () => Promise.resolve({}) } as unknown as Client;
  const surroundings = { layout, connect: () => Promise.resolve(client) };
  const stopping = stopDaemon(surroundings, { pid: deaf.pid ?? 0 }, 'gently', { patienceMs: 100 });
  await expect(stopping).rejects.toThrow(expect.objectContaining({ code: 'ORC_CLI_DAEMON_DOES_NOT_END' }));
});
