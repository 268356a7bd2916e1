import { appendFileSync, mkdirSync, truncateSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import {
  createEventBus,
  readEvents,
  readEventsInTurns,
  rotateEvents,
  type BusEvent,
  type DamagedLine,
} from './index.ts';

const DAY = 86_400_000;
const START = Date.UTC(2030, 0, 1);

/** Three days with four events each, six hours apart. */
function makeLog() {
  const directory = join(makeTempDirectory(), 'events');
  const bus = createEventBus({ directory });
  for (let number = 0; number < 12; number += 1)
    bus.publish(
      number % 2 === 0 ? 'message.seen' : 'agent.idle',
      { number },
      { at: START + (number * DAY) / 4 },
    );
  const numbers = (options: Omit<Parameters<typeof readEvents>[0], 'directory'> = {}) =>
    [...readEvents({ directory, ...options })].map(({ data }) => (data as { number: number }).number);
  return { directory, bus, numbers };
}

describe('readEvents', () => {
  it('reads all days in order', () => {
    expect(makeLog().numbers()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each([
    [{ since: START + DAY }, [4, 5, 6, 7, 8, 9, 10, 11]],
    [{ since: START + DAY + 1 }, [5, 6, 7, 8, 9, 10, 11]],
    [{ until: START + DAY }, [0, 1, 2, 3]],
    [{ since: START + DAY, until: START + DAY + 1 }, [4]],
    [{ types: 'message.*' }, [0, 2, 4, 6, 8, 10]],
    [{ types: ['message.*', 'agent.idle'], tail: 2 }, [10, 11]],
    [{ tail: 3 }, [9, 10, 11]],
    [{ tail: 6 }, [6, 7, 8, 9, 10, 11]],
    [{ tail: 100 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    [{ tail: 0 }, []],
    [{ types: 'agent.*', until: START + 2 * DAY, tail: 3 }, [3, 5, 7]],
  ])('gives what %j asks for', (options, expected) => {
    expect(makeLog().numbers(options)).toEqual(expected);
  });

  it('gives an event as it was published', () => {
    const { directory, bus } = makeLog();
    const event = bus.publish(
      'message.dead',
      { reason: 'x' },
      { at: START, project: 'shop', severity: 'warning' },
    );
    expect([...readEvents({ directory, types: 'message.dead' })]).toEqual([event]);
  });

  it('opens only the files of the days asked for', () => {
    const { directory, numbers } = makeLog();
    mkdirSync(join(directory, '2030-01-09.jsonl'));
    mkdirSync(join(directory, '2029-12-31.jsonl'));
    expect(numbers({ since: START, until: START + 3 * DAY })).toHaveLength(12);
    expect(() => numbers({ since: START })).toThrow('EISDIR');
    expect(() => numbers({ until: START })).toThrow('EISDIR');
  });

  it('reads a tail from the end of the file and no further', () => {
    const { directory, bus, numbers } = makeLog();
    const path = join(directory, '2030-01-09.jsonl');
    writeFileSync(path, '');
    // Nobody could read a terabyte of nothing in the time of a test.
    truncateSync(path, 2 ** 40);
    for (const number of [20, 21, 22])
      bus.publish('message.seen', { number }, { at: Date.UTC(2030, 0, 9, number) });
    expect(numbers({ tail: 2 })).toEqual([21, 22]);
    expect(numbers({ tail: 1, filter: 'data.number < 22' })).toEqual([21]);
  });

  it('reads packed days like others', async () => {
    const { directory, numbers } = makeLog();
    const { packed, removed } = await rotateEvents(directory, {}, START + 10 * DAY);
    expect([packed.length, removed.length]).toEqual([3, 0]);
    expect(numbers()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(numbers({ tail: 5, types: 'message.*' })).toEqual([2, 4, 6, 8, 10]);
    expect(numbers({ since: START + DAY, until: START + 2 * DAY })).toEqual([4, 5, 6, 7]);
  });

  it('passes over damaged lines and other files, and says which', () => {
    const { directory, numbers } = makeLog();
    const path = join(directory, '2030-01-02.jsonl');
    const [first = '', ...rest] = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, [first, '{"cut off', '[]', '{"id":"x"}', 'null', ...rest].join('\n'));
    appendFileSync(path, '{"half a line');
    writeFileSync(join(directory, 'notes.txt'), 'mine');
    const damaged: DamagedLine[] = [];
    expect(numbers({ onDamaged: (line) => void damaged.push(line) })).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
    expect(damaged).toEqual([2, 3, 4, 5, 9].map((line) => ({ path, line })));
  });

  it('keeps what a newer orc has added to an event', () => {
    const { directory } = makeLog();
    const line = {
      id: 'e9',
      seq: 1,
      at: START,
      type: 'a.b',
      severity: 'info',
      source: 'x',
      data: null,
      trace: 't1',
    };
    appendFileSync(join(directory, '2030-01-01.jsonl'), `${JSON.stringify(line)}\n`);
    expect([...readEvents({ directory, types: 'a.b' })]).toEqual([line]);
  });

  it('reads an event without data', () => {
    const { directory, bus } = makeLog();
    const event = bus.publish('daemon.started', undefined, { at: START });
    expect(event.data).toBeNull();
    expect([...readEvents({ directory, types: 'daemon.*' })]).toEqual([event]);
  });

  it('finds nothing where nothing was logged', () => {
    expect([...readEvents({ directory: join(makeTempDirectory(), 'none') })]).toEqual([]);
  });

  it('refuses a glob that cannot match', () => {
    expect(() => [...readEvents({ directory: '/x', types: 'a b' })]).toThrow(
      expect.objectContaining({ code: 'ORC_EVENT_BUS_BAD_GLOB' }) as Error,
    );
  });
});

it('readEventsInTurns gives the same, and others their turn while the log is searched', async () => {
  const directory = makeTempDirectory();
  const lines = Array.from({ length: 2_100 }, (_, seq) =>
    JSON.stringify({
      id: `e${seq}`,
      seq,
      at: START,
      type: seq === 2_000 ? 'a.b' : 'c.d',
      severity: 'info',
      source: 's',
      data: {},
    }),
  );
  writeFileSync(join(directory, '2030-01-01.jsonl'), `${lines.join('\n')}\n`);
  for (const options of [{}, { tail: 5 }]) {
    let turns = 0;
    let next = setImmediate(function turn() {
      turns += 1;
      next = setImmediate(turn);
    });
    const found: BusEvent[] = [];
    for await (const event of readEventsInTurns({ directory, types: 'a.b', ...options })) found.push(event);
    clearImmediate(next);
    expect(found).toEqual([...readEvents({ directory, types: 'a.b', ...options })]);
    expect(found).toHaveLength(1);
    expect(turns).toBeGreaterThanOrEqual(3);
  }
});
