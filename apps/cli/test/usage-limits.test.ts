import type { MessageView } from '@orc/contracts';
import { waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { makeWorld, startShop } from './world.ts';

const PATIENT = { timeoutMs: 120_000, intervalMs: 100 };
/** A tool that holds 300 MiB for two minutes, unless it is ended. */
const HOG = `${process.execPath} -e 'const held = Buffer.alloc(3e8, 1); setTimeout(() => held.at(0), 120_000)'`;

it('tells who uses too much, starts an agent again where that is set, and says once that all use too much together', async () => {
  const world = makeWorld(
    {
      supervision: { limits: { memoryMb: 250, forMs: 500, action: 'restart' } },
      restarts: { firstDelayMaxMs: 0, delayMs: 0, jitterRatio: 0 },
    },
    { turns: [{ agent: 'developer', text: 'a build', tools: [HOG] }] },
  );
  await startShop(world, '--roles', 'developer');
  const eventsOf = async (types: string) =>
    (await world.call('events', { query: { tail: 1_000, types } })).events;
  const toldOf = async (text: string) =>
    (await world.orc<{ messages: MessageView[] }>('inbox', '--all', '--peek')).messages.filter(({ body }) =>
      body.includes(text),
    );

  const [event] = await waitUntil(async () => {
    const events = await eventsOf('agent.over_limit');
    return events.length > 0 && events;
  }, PATIENT);
  expect(event).toMatchObject({ agent: 'shop/developer', severity: 'warning' });
  expect(event?.data).toMatchObject({
    action: 'restart',
    why: expect.stringMatching(/^it holds \d+ MiB of memory and may have 250$/) as string,
  });
  await waitUntil(async () => (await eventsOf('agent.relaunched')).length > 0, {
    ...PATIENT,
    what: 'the developer being started again',
  });
  expect(await toldOf('shop/developer uses too much: it holds')).not.toEqual([]);

  await world.orc('config', 'set', 'supervision.limits', '{}');
  await world.orc('config', 'set', 'supervision.totalLimits', '{"memoryMb":64,"forMs":500}');
  await world.orc('daemon', 'restart');
  await waitUntil(async () => (await toldOf('The agents use too much together')).length > 0, PATIENT);
  const { pid } = await world.agent('developer');
  const [total] = (await eventsOf('agent.over_limit')).slice(-1);
  expect(total?.data).toMatchObject({ action: 'notice' });
  // Several looks later nothing was repeated, and nobody was ended.
  const looks = (await eventsOf('agent.over_limit')).length;
  await waitUntil(async () => Date.now() - (await world.call('health', {})).startedAt > 8_000, PATIENT);
  expect(await eventsOf('agent.over_limit')).toHaveLength(looks);
  expect(await toldOf('The agents use too much together')).toHaveLength(1);
  expect((await world.agent('developer')).pid).toBe(pid);
}, 300_000);
