import { run, runOrThrow } from '@orc/process';
import { readCpuMs, readMemoryMb } from './cpu.ts';
import { time } from './measure.ts';
import type { Line } from './report.ts';
import { openResources } from './resources.ts';
import { startTeam, type Team } from './team.ts';

const LOOK_MS = 20;
const WAIT_MS = 30_000;
const IDLE_MS = 20_000;

/** How soon a team is whole again after a kill, and what the daemon costs while nobody does anything. */
export async function measureRecovery(): Promise<Line[]> {
  await using resources = openResources();
  const team = await startTeam(resources);
  await team.untilIdle();
  const idle = await measureIdleDaemon(team);
  const crashed = await measureCrashes(team);
  return [...idle, ...crashed, await measureAdoption(team)];
}

async function measureIdleDaemon(team: Team): Promise<Line[]> {
  const pid = await daemonPid(team);
  const [before, started] = [readCpuMs(pid), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const percent = ((readCpuMs(pid) - before) / (performance.now() - started)) * 100;
  const what = 'daemon with 2 idle agents (the budget speaks of 100)';
  return [
    { what: `${what}, of one core`, value: percent, unit: '%', limit: 2 },
    { what: `${what}, resident`, value: readMemoryMb(pid), unit: 'MB', limit: 120 },
  ];
}

/** Each agent is killed once: from the kill until another process of it is known to run. */
async function measureCrashes(team: Team): Promise<Line[]> {
  const times: number[] = [];
  for (const { id, pid } of (await team.operator.call('agents', {})).agents) {
    if (pid === null) throw new Error(`${id} does not run.`);
    process.kill(pid, 'SIGKILL');
    times.push(
      await time(() =>
        until(`${id} to run again`, async () => {
          const { agents } = await team.operator.call('agents', {});
          const agent = agents.find((each) => each.id === id);
          return agent !== undefined && agent.pid !== pid && agent.process.isAlive;
        }),
      ),
    );
    await team.untilIdle();
  }
  const what = `agent killed until it runs again, slowest of ${times.length}`;
  return [{ what, value: Math.max(...times), unit: 'ms', limit: 2_000 }];
}

/** From the kill until the next daemon, which the next command starts, answers for every agent. */
async function measureAdoption(team: Team): Promise<Line> {
  process.kill(await daemonPid(team), 'SIGKILL');
  const value = await time(async () => {
    await runOrThrow(process.execPath, team.orc('status'), { cwd: '/', env: team.env });
    await until('the agents to be adopted', async () => {
      const { agents } = await team.operator.call('agents', {});
      return agents.every(({ process: { isAlive } }) => isAlive);
    });
  });
  return { what: 'daemon killed until all agents are adopted', value, unit: 'ms', limit: 5_000 };
}

async function daemonPid({ orc, env }: Team): Promise<number> {
  const { stdout } = await run(process.execPath, orc('daemon', 'status', '--json'), { cwd: '/', env });
  return (JSON.parse(stdout) as { pid: number }).pid;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited ${WAIT_MS} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
