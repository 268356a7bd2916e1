import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import {
  createEventBus,
  createSink,
  readEvents,
  type BusEvent,
  type Digest,
  type Severity,
  type SinkOptions,
} from './index.ts';

const NOON = Date.UTC(2030, 0, 2, 12);
const MINUTE = 60_000;

/** A sink behind a real bus, with a clock that is moved by hand. */
function makeSink(config: SinkOptions['config'] = {}) {
  const directory = join(makeTempDirectory(), 'events');
  const clock = { at: NOON, now: () => clock.at };
  const bus = createEventBus({ directory }, { clock });
  const delivered: BusEvent[] = [];
  const digests: Digest[] = [];
  const state = { fails: false };
  const refuse = () => {
    if (state.fails) throw new Error('no room');
  };
  const sink = createSink(bus, {
    name: 'shop/pm',
    config,
    clock,
    keyOf: ({ data }) => String(data),
    deliver: (event) => {
      refuse();
      delivered.push(event);
    },
    deliverDigest: (digest) => {
      refuse();
      digests.push(digest);
    },
  });
  const offer = (severity: Severity, key: string) =>
    sink.offer(bus.publish('rule.violated', key, { severity }));
  const marks = () =>
    [...readEvents({ directory, types: 'event.suppressed' })].map(
      ({ data }) => (data as { why: string }).why,
    );
  return { sink, bus, clock, delivered, digests, directory, state, offer, marks };
}

const keys = (events: readonly BusEvent[]) => events.map(({ data }) => data);

describe('a sink', () => {
  it('is told ten different warnings at once, and the rest in order a minute later, as one', () => {
    const { sink, clock, delivered, digests, offer, marks } = makeSink();
    const verdicts = Array.from({ length: 15 }, (_unused, index) => offer('warning', `w${index}`));
    expect(verdicts.filter((each) => each === 'delivered')).toHaveLength(10);
    expect(marks()).toEqual(Array.from({ length: 5 }, () => 'rate_limited'));
    clock.at += 6_000;
    // A token is back, but what came first has not been told yet.
    expect(offer('warning', 'x')).toBe('rate_limited');
    expect(delivered).toHaveLength(10);
    clock.at = NOON + MINUTE - 1;
    sink.flush();
    expect(digests).toEqual([]);
    clock.at += 1;
    sink.flush();
    sink.flush();
    expect(digests).toMatchObject([{ isCritical: false, total: 6, others: 0, since: NOON }]);
    expect(sink.isGathering).toBe(false);
    expect(offer('warning', 'z')).toBe('delivered');
  });

  it('finds what it held back in the file of the day', () => {
    const { directory, offer } = makeSink({ burst: 1 });
    offer('warning', 'a');
    offer('warning', 'b');
    const file = readFileSync(join(directory, '2030-01-02.jsonl'), 'utf8');
    expect(file.split('\n').filter((line) => line.includes('rate_limited'))).toHaveLength(1);
  });

  it('gathers what is less than a warning', () => {
    const { sink, clock, delivered, digests, offer } = makeSink();
    expect([offer('info', 'a'), offer('info', 'a'), offer('notice', 'b')]).toEqual([
      'minor',
      'minor',
      'minor',
    ]);
    clock.at += 5 * MINUTE;
    sink.flush();
    expect(delivered).toEqual([]);
    expect(digests[0]?.groups.map(({ event, count }) => [event.data, count])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('is told a critical event at once however full the bucket is, and its repeats only in the digest', () => {
    const { sink, clock, delivered, digests, offer } = makeSink({ burst: 1 });
    offer('warning', 'w1');
    offer('warning', 'w2');
    expect(offer('critical', 'down')).toBe('delivered');
    for (let count = 0; count < 50; count += 1) expect(offer('critical', 'down')).toBe('repeated');
    expect(keys(delivered)).toEqual(['w1', 'down']);
    clock.at += 5 * MINUTE;
    sink.flush();
    expect(digests).toMatchObject([{ isCritical: false, total: 51 }]);
    clock.at += 5 * MINUTE;
    expect(offer('critical', 'down')).toBe('delivered');
  });

  it('is told a warning again when it becomes critical', () => {
    const { delivered, offer } = makeSink();
    offer('warning', 'disk');
    offer('critical', 'disk');
    expect(delivered.map(({ severity }) => severity)).toEqual(['warning', 'critical']);
  });

  it('is told very many different critical events within a second, as one', () => {
    const { sink, clock, delivered, digests, offer } = makeSink();
    for (let count = 0; count < 500; count += 1) offer('critical', `c${count}`);
    expect(delivered).toHaveLength(30);
    clock.at += 1_000;
    sink.flush();
    expect(digests).toMatchObject([{ isCritical: true, total: 470, others: 370 }]);
    expect(digests[0]?.groups).toHaveLength(100);
  });

  it('keeps what it was refused, and says it when there is room again', () => {
    const { sink, clock, digests, state, offer, marks } = makeSink();
    state.fails = true;
    expect([offer('critical', 'down'), offer('warning', 'w')]).toEqual(['refused', 'refused']);
    expect(marks()).toEqual(['refused', 'refused']);
    clock.at += 5 * MINUTE;
    sink.flush();
    expect(digests).toEqual([]);
    state.fails = false;
    clock.at += 1_000;
    sink.flush();
    expect(digests.map(({ isCritical, total }) => [isCritical, total])).toEqual([
      [true, 1],
      [false, 1],
    ]);
  });

  it('goes on in another process where this one was killed', () => {
    const first = makeSink();
    const events = Array.from({ length: 12 }, (_unused, index) =>
      first.bus.publish('rule.violated', `w${index}`, { severity: 'warning' }),
    );
    const verdicts = events.map((event) => first.sink.offer(event));
    const second = makeSink();
    events.forEach((event, index) => second.sink.recall(event, verdicts[index] ?? 'refused'));
    expect(second.offer('warning', 'w0')).toBe('repeated');
    expect(second.offer('warning', 'new')).toBe('rate_limited');
    expect(second.sink.pending).toMatchObject([{ total: 4 }]);
    expect(second.marks()).toEqual(['repeated', 'rate_limited']);
    expect(second.sink.clear()).toBe(4);
    expect(second.sink.pending).toEqual([]);
  });

  it('survives a flood: all is logged, ten are told, no critical one waits, memory is bounded', () => {
    const { sink, clock, delivered, digests, directory, offer } = makeSink();
    const critical: unknown[] = [];
    for (let count = 0; count < 10_000; count += 1) {
      clock.at = NOON + Math.floor((count * MINUTE) / 10_000);
      sink.flush();
      const isCritical = count % 1_000 === 500;
      const verdict = offer(isCritical ? 'critical' : 'warning', `e${count}`);
      if (isCritical) critical.push(verdict);
    }
    expect(critical).toEqual(Array.from({ length: 10 }, () => 'delivered'));
    expect(delivered.filter(({ severity }) => severity === 'warning')).toHaveLength(10);
    clock.at += 5 * MINUTE;
    sink.flush();
    expect(digests).toHaveLength(1);
    expect(digests[0]?.groups).toHaveLength(100);
    expect([...readEvents({ directory, types: 'rule.violated' })]).toHaveLength(10_000);
  });

  it('refuses settings that cannot be used', () => {
    expect(() => makeSink({ perMinute: 0 })).toThrow(
      expect.objectContaining({ code: 'ORC_EVENT_BUS_BAD_CONFIG' }) as Error,
    );
  });
});
