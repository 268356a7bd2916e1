import { join } from 'node:path';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory } from '@orc/testing';
import pino from 'pino';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { clockJob } from './clock-steps.ts';
import { isKnownDead } from './lost.ts';

it('does not take the end of an earlier program for that of the present one when the clock was set back', async () => {
  let now = 1_900_000_000_000;
  const clock = { now: () => now };
  using registry = openRegistry({ path: join(makeTempDirectory(), 'orc.db') }, { clock });
  registry.saveProject(projectRecord());
  registry.saveAgent(agentRecord('developer'));
  const job = clockJob({ registry, clock, log: pino({ level: 'silent' }) });
  const note = (isAlive: boolean) =>
    registry.recordFact({
      agentId: 'shop/developer',
      kind: 'process',
      value: { isAlive },
      source: 'process',
      at: now,
    });
  const launch = () => {
    registry.updateAgent('shop/developer', { launchedAt: now });
    note(true);
  };
  const isDead = () => isKnownDead({ registry }, registry.getAgent('shop/developer'));
  launch();
  now += 5_000;
  note(false);
  // Within the step of a minute that facts are tolerant of, and far beyond it.
  for (const step of [30_000, 3_600_000]) {
    now -= step;
    await job.run();
    expect(isDead()).toBe(true);
    launch();
    expect(isDead()).toBe(false);
    now += 5_000;
    await job.run();
    note(false);
    expect(isDead()).toBe(true);
  }
});
