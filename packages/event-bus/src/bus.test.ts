import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createEventBus, type BusEvent, type EventBusDeps, type Fault } from './index.ts';

const NOON = Date.UTC(2030, 0, 2, 12);

function makeBus(
  options: { queueMax?: number; keptMax?: number; source?: string } = {},
  deps: EventBusDeps = {},
) {
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

describe('publish', () => {
  it('writes the event into the file of its UTC day, with all that was said', () => {
    const { bus, lines } = makeBus({ source: 'daemon' }, { newId: () => 'e1' });
    const event = bus.publish(
      'message.seen',
      { by: 'shop/tester' },
      { project: 'shop', message: 'm1', agent: undefined },
    );
    expect(event).toEqual({
      id: 'e1',
      seq: 1,
      at: NOON,
      type: 'message.seen',
      severity: 'info',
      source: 'daemon',
      project: 'shop',
      message: 'm1',
      data: { by: 'shop/tester' },
    });
    expect(lines()).toEqual([event]);
  });

  it('takes id, time, severity and source from a publisher that knows them', () => {
    const { bus, directory } = makeBus();
    const at = Date.UTC(2029, 11, 31, 23, 59, 59, 999);
    const event = bus.publish(
      'agent.crashed',
      {},
      { id: 'ledger-7', at, severity: 'critical', source: 'ledger' },
    );
    expect(event).toMatchObject({ id: 'ledger-7', at, severity: 'critical', source: 'ledger' });
    expect(readdirSync(directory)).toEqual(['2029-12-31.jsonl']);
  });

  it('has the event on the disk before any listener sees it', () => {
    const { bus, lines } = makeBus();
    const seen: number[] = [];
    using _ = bus.subscribe('*', () => void seen.push(lines().length));
    bus.publish('agent.launched', {});
    bus.publish('agent.ended', {});
    expect(seen).toEqual([1, 2]);
  });

  it('shows nobody an event that can never be logged, and says so to the publisher', () => {
    const { bus } = makeBus();
    const seen: BusEvent[] = [];
    using _ = bus.subscribe('*', (event) => void seen.push(event));
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(() => bus.publish('agent.launched', cycle)).toThrow(
      expect.objectContaining({ code: 'ORC_JSONL_NOT_JSON' }) as Error,
    );
    expect(seen).toEqual([]);
  });

  it('goes on while the disk takes nothing, and writes down what was said meanwhile', () => {
    const { bus, directory, faults, lines } = makeBus();
    writeFileSync(directory, 'a file where the directory should be');
    const seen: string[] = [];
    using _ = bus.subscribe('*', ({ type }) => void seen.push(type));
    const data = { why: 'as it was' };
    bus.publish('agent.launched', data);
    data.why = 'changed later';
    bus.publish('agent.ended', {});
    expect(seen).toEqual(['agent.launched', 'agent.ended']);
    expect(faults).toMatchObject([
      { kind: 'not-logged', type: 'agent.launched', error: { code: 'ORC_JSONL_CANNOT_APPEND' } },
    ]);
    expect(bus.flush()).toBe(2);
    rmSync(directory);
    expect(bus.flush()).toBe(0);
    expect(lines()).toMatchObject([
      { type: 'agent.launched', seq: 1, data: { why: 'as it was' } },
      { type: 'agent.ended', seq: 2 },
      { type: 'log.caught_up', severity: 'notice', data: { written: 2, lost: 0 } },
    ]);
    expect(faults).toHaveLength(1);
  });

  it('writes what it kept ahead of the next event, or when it is disposed of', () => {
    const { bus, directory, lines } = makeBus();
    const types = () => lines().map(({ type }) => type);
    writeFileSync(directory, 'in the way');
    bus.publish('agent.launched', {});
    rmSync(directory);
    bus.publish('agent.ended', {});
    expect(types()).toEqual(['agent.launched', 'log.caught_up', 'agent.ended']);
    renameSync(directory, `${directory}.aside`);
    writeFileSync(directory, 'in the way');
    bus.publish('agent.relaunched', {});
    rmSync(directory);
    renameSync(`${directory}.aside`, directory);
    bus[Symbol.dispose]();
    expect(types().slice(3)).toEqual(['agent.relaunched', 'log.caught_up']);
  });

  it('loses the oldest when the disk takes nothing for too long, and says how many', () => {
    const { bus, directory, lines } = makeBus({ keptMax: 3 });
    writeFileSync(directory, 'in the way');
    for (let index = 0; index < 10; index += 1) bus.publish('task.added', index);
    rmSync(directory);
    expect(bus.flush()).toBe(0);
    expect(lines().map(({ data }) => data)).toEqual([7, 8, 9, { written: 3, lost: 7 }]);
    expect(lines().at(-1)).toMatchObject({ type: 'log.caught_up', severity: 'warning' });
  });

  it.each([
    ['Message.Seen', {}],
    ['message', {}],
    ['message.', {}],
    ['message seen', {}],
    ['message.seen\n', {}],
    ['a.b', { at: Number.NaN }],
    ['a.b', { at: -1 }],
    ['a.b', { at: 8.64e15 }],
    ['a.b', { id: '' }],
    ['a.b', { severity: 'loud' as never }],
    ['a.b', { project: 7 as never }],
  ])('refuses the type %j with %j, and logs nothing', (type, about) => {
    const { bus, path } = makeBus();
    expect(() => bus.publish(type, {}, about)).toThrow(
      expect.objectContaining({ code: 'ORC_EVENT_BUS_BAD_EVENT' }) as Error,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('gives listeners an event they cannot change for others', () => {
    const { bus } = makeBus();
    const seen: string[] = [];
    using _one = bus.subscribe('*', (event) => {
      (event as { source: string }).source = 'forged';
    });
    using _two = bus.subscribe('agent.*', ({ source }) => void seen.push(source));
    bus.publish('agent.launched', {});
    expect(seen).toEqual(['orc']);
  });

  it('keeps hostile text on one line', () => {
    const { bus, lines } = makeBus();
    const text = 'one\ntwo\r\u2028\u2029\0\u001b[31m"}\n{"forged":true}';
    bus.publish('message.seen', { text });
    expect(lines()).toHaveLength(1);
    expect(lines()[0]?.data).toEqual({ text });
  });
});

describe('subscribe', () => {
  it.each([
    ['message.seen', ['message.seen']],
    ['message.*', ['message.seen', 'message.queued']],
    ['*.seen', ['message.seen', 'digest.seen']],
    ['*', ['message.seen', 'message.queued', 'messages.counted', 'digest.seen', 'agent.tool.used']],
    ['agent.*', ['agent.tool.used']],
    [
      ['digest.*', '*.queued'],
      ['message.queued', 'digest.seen'],
    ],
  ])('to %j gets what matches', (globs, expected) => {
    const { bus } = makeBus();
    const seen: string[] = [];
    using _ = bus.subscribe(globs, (event) => void seen.push(event.type));
    for (const type of [
      'message.seen',
      'message.queued',
      'messages.counted',
      'digest.seen',
      'agent.tool.used',
    ])
      bus.publish(type, {});
    expect(seen).toEqual(expected);
  });

  it.each([[''], ['message seen'], ['{a,b}'], ['Message.*'], [['a.b', '(']]])(
    'refuses the glob %j',
    (globs) => {
      const { bus } = makeBus();
      expect(() => bus.subscribe(globs, () => {})).toThrow(
        expect.objectContaining({ code: 'ORC_EVENT_BUS_BAD_GLOB' }) as Error,
      );
    },
  );

  it('with a filter gets what passes it, and refuses one that cannot be read', () => {
    const { bus } = makeBus();
    const seen: unknown[] = [];
    const filter = 'data.n > 1 and severity >= notice';
    using _ = bus.subscribe('agent.*', ({ data }) => void seen.push(data), { filter });
    for (const n of [1, 2]) bus.publish('agent.idle', { n }, { severity: 'warning' });
    bus.publish('agent.idle', { n: 3 });
    expect(seen).toEqual([{ n: 2 }]);
    expect(() => bus.subscribe('*', () => {}, { filter: 'severity >=' })).toThrow(
      expect.objectContaining({ code: 'ORC_EVENT_BUS_BAD_FILTER' }) as Error,
    );
  });

  it('is counted: what a listener had, waits for, lost and failed on', async () => {
    const { bus } = makeBus();
    const { promise, settle } = defer();
    using _slow = bus.subscribe('message.*', () => promise, { name: 'slow', queueMax: 1 });
    using _broken = bus.subscribe('agent.*', () => Promise.reject(new Error('no')), { name: 'broken' });
    for (let number = 0; number < 3; number += 1) bus.publish('message.seen', {});
    bus.publish('agent.idle', {});
    const [slow] = bus.stats().listeners;
    expect(slow).toEqual({ name: 'slow', waiting: 1, delivered: 1, failed: 0, dropped: 1 });
    settle();
    await bus.settled();
    expect(bus.stats()).toMatchObject({ listeners: [{ delivered: 2 }, { name: 'broken', failed: 1 }] });
  });

  it('ends when disposed of, also from within the listener', () => {
    const { bus } = makeBus();
    const seen: string[] = [];
    const once = bus.subscribe('*', (event) => {
      seen.push(event.type);
      once[Symbol.dispose]();
    });
    bus.publish('agent.launched', {});
    bus.publish('agent.ended', {});
    expect(seen).toEqual(['agent.launched']);
  });

  it('from within a listener sees only what is published after that', () => {
    const { bus } = makeBus();
    const late: string[] = [];
    let hasSubscribed = false;
    using _ = bus.subscribe('*', () => {
      if (hasSubscribed) return;
      hasSubscribed = true;
      bus.publish('agent.nudged', {});
      bus.subscribe('*', (event) => void late.push(event.type));
      bus.publish('agent.idle', {});
    });
    bus.publish('agent.launched', {});
    expect(late).toEqual(['agent.idle']);
  });

  it('gives all listeners one order, also of what a listener publishes', () => {
    const { bus, lines } = makeBus();
    const first: string[] = [];
    const second: string[] = [];
    using _one = bus.subscribe('*', (event) => {
      first.push(event.type);
      if (event.type === 'agent.crashed') {
        bus.publish('agent.rescued', {});
        bus.publish('agent.relaunched', {});
      }
    });
    using _two = bus.subscribe('*', (event) => void second.push(event.type));
    bus.publish('agent.crashed', {});
    expect(first).toEqual(['agent.crashed', 'agent.rescued', 'agent.relaunched']);
    expect(second).toEqual(first);
    expect(lines().map(({ seq, type }) => [seq, type])).toEqual(
      first.map((type, index) => [index + 1, type]),
    );
  });

  it('ends a circle of listeners that answer one another', () => {
    const { bus, faults, lines } = makeBus();
    using _one = bus.subscribe('ping.sent', () => void bus.publish('pong.sent', {}));
    using _two = bus.subscribe('pong.sent', () => void bus.publish('ping.sent', {}));
    bus.publish('ping.sent', {});
    expect(faults[0]).toMatchObject({ kind: 'listener-failed', error: { code: 'ORC_EVENT_BUS_LOOP' } });
    expect(lines().length).toBeLessThan(60);
    bus.publish('agent.launched', {});
    expect(lines().at(-1)?.type).toBe('agent.launched');
  });

  it('still logs when the bus has ended, and calls nobody', () => {
    const { bus, lines } = makeBus();
    const seen: BusEvent[] = [];
    bus.subscribe('*', (event) => void seen.push(event));
    bus[Symbol.dispose]();
    bus.publish('daemon.stopped', {});
    expect(seen).toEqual([]);
    expect(lines()).toHaveLength(1);
  });
});

describe('a listener that fails', () => {
  it('neither reaches the publisher nor keeps others from their events', async () => {
    const { bus, faults, lines } = makeBus();
    const seen: string[] = [];
    using _one = bus.subscribe('message.*', () => {
      throw new Error('broken');
    });
    using _two = bus.subscribe('message.*', () => Promise.reject(new Error('broken later')), {
      name: 'later',
    });
    using _three = bus.subscribe('message.*', (event) => void seen.push(event.type));
    bus.publish('message.seen', {});
    bus.publish('message.done', {});
    await bus.settled();
    expect(seen).toEqual(['message.seen', 'message.done']);
    expect(faults.map((fault) => fault.kind === 'listener-failed' && fault.subscriber)).toEqual([
      'message.*',
      'message.*',
      'later',
      'later',
    ]);
    const reports = lines().filter(({ type }) => type === 'subscriber.failed');
    expect(reports.map(({ data }) => data)).toEqual([
      expect.objectContaining({ subscriber: 'message.*', type: 'message.seen', error: 'broken' }),
      expect.objectContaining({ subscriber: 'later', error: 'broken later' }),
    ]);
  });

  it('on everything is reported once as an event, and the bus goes on', () => {
    const { bus, faults, lines } = makeBus();
    using _ = bus.subscribe('*', () => {
      throw new Error('always');
    });
    bus.publish('agent.launched', {});
    bus.publish('agent.ended', {});
    expect(lines().map(({ type }) => type)).toEqual(['agent.launched', 'subscriber.failed', 'agent.ended']);
    expect(faults).toHaveLength(3);
  });

  it('does not harm when the one who is told of it fails as well', () => {
    const { bus, lines } = makeBus(
      {},
      {
        onFault: () => {
          throw new Error('nobody listens');
        },
      },
    );
    using _ = bus.subscribe('*', () => {
      throw new Error('broken');
    });
    bus.publish('agent.launched', {});
    bus.publish('agent.ended', {});
    expect(lines()).toHaveLength(3);
  });

  it('is told to the callback also when the report cannot be logged', () => {
    const { bus, directory, faults } = makeBus();
    using _ = bus.subscribe('agent.*', () => {
      rmSync(directory, { recursive: true });
      writeFileSync(directory, 'a file where the directory should be');
      throw new Error('broken');
    });
    bus.publish('agent.launched', {});
    expect(faults).toMatchObject([
      { kind: 'listener-failed', event: { type: 'agent.launched' } },
      { kind: 'not-logged', type: 'subscriber.failed', error: { code: 'ORC_JSONL_CANNOT_APPEND' } },
    ]);
  });
});

describe('the types of a bus', () => {
  type ShopEvents = {
    'order.placed': { readonly total: number };
    'order.shipped': { readonly carrier: string };
  };

  it('tie the data to the type of event', () => {
    const bus = createEventBus<ShopEvents>({ directory: join(makeTempDirectory(), 'events') });
    const totals: number[] = [];
    using _ = bus.subscribe('order.placed', (event) => void totals.push(event.data.total));
    bus.publish('order.placed', { total: 7 });
    // @ts-expect-error: the data of this type has a total
    bus.publish('order.placed', { carrier: 'Ada' });
    expect(totals).toEqual([7, undefined]);
  });

  it.each([[{ directory: '' }], [{ queueMax: 0 }], [{ unknown: 1 }]])('refuse the settings %j', (options) => {
    expect(() => createEventBus({ directory: '/x', ...options })).toThrow(
      expect.objectContaining({ code: 'ORC_EVENT_BUS_BAD_CONFIG' }) as Error,
    );
  });
});
