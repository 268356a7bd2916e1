import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createEventBus, type BusEvent, type EventBusDeps, type Fault } from './index.ts';

const NOON = Date.UTC(2030, 0, 2, 12);

function makeBus(options: { queueMax?: number; source?: string } = {}, deps: EventBusDeps = {}) {
  const directory = join(makeTempDirectory(), 'events');
  const faults: Fault[] = [];
  const clock = { now: () => NOON };
  const bus = createEventBus(
    { directory, ...options },
    { clock, onFault: (fault) => faults.push(fault), ...deps },
  );
  const path = join(directory, '2030-01-02.jsonl');
  const lines = () =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as BusEvent);
  return { bus, directory, path, faults, lines };
}

/** A promise that is settled from outside. */
function defer() {
  let settle = () => {};
  const promise = new Promise<void>((resolve) => (settle = resolve));
  return { promise, settle };
}

describe('a slow listener', () => {
  it('gets events one at a time and in order', async () => {
    const { bus } = makeBus();
    const log: string[] = [];
    using _ = bus.subscribe('message.*', async (event) => {
      log.push(`begin ${event.seq}`);
      await Promise.resolve();
      log.push(`end ${event.seq}`);
    });
    for (let number = 0; number < 3; number += 1) bus.publish('message.seen', {});
    await bus.settled();
    expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });

  it('does not keep the publisher or others waiting', () => {
    const { bus } = makeBus();
    const { promise } = defer();
    const seen: number[] = [];
    using _slow = bus.subscribe('*', () => promise);
    using _fast = bus.subscribe('*', (event) => void seen.push(event.seq));
    for (let number = 0; number < 5; number += 1) bus.publish('message.seen', {});
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('loses what its queue cannot hold, the least severe and oldest first, and the log says so', async () => {
    const { bus, faults, lines } = makeBus({ queueMax: 3 });
    const { promise, settle } = defer();
    const seen: string[] = [];
    using _ = bus.subscribe(
      'message.*',
      async (event) => {
        seen.push((event.data as { n: string }).n);
        await promise;
      },
      { name: 'slow' },
    );
    const publish = (n: string, severity: 'info' | 'critical' = 'info') =>
      bus.publish('message.seen', { n }, { severity });
    publish('a');
    publish('b');
    publish('c!', 'critical');
    publish('d');
    publish('e');
    publish('f!', 'critical');
    settle();
    await bus.settled();
    expect(seen).toEqual(['a', 'c!', 'e', 'f!']);
    expect(faults.map(({ kind }) => kind)).toEqual(['events-dropped']);
    expect(lines().filter(({ type }) => type.startsWith('subscriber.'))).toMatchObject([
      { type: 'subscriber.overflowed', severity: 'warning', data: { subscriber: 'slow', queueMax: 3 } },
      { type: 'subscriber.caught_up', data: { subscriber: 'slow', dropped: 2 } },
    ]);
    expect(lines().filter(({ type }) => type === 'message.seen')).toHaveLength(6);
  });

  it('with a queue full of critical events has a bound all the same', async () => {
    const { bus } = makeBus({ queueMax: 2 });
    const { promise, settle } = defer();
    const seen: number[] = [];
    using _ = bus.subscribe('alarm.*', async (event) => {
      seen.push(event.seq);
      await promise;
    });
    for (let number = 0; number < 50; number += 1) bus.publish('alarm.raised', {}, { severity: 'critical' });
    settle();
    await bus.settled();
    expect(seen).toHaveLength(3);
  });

  it('that is disposed of gets nothing of what waited', async () => {
    const { bus } = makeBus();
    const { promise, settle } = defer();
    const seen: number[] = [];
    const slow = bus.subscribe('*', async (event) => {
      seen.push(event.seq);
      await promise;
    });
    bus.publish('message.seen', {});
    bus.publish('message.seen', {});
    slow[Symbol.dispose]();
    settle();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([1]);
  });

  it('survives a flood: 10 000 events are logged, memory is bounded, a critical one arrives', async () => {
    const { bus, lines } = makeBus({ queueMax: 100 });
    const { promise, settle } = defer();
    const seen: BusEvent[] = [];
    using _ = bus.subscribe('alarm.*', async (event) => {
      seen.push(event);
      await promise;
    });
    for (let number = 0; number < 10_000; number += 1)
      bus.publish('alarm.raised', { number }, { severity: number === 200 ? 'critical' : 'info' });
    settle();
    await bus.settled();
    expect(lines().filter(({ type }) => type === 'alarm.raised')).toHaveLength(10_000);
    expect(seen).toHaveLength(101);
    expect(seen.filter(({ severity }) => severity === 'critical')).toHaveLength(1);
  });
});
