import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findIdentity } from '@orc/process';
import { makeTempDirectory } from '@orc/testing';
import { loadCatalogue } from '@orc/team-planner';
import { expect, it } from 'vitest';
import { DaemonConfig } from '../config/schema.ts';
import { makeCreditHouse } from '../../fixtures/credit-house.ts';
import type { Parts } from '../parts.ts';
import type { Launcher } from '../team/launch.ts';
import { createStartsJob } from './go-on.ts';
import { createStartQueue } from './start-queue.ts';
import { wireAdmission } from './wire.ts';

const MEBIBYTE = 1024 * 1024;

/** A team whose machine the test decides on, and whose agents hold what the test says. */
function makeTeam(roles: readonly string[]) {
  const house = makeCreditHouse(roles, { start: Date.UTC(2030, 0, 1) });
  const proc = join(makeTempDirectory('orc-machine'), 'proc');
  mkdirSync(proc);
  const held = new Map<string, number>();
  const launched: string[] = [];
  const open = (running: ReadonlySet<string> = new Set()) => {
    const parts = {
      ...house.parts,
      ...{ clock: house.clock, environment: { ORC_PROC: proc }, config: DaemonConfig.parse({}) },
      log: { error: () => undefined },
    } as unknown as Parts;
    const { notices } = house.parts;
    const starts = createStartQueue(parts);
    const usage = {
      of: (id: string) => ({ memoryBytes: held.get(id) ?? 0, cpuPercent: null, processCount: 1 }),
    };
    const admission = wireAdmission(parts, { usage, notices, starts, catalogue: loadCatalogue() });
    const launcher: Launcher = {
      launch: (id) => {
        const isRunning = running.has(id);
        if (!isRunning && !admission.admit(house.parts.registry.getAgent(id), 'resume').isAdmitted)
          throw new Error(`${id} was not admitted`);
        admission.settle(id);
        if (!isRunning) launched.push(id);
        return Promise.resolve({ outcome: isRunning ? 'runs' : 'started' });
      },
    };
    return { starts, admission, job: createStartsJob(parts, { starts, admission, launcher, notices }) };
  };
  return {
    ...{ house, held, launched, open },
    setMemory: (totalMb: number, availableMb: number) =>
      writeFileSync(
        join(proc, 'meminfo'),
        `MemTotal: ${totalMb * 1024} kB\nMemAvailable: ${availableMb * 1024} kB\n`,
      ),
    stop: (role: string) => house.parts.registry.updateAgent(`shop/${role}`, { desired: 'stopped' }),
  };
}

it('what waits goes on in its order when there is room, also under the next daemon', async () => {
  const team = makeTeam(['orchestrator', 'developer', 'tester', 'architect']);
  for (const role of ['developer', 'tester', 'architect']) team.stop(role);
  team.setMemory(2_048, 300);
  const before = team.open();
  for (const role of ['developer', 'tester', 'architect'])
    expect(before.admission.admit(team.house.agent(role), 'resume')).toMatchObject({ isNew: true });
  expect(before.admission.admit(team.house.agent('tester'), 'resume')).toMatchObject({ isNew: false });
  expect(team.house.mail('orchestrator', 'notice')).toHaveLength(3);
  team.stop('tester'); // a person thought better of it

  const after = team.open();
  await after.job();
  expect(team.launched).toEqual([]);
  expect(after.starts.of('shop/architect')?.why).toContain('300 MiB of memory are free');
  // Room for one: what it was promised is not given to the next as well.
  team.setMemory(2_048, 400);
  await after.job();
  expect(team.launched).toEqual(['shop/developer']);
  expect(after.admission.machine().waiting.map(({ agent }) => agent)).toEqual(['shop/architect']);
  team.setMemory(2_048, 1_000);
  await after.job();
  expect(team.launched).toEqual(['shop/developer', 'shop/architect']);
  expect(after.starts.list()).toEqual([]);
});

it('remembers what agents held, and refuses for good what will never fit, once', async () => {
  const team = makeTeam(['orchestrator', 'developer']);
  team.setMemory(2_048, 1_500);
  const { admission } = team.open();
  team.held.set('shop/developer', 900 * MEBIBYTE);
  admission.note();
  team.held.set('shop/developer', 0);
  team.setMemory(2_048, 700);
  const next = team.open();
  expect(next.admission.admit(team.house.agent('developer'), 'restart')).toMatchObject({
    isAdmitted: false,
    why: expect.stringMatching(/^700 MiB of memory are free.* 904 for it/) as string,
  });
  team.setMemory(1_024, 1_000);
  await next.job();
  await next.job();
  expect(next.starts.list()).toEqual([]);
  expect(team.house.agent('developer').desired).toBe('stopped');
  const told = team.house.mail('user', 'notice');
  expect(told.filter(({ body }) => body.includes('is not started'))).toHaveLength(1);
  expect(() => {
    next.admission.refuseAtOnce(team.house.agent('developer'));
  }).toThrow(expect.objectContaining({ code: 'ORC_DAEMON_NOT_ADMITTED' }));
});

it('counts the plan of the team: one of it waits, one more is refused', () => {
  const team = makeTeam(['orchestrator', 'developer', 'tester', 'architect', 'reviewer', 'writer']);
  team.setMemory(64_000, 32_000);
  const { admission } = team.open();
  team.stop('writer');
  const writer = team.house.agent('writer');
  expect(() => admission.admit(writer, 'start')).toThrow('its plan max5 carries 5 agents, and 5 others run');
  expect(admission.admit(writer, 'resume')).toMatchObject({ isAdmitted: false });
});

it('who waits and is stopped and started at once waits on', async () => {
  const team = makeTeam(['orchestrator', 'developer']);
  team.setMemory(2_048, 300);
  const { admission, job, starts } = team.open();
  admission.admit(team.house.agent('developer'), 'resume');
  team.stop('developer');
  expect(admission.admit(team.house.agent('developer'), 'restart')).toMatchObject({ isNew: false });
  await job();
  expect(starts.has('shop/developer')).toBe(true);
  expect(team.house.agent('developer').desired).toBe('running');
});

it('a start that a daemon is killed in is the next one’s to make', async () => {
  const team = makeTeam(['orchestrator', 'developer']);
  team.setMemory(2_048, 300);
  const { admission, starts } = team.open();
  admission.admit(team.house.agent('developer'), 'resume');
  const [waiting] = starts.list();
  team.setMemory(2_048, 1_000);
  expect(admission.admit(team.house.agent('developer'), 'resume')).toEqual({ isAdmitted: true });
  // While it is being started it waits for nothing.
  expect([starts.list(), starts.has('shop/developer'), starts.of('shop/developer')]).toEqual([
    [],
    false,
    undefined,
  ]);

  team.house.restart();
  const next = team.open();
  expect(next.starts.list()).toEqual([waiting]);
  await next.job();
  expect(team.launched).toEqual(['shop/developer']);
  expect(team.open().starts.list()).toEqual([]);
});

it('one whose start came to nothing may wait again', () => {
  const team = makeTeam(['orchestrator', 'developer']);
  team.setMemory(2_048, 300);
  const { admission, starts } = team.open();
  const ask = () => admission.admit(team.house.agent('developer'), 'resume');
  ask();
  team.setMemory(2_048, 1_000);
  ask();
  team.setMemory(2_048, 300);
  expect(ask()).toMatchObject({ isNew: true });
  expect(starts.list()).toHaveLength(1);
});

it('who runs waits no more, whether there is room or not', async () => {
  const team = makeTeam(['orchestrator', 'developer']);
  team.setMemory(2_048, 300);
  team.open().admission.admit(team.house.agent('developer'), 'resume');
  // The daemon before has started it, and was killed before it could say so.
  const pidStartedAt = findIdentity(process.pid)?.startedAtTicks ?? null;
  team.house.parts.registry.updateAgent('shop/developer', { pid: process.pid, pidStartedAt });
  const { job, starts } = team.open(new Set(['shop/developer']));
  await job();
  expect(starts.list()).toEqual([]);
});
