import type { Client } from '@orc/contracts';
import { describe, expect, it } from 'vitest';
import type { Surroundings } from '../command.ts';
import { scheduleCommands } from './schedule.ts';

const schedule = {
  ...{ id: 's1', project: 'shop', target: 'shop/developer', note: 'x', createdBy: 'user', kind: 'once' },
  ...{ everyMs: null, cron: null, zone: null, state: 'active', reason: null, nextAt: 1, firings: 0 },
  ...{ missed: 0, lastFiredAt: null, lastSkippedAt: null, skipReason: null, createdAt: 1 },
};

/** A daemon that takes a schedule, and says afterwards what became of it. */
function connectTo(outcome: object): Surroundings {
  const client = {
    call: (name: string) =>
      Promise.resolve(
        name === 'addSchedule'
          ? { schedule, firedBy: { pid: 7 } }
          : { schedules: [{ ...schedule, nextAt: null, ...outcome }] },
      ),
  } as unknown as Client;
  return { connect: () => Promise.resolve(client) } as unknown as Surroundings;
}

describe('schedule test --wait', () => {
  const test = scheduleCommands.find(({ path }) => path === 'schedule test');
  const run = (outcome: object) =>
    test?.run({ positionals: {}, options: { wait: true, in: '1s' } }, connectTo(outcome));

  it('names the message that came', async () => {
    expect(await run({ state: 'done' })).toMatchObject({
      json: { fired: true },
      text: expect.stringContaining('message s1.1') as string,
    });
  });

  it.each([
    [{ state: 'failed', reason: 'shop/developer has ended' }, 'has ended'],
    [{ skipReason: 'shop/developer does not run' }, 'does not run'],
  ])('fails with the reason when it is %j', async (outcome, reason) => {
    await expect(run(outcome)).rejects.toMatchObject({
      code: 'ORC_CLI_NOT_FIRED',
      message: expect.stringContaining(reason) as string,
    });
  });
});
