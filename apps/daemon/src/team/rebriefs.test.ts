import { join } from 'node:path';
import { openQueue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import type { Parts } from '../parts.ts';
import type { Briefings } from './briefings.ts';
import { createRebriefs } from './rebriefs.ts';

it('replaces a briefing that was never seen, however much mail is older', async () => {
  const path = join(makeTempDirectory(), 'orc.db');
  using registry = openRegistry({ path });
  using queue = openQueue({ path });
  registry.saveProject(projectRecord());
  registry.saveAgent(agentRecord('developer'));
  const agent = registry.getAgent('shop/developer');
  const mail = { sender: 'shop/pm', recipient: agent.id, body: 'older' };
  queue.sendAll(Array.from({ length: 101 }, () => mail));
  const briefings = { first: () => 'You are the developer.' } as unknown as Briefings;
  // A first briefing needs no more of them.
  const rebriefs = createRebriefs({ queue, registry, clock: Date } as unknown as Parts, briefings);
  const first = await rebriefs.queue(agent, 'resume');
  const second = await rebriefs.queue(agent, 'resume');
  expect(queue.get(first.id)).toMatchObject({ state: 'dead', reason: 'replaced by a newer briefing' });
  expect(queue.get(second.id).state).toBe('queued');
  expect(queue.pendingCount(agent.id)).toBe(102);
});
