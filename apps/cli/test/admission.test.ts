import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentView, EventView } from '@orc/contracts';
import { makeTempDirectory, waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { makeWorld, startShop } from './world.ts';

/** A machine as the kernel would describe it, whose memory and load the test decides. */
function makeMachine(): {
  directory: string;
  set(totalMb: number, availableMb: number, load?: number): void;
} {
  const directory = join(makeTempDirectory('orc-machine'), 'proc');
  mkdirSync(directory);
  // In one step, as the kernel tells it: a file that is empty for a moment would be a machine that says nothing.
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, `${name}.next`), text);
    renameSync(join(directory, `${name}.next`), join(directory, name));
  };
  return {
    directory,
    set(totalMb, availableMb, load = 1) {
      const meminfo = `MemTotal: ${totalMb * 1024} kB\nMemAvailable: ${availableMb * 1024} kB\n`;
      write('meminfo', meminfo);
      write('loadavg', `${load} 1.00 1.00 1/100 1\n`);
    },
  };
}

it('starts what the machine and the plan carry, lets the rest wait or refuses it with the number, and goes on by itself', async () => {
  const machine = makeMachine();
  machine.set(64_000, 32_000);
  const env = { ORC_PROC: machine.directory };
  const world = makeWorld({
    admission: { freeMemoryMb: 1_000, loadPerCoreMax: 50, settleMs: 0 },
    // After a kill, a command of an agent may be what starts the daemon again.
    agents: { runtime: 'sim', environment: env },
  });
  await world.run(['daemon', 'start'], { env });
  await startShop(world, '--roles', 'developer', '--plan', 'pro');
  expect((await world.status()).machine).toMatchObject({ pressure: null, waiting: [] });

  machine.set(64_000, 900);
  const added = await world.orc<AgentView>('agent', 'add', 'tester');
  expect(added.state).toMatchObject({
    state: 'starting',
    source: 'admission',
    why: expect.stringMatching(
      /^its start waits: 900 MiB of memory are free.*1000 that stay free$/,
    ) as string,
  });
  const shown = (await world.run(['status'])).stdout;
  expect(shown).toContain('MACHINE: 900 of 64000 MiB of memory free');
  expect(shown).toMatch(/^shop\/tester waits to be started since .*: 900 MiB/m);
  expect((await world.run(['health'])).stdout).toMatch(/^machine +warning +900 of 64000 MiB/m);
  const { text } = await world.orc<{ text: string }>('metrics', '--prometheus');
  expect(text).toMatch(/^orc_starts_waiting 1$/m);
  expect(text).toMatch(/^orc_starts_total\{outcome="waited"\} 1$/m);

  // The load comes first: between two files there must be no moment in which neither of them refuses.
  machine.set(50, 40, 1_000_000);
  expect(await world.run(['agent', 'start', 'tester'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/the machine has 50 MiB.*ORC_DAEMON_NOT_ADMITTED/s) as string,
  });

  machine.set(64_000, 32_000, 1_000_000);
  await world.orc('agent', 'start', 'tester');
  process.kill(await world.daemonPid(), 'SIGKILL');
  await world.run(['daemon', 'start'], { env });
  const waitsForLoad = async () => {
    const { waiting } = (await world.status()).machine;
    return waiting.find(({ agent }) => agent === 'shop/tester')?.why.includes('the load is') === true;
  };
  await waitUntil(waitsForLoad, { what: 'the tester waiting for the load', timeoutMs: 60_000 });

  machine.set(64_000, 32_000);
  await waitUntil(async () => (await world.agent('tester')).process.isAlive, {
    timeoutMs: 60_000,
    what: 'the tester being started by itself',
  });
  const full = await world.run(['agent', 'add', 'architect']);
  expect(full.stderr).toMatch(/its plan pro carries 3 agents, and 3 others run.*ORC_DAEMON_NOT_ADMITTED/s);
  const { events } = await world.orc<{ events: EventView[] }>(
    'events',
    '--tail',
    '500',
    '--types',
    'agent.start_waits',
  );
  expect(events.filter(({ agent }) => agent === 'shop/tester')).toHaveLength(2);
}, 400_000);
