import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createClient, layoutOf, type Client, type Layout } from '@orc/contracts';
import { findByEnvironment } from '@orc/process';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { findHealth, findToKill, startDaemon, stopDaemon } from './daemon-process.ts';

const doesNotAnswer = expect.objectContaining({ code: 'ORC_CLI_DAEMON_DOES_NOT_ANSWER' }) as Error;

it.each([
  ['not a directory', (place: string) => join(place, 'file', 'orc')],
  ['name too long', (place: string) => join(place, 'x'.repeat(300))],
  ['file already exists', (place: string) => join(place, 'home')],
])('says of an ORC_HOME that it cannot be written: %s', async (why, homeIn) => {
  const place = makeTempDirectory();
  mkdirSync(join(place, 'home'));
  for (const file of ['file', 'home/logs']) writeFileSync(join(place, file), '');
  const home = homeIn(place);
  await expect(startDaemon(layoutOf(home), {}, () => undefined)).rejects.toMatchObject({
    code: 'ORC_CLI_HOME_NOT_WRITABLE',
    message: expect.stringContaining(`${home} cannot be written: ${why}`) as string,
  });
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
    doesNotAnswer,
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

/** A program that looks like the daemon of this home, lets callers wait, and never says a word to them. */
async function startHung(layout: Layout, { backlog = 100 } = {}): Promise<ChildProcess> {
  writeFileSync(layout.operatorToken, 'operator');
  const code = `
    process.title = 'orc-daemon';
    require('node:net').createServer().listen({ path: process.argv[1], backlog: Number(process.argv[2]) }, () => {
      process.stdout.write('listens');
      process.kill(process.pid, 'SIGSTOP');
    });`;
  const child = spawn(process.execPath, ['-e', code, layout.socket, String(backlog)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ORC_HOME: layout.home },
  });
  onTeardown(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

describe('a daemon that hangs', () => {
  it('is not waited for without an end', async () => {
    const layout = layoutOf(makeTempDirectory('d'));
    const { pid = 0 } = await startHung(layout);
    await expect(findHealth(layout, { patienceMs: 100 })).rejects.toThrow(doesNotAnswer);
    const client = createClient({ socketPath: layout.socket, token: '' });
    const surroundings = { layout, connect: () => Promise.resolve(client) };
    const stopping = stopDaemon(surroundings, { pid }, 'gently', { answerMs: 100 });
    await expect(stopping).rejects.toThrow(doesNotAnswer);
  });

  it('is told from one that is not there when so many wait already that nobody else may', async () => {
    const layout = layoutOf(makeTempDirectory('d'));
    await startHung(layout, { backlog: 1 });
    // The system lets one more wait than was asked for.
    for (const socket of [connect(layout.socket), connect(layout.socket)]) {
      onTeardown(() => void socket.destroy());
      await once(socket, 'connect');
    }
    await expect(findHealth(layout)).rejects.toMatchObject({
      code: 'ORC_CLI_DAEMON_DOES_NOT_ANSWER',
      message: expect.stringContaining('too many callers') as string,
    });
  });

  it('is found by its process, and no later one in its place', async () => {
    const layout = layoutOf(makeTempDirectory('d'));
    expect(await findToKill(layout)).toBeUndefined();
    const first = await startHung(layout);
    rmSync(layout.socket);
    await startHung(layout);
    expect(await findToKill(layout)).toMatchObject({ pid: first.pid });
  });
});

it('says of a socket that cannot be reached where it is', async () => {
  const home = makeTempDirectory('d');
  writeFileSync(join(home, 'operator.token'), 'operator');
  const socket = join(home, 'operator.token', 'orc.sock');
  await expect(findHealth({ ...layoutOf(home), socket })).rejects.toMatchObject({
    code: 'ORC_CLI_NOT_READABLE',
    message: expect.stringContaining(`${socket} cannot be read: not a directory`) as string,
  });
});
