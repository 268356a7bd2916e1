import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { summarise } from './delivery.ts';
import { chooseRows, rowNames } from './groups.ts';
import { choose, createRandom } from './random.ts';
import { expectThat } from './row.ts';
import { until } from './until.ts';
import { makeWorld } from './world.ts';

it('finds rows by their names, each in its group, and names what there is', () => {
  expect(new Set(rowNames).size).toBe(rowNames.length);
  const [crashes, panes] = chooseRows(['agent-killed', 'human-draft']);
  expect([crashes?.rows.length, panes?.rows.length]).toEqual([1, 1]);
  expect(() => chooseRows(['earthquake'])).toThrow(
    expect.objectContaining({
      code: 'ORC_DRILL_UNKNOWN_ROW',
      message: expect.stringContaining('daemon-killed') as string,
    }),
  );
});

it('chooses the same victims for the same seed, and not the same one always', () => {
  const victims = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 50 }, () => choose(random, ['agent', 'hooks', 'daemon']));
  };
  expect(victims(7)).toEqual(victims(7));
  expect(victims(7)).not.toEqual(victims(8));
  expect(new Set(victims(7)).size).toBe(3);
});

it('gives figures of delivery by nearest rank, apart for each channel', () => {
  const sample = (channel: string, ms: number) => ({ agent: 'idle' as const, channel, ms });
  const times = Array.from({ length: 20 }, (_, index) => sample('waiter', index + 1));
  expect(summarise([...times, sample('Stop', 7)])).toEqual([
    { agent: 'idle', channel: 'Stop', count: 1, p50Ms: 7, p95Ms: 7 },
    { agent: 'idle', channel: 'waiter', count: 20, p50Ms: 10, p95Ms: 19 },
  ]);
});

it('says what was waited for in vain, and which promise was broken', async () => {
  await expect(until(() => undefined, { what: 'rain', timeoutMs: 1 })).rejects.toThrow(
    expect.objectContaining({
      code: 'ORC_DRILL_TIMED_OUT',
      message: expect.stringContaining('rain') as string,
    }),
  );
  expect(() => expectThat(false, 'a draft is gone')).toThrow(
    expect.objectContaining({ code: 'ORC_DRILL_PROMISE_BROKEN' }),
  );
});

it('says what a command that failed has printed, and removes its world', async () => {
  const directory = join(makeTempDirectory('drill'), 'w');
  mkdirSync(directory);
  const world = await makeWorld({ directory, orc: ['sh', '-c', 'echo broken >&2; exit 3'] });
  await expect(world.orc('status')).rejects.toThrow(
    expect.objectContaining({
      code: 'ORC_DRILL_COMMAND_FAILED',
      message: expect.stringContaining('broken') as string,
    }),
  );
  await world[Symbol.asyncDispose]();
});
