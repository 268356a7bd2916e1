import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { countEvents, createEventBus, replayEvents, type BusEvent } from './index.ts';

const NOON = Date.UTC(2030, 0, 2, 12);

/** Four events, at 0, 10, 10 and 40 seconds after noon. */
function makeLog() {
  const directory = join(makeTempDirectory(), 'events');
  const bus = createEventBus({ directory });
  for (const [index, seconds] of [0, 10, 10, 40].entries())
    bus.publish(index === 1 ? 'agent.idle' : 'message.seen', { index }, { at: NOON + seconds * 1_000 });
  return { directory, bus };
}

function makeReplay() {
  const waits: number[] = [];
  const seen: unknown[] = [];
  const options = { wait: async (ms: number) => void waits.push(ms) };
  const listener = ({ data }: BusEvent) => void seen.push((data as { index: number }).index);
  return { waits, seen, options, listener };
}

describe('replayEvents', () => {
  it('gives the events again as fast as they are taken', async () => {
    const { seen, waits, options, listener } = makeReplay();
    expect(await replayEvents({ ...makeLog(), ...options }, listener)).toBe(4);
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(waits).toEqual([]);
  });

  it.each([
    [1, [10_000, 30_000]],
    [10, [1_000, 3_000]],
    [0.5, [20_000, 60_000]],
  ])('waits at speed %d as long as it was then', async (speed, expected) => {
    const { waits, options, listener } = makeReplay();
    await replayEvents({ ...makeLog(), ...options, speed }, listener);
    expect(waits).toEqual(expected);
  });

  it('gives a window, and of it what passes the filter', async () => {
    const { seen, options, listener } = makeReplay();
    const window = { since: NOON + 1_000, until: NOON + 40_000, filter: 'message.*' };
    await replayEvents({ ...makeLog(), ...options, ...window }, listener);
    expect(seen).toEqual([2]);
  });

  it('waits for a listener that takes its time, and ends when it is told to', async () => {
    const { options } = makeReplay();
    const stop = new AbortController();
    const seen: number[] = [];
    const count = await replayEvents({ ...makeLog(), ...options, signal: stop.signal }, async ({ data }) => {
      await Promise.resolve();
      seen.push((data as { index: number }).index);
      if (seen.length === 2) stop.abort();
    });
    expect([count, seen]).toEqual([2, [0, 1]]);
  });

  it('ends in the middle of a wait', async () => {
    const stop = new AbortController();
    const { directory } = makeLog();
    const seen: BusEvent[] = [];
    const replay = replayEvents(
      { directory, speed: 1, signal: stop.signal },
      (event) => void seen.push(event),
    );
    stop.abort();
    await replay;
    expect(seen.length).toBeLessThan(4);
  });

  it('tells of the faults of its listener and goes on, or stops where nobody hears', async () => {
    const { options } = makeReplay();
    const log = makeLog();
    const fail = () => {
      throw new Error('broken');
    };
    await expect(replayEvents({ ...log, ...options }, fail)).rejects.toThrow('broken');
    const faults: string[] = [];
    const onFault = ({ type }: BusEvent) => void faults.push(type);
    expect(await replayEvents({ ...log, ...options, onFault }, fail)).toBe(4);
    expect(faults).toHaveLength(4);
  });

  it.each([0, -1, Number.NaN])('refuses the speed %d', async (speed) => {
    await expect(replayEvents({ ...makeLog(), speed }, () => {})).rejects.toThrow(
      expect.objectContaining({ code: 'ORC_EVENT_BUS_BAD_CONFIG' }) as Error,
    );
  });
});

describe('countEvents', () => {
  it('counts by type, severity and why something was held back', async () => {
    const { directory, bus } = makeLog();
    bus.publish('event.suppressed', { why: 'rate_limited' }, { at: NOON, severity: 'debug' });
    expect(await countEvents({ directory })).toMatchObject({
      total: 5,
      byType: { 'message.seen': 3, 'agent.idle': 1, 'event.suppressed': 1 },
      bySeverity: { info: 4, debug: 1 },
      suppressed: { rate_limited: 1 },
      damaged: 0,
      files: 1,
    });
    expect((await countEvents({ directory, filter: 'agent.*' })).total).toBe(1);
  });
});
