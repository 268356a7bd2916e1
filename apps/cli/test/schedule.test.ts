import type { AgentView, MessageView, ScheduleView } from '@orc/contracts';
import { waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { as, makeWorld, startShop } from './world.ts';

interface Added {
  readonly schedule: ScheduleView;
  readonly firedBy: { readonly pid: number };
}

const MINUTE = 60_000;
/** The daemon looks every two seconds whether everybody has a check-in. */
const minutesUntilCheckIn = ({ nextCheckInAt, launchedAt }: AgentView) =>
  Math.round(((nextCheckInAt ?? 0) - (launchedAt ?? 0)) / MINUTE);

describe('time', () => {
  it('gives every running agent its next check-in, fires what is due once, and says who will', async () => {
    const world = makeWorld({ schedule: { checkInMinutes: { tester: 60 } } });
    await startShop(world, '--roles', 'developer,tester');

    const agents = await waitUntil(async () => {
      const all = (await world.project()).agents;
      return all.every(({ nextCheckInAt }) => nextCheckInAt !== null) && all;
    });
    expect(Object.fromEntries(agents.map((agent) => [agent.role, minutesUntilCheckIn(agent)]))).toEqual({
      orchestrator: 30,
      developer: 45,
      tester: 60,
    });

    const tested = await world.orc<Added>('schedule', 'test', 'developer', '--in', '1s', '--wait');
    expect(tested.firedBy.pid).toBe(await world.daemonPid());

    // The spelling of the seed, an agent that schedules for itself, and cron with a zone.
    const seed = await world.orc<Added>('schedule', '30', 'Developer progress check', 'developer');
    expect(seed.schedule).toMatchObject({ target: 'shop/developer', kind: 'once' });
    const env = as(world, 'tester');
    const own = await world.run(['schedule', 'add', '15', 'Look again', '--every', '--json'], { env });
    expect(JSON.parse(own.stdout)).toMatchObject({
      schedule: { target: 'shop/tester', everyMs: 15 * MINUTE },
    });
    const weekly = await world.orc<Added>(
      'schedule',
      'add',
      '0 9 * * 1',
      'Weekly review',
      '--zone',
      'Asia/Dhaka',
    );
    expect(weekly.schedule).toMatchObject({
      target: 'shop/orchestrator',
      cron: '0 9 * * 1',
      zone: 'Asia/Dhaka',
    });

    // Nobody else is told in the place of somebody who is not there.
    for (const [target, code] of [
      ['nobody', 'ORC_DAEMON_UNKNOWN_AGENT'],
      ['elsewhere:0', 'ORC_DAEMON_UNKNOWN_AGENT'],
    ] as const)
      expect((await world.run(['schedule', '5', 'hello', target])).stderr).toContain(code);
    expect((await world.run(['schedule', 'soon', 'hello', 'developer'])).stderr).toContain(
      'ORC_SCHEDULER_BAD_CRON',
    );
    const foreign = await world.run(['schedule', 'rm', seed.schedule.id], { env });
    expect(foreign.stderr).toContain('ORC_DAEMON_FORBIDDEN');
    expect(await world.orc('schedule', 'rm', seed.schedule.id)).toMatchObject({ state: 'cancelled' });

    // What was due while no daemon ran comes once.
    const late = await world.orc<Added>('schedule', 'test', 'tester', '--in', '1s');
    process.kill(late.firedBy.pid, 'SIGKILL');
    await waitUntil(() => Date.now() > (late.schedule.nextAt ?? 0));
    await waitUntil(async () => {
      const { schedules } = await world.orc<{ schedules: ScheduleView[] }>('schedule', 'list', '--all');
      return schedules.find(({ id }) => id === late.schedule.id)?.state === 'done';
    });
    const { messages } = await world.orc<{ messages: MessageView[] }>('msg', 'list', '--kind', 'check-in');
    // The newest first.
    const told = messages.map(({ id, sender, recipient }) => [id, sender, recipient]);
    expect(told).toEqual([
      [`${late.schedule.id}.1`, 'orc', 'shop/tester'],
      [`${tested.schedule.id}.1`, 'orc', 'shop/developer'],
    ]);

    await world.orc('down');
    await waitUntil(async () => {
      const left = await world.orc<{ schedules: ScheduleView[] }>('schedule', 'list');
      return left.schedules.every(({ createdBy }) => createdBy !== 'orc');
    });
    expect((await world.run(['schedule', '5', 'hello', 'developer'])).stderr).toContain(
      'ORC_DAEMON_AGENT_NOT_RUNNING',
    );
  }, 400_000);
});
