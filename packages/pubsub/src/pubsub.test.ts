import { join } from 'node:path';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { openPubsub, type PublicationInput } from './index.ts';

const NOON = Date.UTC(2030, 0, 2, 12);

function open({ historyMax = 1_000 } = {}) {
  const clock = { at: NOON, now: () => clock.at };
  const pubsub = openPubsub({ path: join(makeTempDirectory(), 'orc.db'), historyMax }, { clock });
  onTeardown(() => pubsub[Symbol.dispose]());
  let count = 0;
  const publish = (input: Partial<PublicationInput> = {}) =>
    pubsub.publish({
      id: `p${(count += 1)}`,
      project: 'shop',
      group: 'management',
      priority: 5,
      text: `text ${count}`,
      publisher: 'shop/pm',
      recipients: [],
      ...input,
    });
  return { pubsub, clock, publish };
}

const code = (name: string) => expect.objectContaining({ code: name }) as Error;
const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id);

describe('a publication', () => {
  it('is kept with all that was said, and is one under one id', () => {
    const { pubsub, publish } = open();
    const input = {
      id: 'p1',
      tags: ['health', 'idle'],
      session: 'shop:2',
      recipients: ['shop/orchestrator'],
    };
    const first = publish({ ...input, text: 'x' });
    expect(first).toEqual({
      ...input,
      seq: 1,
      at: NOON,
      project: 'shop',
      group: 'management',
      priority: 5,
      text: 'x',
      publisher: 'shop/pm',
      acknowledgements: [],
    });
    expect(publish({ ...input, text: 'x' })).toEqual(first);
    expect(() => publish({ ...input, text: 'y' })).toThrow(code('ORC_PUBSUB_ID_TAKEN'));
    expect(pubsub.stats('shop')).toEqual({ stored: 1, unsent: 1, lastAt: NOON, acknowledged: 0 });
  });

  it('waits until it was handed over, whoever is killed in between', () => {
    const { pubsub, publish } = open();
    publish();
    publish();
    expect(ids(pubsub.unsent())).toEqual(['p1', 'p2']);
    pubsub.sent('p1');
    pubsub.sent('p1');
    expect(ids(pubsub.unsent())).toEqual(['p2']);
  });

  it.each([
    [{ text: '  ' }],
    [{ text: 'a\0b' }],
    [{ group: 'Not A Group' }],
    [{ tags: ['two words'] }],
    [{ priority: 1_000 }],
    [{ text: 'x'.repeat(65_537) }],
  ])('is refused whole when it has %j', (input) => {
    const { pubsub, publish } = open();
    expect(() => publish(input)).toThrow(code('ORC_PUBSUB_INVALID'));
    expect(pubsub.stats().stored).toBe(0);
  });

  it('makes the oldest of its session go when there are too many, but nothing that is not handed over', () => {
    const { pubsub, publish } = open({ historyMax: 10 });
    publish();
    publish({ project: 'other' });
    for (let count = 0; count < 20; count += 1) pubsub.sent(publish().id);
    const kept = ids(pubsub.read({ project: 'shop' }));
    expect(kept).toHaveLength(11);
    expect(kept[0]).toBe('p1');
    expect(kept.at(-1)).toBe('p22');
    expect(pubsub.read({ project: 'other' })).toHaveLength(1);
  });
});

describe('reading', () => {
  it('selects by group, tag, priority, time and publisher, and gives the last so many', () => {
    const { pubsub, clock, publish } = open();
    publish({ tags: ['recovery'] });
    publish({ group: 'team', priority: 75 });
    clock.at += 60_000;
    publish({ publisher: 'orc' });
    const read = (filter: object) => ids(pubsub.read({ project: 'shop', ...filter }));
    expect(read({})).toEqual(['p1', 'p2', 'p3']);
    expect(read({ tag: 'recovery' })).toEqual(['p1']);
    expect(read({ group: 'team' })).toEqual(['p2']);
    expect(read({ priorityMin: 30 })).toEqual(['p2']);
    expect(read({ since: NOON + 1 })).toEqual(['p3']);
    expect(read({ publisher: 'orc' })).toEqual(['p3']);
    expect(read({ tail: 2 })).toEqual(['p2', 'p3']);
    expect(read({ project: 'other' })).toEqual([]);
  });

  it('shows a reader its groups, its own and what it was sent, and nothing else', () => {
    const { pubsub, publish } = open();
    publish();
    publish({ group: 'team' });
    publish({ publisher: 'shop/developer' });
    publish({ recipients: ['shop/developer'] });
    const reader = { name: 'shop/developer', groups: ['team'] };
    expect(ids(pubsub.read({ project: 'shop', reader }))).toEqual(['p2', 'p3', 'p4']);
  });
});

describe('acknowledgements', () => {
  it('say who did what about which, all or none, and not across the border', () => {
    const { pubsub, publish } = open();
    publish();
    publish();
    publish({ project: 'other' });
    const said = { project: 'shop', by: 'shop/pm', session: 'shop:1', text: 'restarted' };
    expect(() => pubsub.acknowledge(['p1', 'p3'], said)).toThrow(code('ORC_PUBSUB_UNKNOWN_PUBLICATION'));
    expect(pubsub.find('p1')?.acknowledgements).toEqual([]);
    const [first] = pubsub.acknowledge(['p1', 'p2', 'p1'], said);
    expect(first?.acknowledgements).toEqual([
      { by: 'shop/pm', session: 'shop:1', text: 'restarted', at: NOON },
    ]);
    expect(pubsub.stats('shop').acknowledged).toBe(2);
    expect(() => pubsub.acknowledge([], said)).toThrow(code('ORC_PUBSUB_INVALID'));
  });
});

describe('subscriptions', () => {
  it('are kept for each session, and can be turned round', () => {
    const { pubsub } = open();
    const subscription = { project: 'shop', group: 'releases', subscriber: 'user' };
    pubsub.subscribe({ ...subscription, isWanted: true });
    pubsub.subscribe({ ...subscription, isWanted: false });
    expect(pubsub.subscriptions('shop')).toEqual([{ ...subscription, isWanted: false }]);
    expect(pubsub.subscriptions('other')).toEqual([]);
  });

  it('to events are kept once for each filter, within a project and up to twenty', () => {
    const { pubsub } = open();
    const subscription = { project: 'shop', subscriber: 'shop/pm', filter: 'git.*' };
    const want = (filter: string, isWanted = true) =>
      pubsub.subscribeEvents({ ...subscription, filter, isWanted });
    want('git.*');
    want('git.*');
    expect(pubsub.eventSubscriptions('shop')).toEqual([subscription]);
    expect(pubsub.eventSubscriptions('other')).toEqual([]);
    for (let number = 2; number <= 20; number += 1) want(`a${number}`);
    expect(() => want('one too many')).toThrow(code('ORC_PUBSUB_INVALID'));
    expect(pubsub.eventSubscriptions('shop')).toHaveLength(20);
    want('git.*', false);
    want('never there', false);
    expect(pubsub.eventSubscriptions('shop')).toHaveLength(19);
  });
});
