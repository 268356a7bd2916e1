import { existsSync } from 'node:fs';
import { layoutOf } from '@orc/contracts';
import { findIdentity, signalProcess } from '@orc/process';
import { onTeardown } from '@orc/testing';
import { expect, it } from 'vitest';
import { furnish } from './furnish.ts';
import { as, makeWorld } from './world.ts';

it.each([{ flags: [] }, { flags: ['--force'] }])(
  'stays stopped for agents, whose commands say so, until a person starts it again ($flags)',
  async ({ flags }) => {
    const world = makeWorld();
    furnish(world, ['orchestrator', 'developer']);
    await world.orc('daemon', 'start');
    await world.orc('daemon', 'stop', ...flags);
    const env = as(world, 'developer');
    const refused = await world.run(['inbox'], { env });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('ORC_CLI_DAEMON_STOPPED');
    expect((await world.run(['daemon', 'status'])).exitCode).toBe(1);

    await world.orc('daemon', 'start');
    expect(existsSync(layoutOf(world.orcHome).daemonStopped)).toBe(false);
    expect((await world.run(['inbox'], { env })).exitCode).toBe(0);
  },
);

it('ends with its lock, so that the next one can start at once', async () => {
  const world = makeWorld();
  const { pid } = await world.orc<{ pid: number }>('daemon', 'start');
  const restarted = await world.orc<{ pid: number; started: boolean }>('daemon', 'restart');
  expect(restarted).toEqual({ pid: expect.any(Number) as number, started: true });
  expect(restarted.pid).not.toBe(pid);
  expect(existsSync(layoutOf(world.orcHome).daemonStopped)).toBe(false);
});

it('is started by whoever needs it first when it was killed', async () => {
  const world = makeWorld();
  furnish(world, ['orchestrator', 'developer']);
  await world.orc('daemon', 'start');
  process.kill(await world.daemonPid(), 'SIGKILL');
  expect((await world.run(['inbox'], { env: as(world, 'developer') })).exitCode).toBe(0);
});

it('says of a daemon that hangs that it does not answer, and kills it when that is asked for', async () => {
  const world = makeWorld();
  const { pid } = await world.orc<{ pid: number }>('daemon', 'start');
  const daemon = findIdentity(pid);
  // Where the test fails, its world is ended by a daemon that listens.
  onTeardown(() => void (daemon && signalProcess(daemon, 'SIGCONT')));
  process.kill(pid, 'SIGSTOP');
  const words = [
    ...['start', 'stop', 'status'].map((word) => ['daemon', word]),
    ...[['status'], ['send', 'shop/developer', 'Hello'], ['msg', 'wait', 'm0000000000', '--timeout', '1h']],
  ];
  for (const { exitCode, stderr } of await Promise.all(words.map((each) => world.run(each)))) {
    expect(stderr).toContain('ORC_CLI_DAEMON_DOES_NOT_ANSWER');
    expect(exitCode).toBe(1);
  }
  expect(await world.orc('daemon', 'stop', '--force')).toEqual({ stopped: true, pid });
  expect(await world.orc('daemon', 'start')).toMatchObject({ started: true });
});
