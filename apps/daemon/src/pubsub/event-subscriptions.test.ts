import { join } from 'node:path';
import { createEventBus } from '@orc/event-bus';
import { openPubsub } from '@orc/pubsub';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Notice } from '../messaging/notices.ts';
import { createEventSubscriptions } from './event-subscriptions.ts';

it('tells of events that pass, within the project, and never of what follows from telling', async () => {
  const directory = makeTempDirectory();
  const pubsub = openPubsub({ path: join(directory, 'orc.db') });
  onTeardown(() => pubsub[Symbol.dispose]());
  const bus = createEventBus({ directory });
  onTeardown(() => bus[Symbol.dispose]());
  const told: Notice[] = [];
  const log = pino({ level: 'silent' });
  const subscriptions = createEventSubscriptions(
    { bus, pubsub, log },
    { tell: (notice) => void told.push(notice) },
  );
  onTeardown(() => subscriptions[Symbol.dispose]());

  const want = (subscriber: string, filter: string) =>
    pubsub.subscribeEvents({ project: 'shop', subscriber, filter, isWanted: true });
  want('shop/pm', 'severity >= info');
  want('shop/tester', 'git.* and data.file ~ price');
  want('shop/old', 'a filter of ( another orc');
  const about = { project: 'shop', agent: 'shop/developer' };
  bus.publish('git.conflict_found', { file: 'src/price.ts' }, { ...about, id: 'e1', severity: 'warning' });
  bus.publish('git.conflict_found', { file: 'src/stock.ts' }, { ...about, severity: 'info' });
  bus.publish('git.conflict_found', { file: 'src/price.ts' }, { project: 'depot' });
  bus.publish('agent.state_changed', { to: 'idle' }, { project: 'shop', agent: 'shop/pm' });
  for (const type of ['notice.decided', 'message.queued', 'event.digested', 'publication.made'])
    bus.publish(type, {}, about);
  await bus.settled();
  expect(told.map(({ recipient, severity }) => [recipient, severity])).toEqual([
    ['shop/pm', 'warning'],
    ['shop/tester', 'warning'],
    ['shop/pm', 'info'],
  ]);
  expect(told[1]?.text).toBe('Event git.conflict_found of shop/developer: {"file":"src/price.ts"}');
  expect(new Set(told.map(({ id }) => id)).size).toBe(3);

  pubsub.subscribeEvents({
    project: 'shop',
    subscriber: 'shop/tester',
    filter: 'git.* and data.file ~ price',
    isWanted: false,
  });
  bus.publish('git.conflict_found', { file: 'src/price.ts' }, { ...about, severity: 'debug' });
  await bus.settled();
  expect(told).toHaveLength(3);
});
