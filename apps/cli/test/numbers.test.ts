import type { EventView, NumbersView } from '@orc/contracts';
import { waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { makeWorld, startShop, waitForTasks } from './world.ts';

/** By nearest rank: a value that occurred. */
const rank = (sorted: readonly number[], percent: number) =>
  sorted[Math.max(1, Math.ceil((percent * sorted.length) / 100)) - 1] ?? null;

it('prints the numbers of a team as a recount of the event log has them', async () => {
  // A lane tells the tester of what it has merged, at a moment of its own.
  const world = makeWorld({ git: { fastLanes: { enabled: false } } });
  await startShop(world, '--roles', 'developer,tester');
  await waitForTasks(world);
  // What was not known to be seen when it stops, its briefing too, would wait again.
  await waitUntil(async () => {
    const { messages } = await world.call('messages', { query: { agent: 'shop/tester', limit: 1_000 } });
    return messages.every(({ state }) => !['queued', 'leased', 'injected'].includes(state));
  });
  await world.orc('agent', 'stop', 'tester');
  for (const [priority, text] of [
    ['20', 'soon'],
    ['5', 'some day'],
    ['1', 'perhaps'],
  ] as const)
    await world.orc('send', 'tester', text, '--priority', priority);

  const eventsOf = async (types: string) =>
    (await world.orc<{ events: EventView[] }>('events', '--tail', '5000', '--types', types)).events;
  const numbers = await waitUntil(async () => {
    const found = await world.orc<NumbersView>('metrics');
    const ends = await eventsOf('message.finished,message.failed');
    const isWritten =
      found.agents.reduce((sum, each) => sum + each.completed + each.failed, 0) === ends.length;
    return isWritten ? found : undefined;
  });
  const ends = await eventsOf('message.finished,message.failed');
  expect(ends.length).toBeGreaterThanOrEqual(3);
  const durationsOf = (events: readonly EventView[]) =>
    events
      .map(({ data }) => (data as { durationMs: number | null }).durationMs)
      .filter((ms) => ms !== null)
      .sort((a, b) => a - b);
  for (const { agent, completed, failed, averageMs, p95Ms } of numbers.agents) {
    const own = ends.filter((event) => event.agent === agent);
    const took = durationsOf(own);
    const sum = took.reduce((all, ms) => all + ms, 0);
    expect({ agent, completed, failed, averageMs, p95Ms }).toEqual({
      agent,
      completed: own.filter(({ type }) => type === 'message.finished').length,
      failed: own.filter(({ type }) => type === 'message.failed').length,
      averageMs: took.length === 0 ? null : sum / took.length,
      p95Ms: rank(took, 95),
    });
  }
  const all = durationsOf(ends);
  const { duration, slowest } = await world.orc<Pick<NumbersView, 'duration' | 'slowest'>>('bottlenecks');
  expect(duration).toMatchObject({ p50Ms: rank(all, 50), p95Ms: rank(all, 95), p99Ms: rank(all, 99) });
  expect(slowest.map(({ durationMs }) => durationMs)).toEqual([...all].reverse().slice(0, 10));

  const queue = await world.orc<NumbersView>('queue', '--agent', 'tester');
  expect(queue.depthByLevel).toEqual({ high: 1, normal: 1, low: 1 });
  const print = async (...words: string[]) => (await world.run(words)).stdout;
  expect(await print('queue')).toMatch(/^shop\/tester +3 +1 +1 +1 +\S+ +parked$/m);
  expect(await print('bottlenecks')).toMatch(/^1\. \S+ \(shop\/\w+\): [\d,]+ms - \S.*\n/m);
  expect(await print('metrics', '--agent', 'tester')).toContain(
    '- Current queue depth: 3 (high: 1, normal: 1, low: 1)',
  );
  expect(await print('health')).toMatch(/^machine +ok +\d+ of \d+ MiB of memory free, load/m);

  const metrics = await print('metrics', '--prometheus');
  const completed = numbers.agents.find(({ agent }) => agent === 'shop/developer')?.completed ?? 0;
  expect(metrics).toContain(`orc_tasks_total{agent="shop/developer",outcome="completed"} ${completed}\n`);
  expect(metrics).toContain('orc_agent_queue_depth{agent="shop/tester"} 3\n');
}, 400_000);
