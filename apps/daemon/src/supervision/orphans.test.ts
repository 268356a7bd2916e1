import { spawn } from 'node:child_process';
import { layoutOf } from '@orc/contracts';
import { findIdentity } from '@orc/process';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { createOrphanWatch } from './orphans.ts';

it('one that runs where no window is seen is no orphan, nor what it has started, until its end is known', async () => {
  const layout = layoutOf(makeTempDirectory());
  const env = { ...process.env, ORC_HOME: layout.home, ORC_AGENT: 'shop/developer' };
  const options = { stdio: 'ignore', detached: true, env } as const;
  const { pid = 0 } = spawn('bash', ['-c', 'sleep 600 & wait'], options);
  onTeardown(() => void process.kill(-pid, 'SIGKILL'));
  const registry = openRegistry({ path: ':memory:' });
  onTeardown(() => registry[Symbol.dispose]());
  // As after the end of its tmux server, or in another one than the daemon talks to.
  const parts = { registry, layout, panes: () => Promise.resolve([]) };
  const orphans = createOrphanWatch(parts as unknown as Parameters<typeof createOrphanWatch>[0]);
  const count = async () => (await orphans.find()).length;
  await waitUntil(async () => (await count()) === 2, { what: 'a program and what it has started' });

  const at = Date.now();
  registry.saveProject(projectRecord());
  const pidStartedAt = findIdentity(pid)?.startedAtTicks ?? null;
  registry.saveAgent(agentRecord('developer', { pid, pidStartedAt, launchedAt: at, launchCount: 1 }));
  expect(await count()).toBe(0);
  const end = { kind: 'process', value: { isAlive: false }, source: 'process', at } as const;
  registry.recordFact({ agentId: 'shop/developer', ...end });
  expect(await count()).toBe(2);
});
