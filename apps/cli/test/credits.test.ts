import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentView, CreditsView, MessageView } from '@orc/contracts';
import { makeTempDirectory, waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { makeWorld, startShop, waitForMessage, waitForTasks, type World } from './world.ts';

const stateOf = async (world: World, role: string): Promise<AgentView['state']> =>
  (await world.agent(role)).state;

const waitForState = (world: World, role: string, wanted: string) =>
  waitUntil(
    async () => {
      const state = await stateOf(world, role);
      return state.state === wanted ? state : undefined;
    },
    { timeoutMs: 30_000, intervalMs: 200, what: `${role} being ${wanted}` },
  );

const continuesOf = async (world: World) =>
  (await world.orc<{ messages: MessageView[] }>('msg', 'list', '--kind', 'continue')).messages;

it('parks a limited account, goes on once when the limit is over, and closes the question of a weekly one', async () => {
  const scenario = join(makeTempDirectory('orc-scenario'), 'scenario.json');
  const week = {
    kind: 'limit',
    agent: 'tester',
    onMessage: 'weekly wall',
    inMs: 90_000_000,
    limitType: 'seven_day',
  };
  const faults = [
    { kind: 'limit', agent: 'developer', onMessage: 'wall ahead', inMs: 6_000, autoResume: false },
    week,
  ];
  writeFileSync(scenario, JSON.stringify({ faults }));
  const credits = { resumeDelayMs: 1_000, staggerMs: 100, staggerJitterMs: 0, retryMs: 600_000 };
  const world = makeWorld({ sim: { scenario }, credits });
  await startShop(world, '--roles', 'developer,tester');
  await waitForTasks(world);

  const tripping = await world.orc<MessageView>('send', 'developer', 'wall ahead');
  expect(await waitForState(world, 'developer', 'limited')).toMatchObject({
    source: 'transcript',
    why: expect.stringMatching(/^it hit its 5-hour limit, until /) as string,
  });
  expect((await waitForState(world, 'tester', 'limited')).why).toContain('its account (sim)');
  const parked = await world.orc<MessageView>('send', 'tester', 'when you are back');
  expect((await world.orc<MessageView>('msg', 'show', parked.id)).isParked).toBe(true);
  const { accounts } = await world.orc<CreditsView>('credits', 'status');
  expect(accounts.find(({ account }) => account === 'sim')?.agents).toContainEqual(
    expect.objectContaining({ id: 'shop/developer', status: 'limited' }),
  );
  expect((await world.run(['credits'])).stdout).toMatch(/shop\/tester +limited/);

  await waitForMessage(world, tripping.id);
  const delivered = await waitForMessage(world, parked.id);
  expect(delivered.attempts).toBe(0);
  expect((await continuesOf(world)).map(({ recipient }) => recipient)).toEqual(['shop/developer']);
  const { messages } = await world.orc<{ messages: MessageView[] }>('inbox', '--all');
  expect(messages.filter(({ body }) => body.includes('limit of account sim is reached'))).toHaveLength(1);
  await waitForState(world, 'developer', 'idle');

  await world.orc('send', 'tester', 'weekly wall');
  expect((await waitForState(world, 'tester', 'limited')).why).toContain('weekly limit');
  const shown = async () => (await world.orc<{ screen: string }>('agent', 'logs', 'tester')).screen;
  expect(await shown()).toContain('Stop and wait for limit to reset');
  // Tried by a person before its time: the question is closed, and the limit turns out to hold.
  await world.orc('credits', 'resume');
  await waitUntil(
    async () => {
      const now = (await world.orc<CreditsView>('credits')).accounts.find(({ account }) => account === 'sim');
      return now?.limits.some(({ round, phase }) => round === 2 && phase === 'limited');
    },
    { timeoutMs: 30_000, intervalMs: 200, what: 'the limit being met again' },
  );
  const events = await world.orc<{ events: { type: string; agent?: string }[] }>('events', '--tail', '200');
  expect(events.events).toContainEqual(
    expect.objectContaining({ type: 'agent.dialog_closed', agent: 'shop/tester' }),
  );
  expect(await world.orc('credits', 'forget')).toMatchObject({
    accounts: expect.arrayContaining(['sim']) as unknown,
  });
}, 400_000);
