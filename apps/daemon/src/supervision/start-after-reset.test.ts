import { openRegistry } from '@orc/registry';
import { onTeardown } from '@orc/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { DaemonConfig } from '../config/schema.ts';
import { errors } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { createAfterReset } from './after-reset.ts';
import { careJobs } from './care.ts';

const MINUTE = 60_000;

/** Agents that wait for a limit that is over, and a launcher that does what the test says. */
function makeTeam(roles: readonly string[]) {
  const clock = { at: Date.UTC(2030, 0, 1), now: () => clock.at };
  const registry = openRegistry({ path: ':memory:' }, { clock });
  onTeardown(() => registry[Symbol.dispose]());
  registry.saveProject(projectRecord());
  const parts = { registry, clock, config: DaemonConfig.parse({}), log: pino({ level: 'silent' }) };
  const afterReset = createAfterReset({ registry });
  for (const role of roles) {
    registry.saveAgent(agentRecord(role));
    afterReset.add(`shop/${role}`);
  }
  const answers = new Map<string, () => Promise<object>>();
  const asked: string[] = [];
  const told: string[] = [];
  const launcher = {
    launch: (id: string) => {
      asked.push(id);
      return answers.get(id)?.() ?? Promise.resolve({ outcome: 'started' });
    },
  };
  const notices = { critical: (_: unknown, text: string) => void told.push(text) };
  /** As a daemon does it that has just started. */
  const open = () => {
    const deps = { afterReset, launcher, notices } as unknown as Parameters<typeof careJobs>[1];
    const job = careJobs(parts as unknown as Parts, deps).find(({ name }) => name === 'after reset');
    return async (): Promise<string[]> => {
      await job?.run();
      return asked.splice(0);
    };
  };
  return {
    ...{ registry, clock, answers, told, open, run: open() },
    fail: (id: string, error: Error) => answers.set(id, () => Promise.reject(error)),
    stop: (id: string) => registry.updateAgent(id, { desired: 'stopped' }),
  };
}

it('one that cannot be started after its limit holds up nobody, is told of once, and is tried again', async () => {
  const team = makeTeam(['developer', 'tester', 'architect']);
  team.fail('shop/developer', new Error('The repository is locked.'));
  expect(await team.run()).toEqual(['shop/developer', 'shop/tester', 'shop/architect']);
  expect(team.told).toEqual([
    'shop/developer could not be started after its usage limit: The repository is locked. It is tried again every minute.',
  ]);
  expect(await team.run()).toEqual([]);
  team.clock.at += MINUTE;
  expect(await team.run()).toEqual(['shop/developer']);
  expect(team.told).toHaveLength(1);
  team.answers.clear();
  team.clock.at += MINUTE;
  expect(await team.run()).toEqual(['shop/developer']);
  team.clock.at += MINUTE;
  expect(await team.run()).toEqual([]);
});

it('a daemon that ends in the middle of a start forgets nobody', async () => {
  const team = makeTeam(['developer', 'tester']);
  team.answers.set('shop/developer', () => new Promise(() => undefined));
  void team.run();
  team.answers.clear();
  // The first is of the daemon that has ended.
  expect(await team.open()()).toEqual(['shop/developer', 'shop/developer', 'shop/tester']);
});

it('who is never admitted is told of, stopped, and not tried again', async () => {
  const team = makeTeam(['developer', 'tester']);
  team.fail('shop/developer', errors.notAdmitted('shop/developer', 'the machine has 512 MiB'));
  expect(await team.run()).toEqual(['shop/developer', 'shop/tester']);
  expect(team.told).toEqual([expect.stringMatching(/ORC_DAEMON_NOT_ADMITTED.*512 MiB.*orc agent start/)]);
  expect(team.registry.getAgent('shop/developer').desired).toBe('stopped');
  team.clock.at += MINUTE;
  expect(await team.run()).toEqual([]);
});

it('who is stopped meanwhile is not started, also while another one is', async () => {
  const team = makeTeam(['developer', 'tester', 'architect']);
  team.answers.set('shop/developer', () => {
    team.stop('shop/tester');
    return Promise.reject(new Error('The repository is locked.'));
  });
  expect(await team.run()).toEqual(['shop/developer', 'shop/architect']);
  team.stop('shop/developer');
  team.clock.at += MINUTE;
  expect(await team.run()).toEqual([]);
});
