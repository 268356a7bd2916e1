import type { Fact } from '@orc/registry';
import { onTeardown, waitUntil } from '@orc/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { makeCreditHouse } from '../../fixtures/credit-house.ts';
import { DaemonConfig } from '../config/schema.ts';
import type { Parts } from '../parts.ts';
import { createAfterReset } from './after-reset.ts';
import { createRestarts, findAwaited, isDealtWith, noteAlive } from './restarts.ts';
import { createStateReader } from './state.ts';

const ID = 'shop/developer';
const KILLED = { status: null, signal: 'SIGKILL', cause: 'SIGKILL' };

/** An agent whose program has run since the clock began, and a launcher that does what the test says. */
function makeAgent() {
  const house = makeCreditHouse(['developer'], { start: Date.UTC(2030, 0, 1) });
  house.parts.registry.updateAgent(ID, { launchedAt: house.clock.at, launchCount: 1 });
  house.clock.at += 60_000;
  const config = DaemonConfig.parse({ restarts: { firstDelayMaxMs: 0, delayMs: 1 } });
  const launches: { readonly end: (how: 'started' | 'runs' | Error) => void }[] = [];
  const launch = () =>
    new Promise<{ outcome: 'started' | 'runs' }>((resolve, reject) => {
      const end = (how: 'started' | 'runs' | Error): void => {
        if (how instanceof Error) return reject(how);
        const { registry } = house.parts;
        if (how === 'started') registry.updateAgent(ID, { launchedAt: (house.clock.at += 1_000) });
        resolve({ outcome: how });
      };
      launches.push({ end });
    });
  /** As each daemon has them anew. */
  const open = ({ isStarting = false } = {}) => {
    const { registry, notices } = house.parts;
    const parts = {
      ...house.parts,
      config,
      clock: house.clock,
      log: pino({ level: 'silent' }),
    } as unknown as Parts;
    const stateOf = createStateReader(parts, { of: () => undefined });
    const restarts = createRestarts(parts, {
      ...{ launcher: { launch }, notices, afterReset: createAfterReset({ registry }) },
      ...{ starts: { isPending: () => isStarting }, stateOf },
    });
    onTeardown(() => restarts[Symbol.dispose]());
    return restarts;
  };
  const untilLaunched = (count: number) =>
    waitUntil(() => launches.length === count, { what: `launch ${count}` });
  /** The first ones, one after the other: each failure leads to the next. */
  const failLaunches = async (many: number): Promise<void> => {
    for (let count = 1; count <= many; count += 1) {
      await untilLaunched(count);
      launches[count - 1]?.end(new Error('no more room'));
    }
  };
  return {
    ...{ house, launches, open, untilLaunched, failLaunches },
    outcomes: () => house.parts.registry.restarts(ID).map(({ outcome }) => outcome),
    isDealtWith: () => isDealtWith(house.parts, house.agent('developer')),
    state: () => {
      const { registry } = house.parts;
      const stateOf = createStateReader({ registry, clock: house.clock }, { of: () => undefined });
      return stateOf(house.agent('developer')).state;
    },
  };
}

it('a late word of the program before is no work of the next, and no end is forgotten for it', async () => {
  const agent = makeAgent();
  const restarts = agent.open();
  restarts.onExit(ID, KILLED);
  await agent.untilLaunched(1);
  // The hook of a client that was killed lives on for a moment, and tells of its last turn.
  restarts.noteWork(ID, agent.house.clock.at + 5);
  expect(agent.outcomes()).toEqual(['started']);
  // That daemon ends during the launch, and the next one looks.
  expect(agent.isDealtWith()).toBe(false);
  agent.open().onExit(ID, KILLED);
  await agent.untilLaunched(2);
});

it('a restart that failed is decided on again, also by the next daemon', async () => {
  const agent = makeAgent();
  agent.open().onExit(ID, KILLED);
  await agent.untilLaunched(1);
  // The daemon is killed, or its database locked, after the failure was noted and before anything follows.
  agent.house.parts.queue[Symbol.dispose]();
  agent.launches[0]?.end(new Error('no more room'));
  await waitUntil(() => agent.outcomes().includes('crashed'));
  agent.house.restart();
  expect(agent.isDealtWith()).toBe(false);
  agent.open().onExit(ID, KILLED);
  await agent.untilLaunched(2);
  agent.launches[1]?.end('started');
  await waitUntil(() => agent.house.agent('developer').launchedAt === agent.house.clock.at);
  expect(agent.outcomes()).toEqual(['crashed', 'started']);
});

it('a turn after the launch is what makes a restart worth it', async () => {
  const agent = makeAgent();
  const restarts = agent.open();
  restarts.onExit(ID, KILLED);
  await agent.untilLaunched(1);
  agent.launches[0]?.end('started');
  restarts.noteWork(ID, agent.house.clock.at + 5);
  expect(agent.outcomes()).toEqual(['worked']);
});

it('who is left down is left down, however many restarts had failed before', async () => {
  const agent = makeAgent();
  const restarts = agent.open();
  restarts.onExit(ID, KILLED);
  await agent.failLaunches(3);
  await waitUntil(() => agent.house.mail('user', 'notice').length > 0);
  expect([agent.outcomes(), agent.isDealtWith()]).toEqual([['crashed', 'crashed', 'crashed'], true]);
});

it.each([true, false])(
  'who is left down is told of once, whenever the daemon ends meanwhile (after it was written: %s)',
  async (isWritten) => {
    const agent = makeAgent();
    const restarts = agent.open();
    restarts.onExit(ID, KILLED);
    await agent.failLaunches(2);
    await agent.untilLaunched(3);
    const { registry } = agent.house.parts;
    const original = { ...registry };
    let hasEnded = false;
    const writeAndEnd = (facts: readonly Fact[]): number => {
      if (!hasEnded && !facts.some(({ kind }) => kind === 'supervision.blocked'))
        return original.recordFacts(facts);
      if (!hasEnded && isWritten) original.recordFacts(facts);
      hasEnded = true;
      throw new Error('killed');
    };
    Object.assign(registry, {
      recordFacts: writeAndEnd,
      recordFact: (fact: Fact) => writeAndEnd([fact]) > 0,
    });
    agent.launches[2]?.end(new Error('no more room'));
    await waitUntil(() => hasEnded);
    agent.house.restart();
    if (!agent.isDealtWith()) agent.open().onExit(ID, KILLED);
    expect([agent.isDealtWith(), agent.state()]).toEqual([true, 'blocked']);
    expect(agent.house.agent('developer').desired).toBe('running');
    expect(agent.house.mail('user', 'notice')).toHaveLength(1);
  },
);

it('who runs although its end was noted and given up is alive, and its next end is an end', async () => {
  const agent = makeAgent();
  const restarts = agent.open();
  restarts.onExit(ID, KILLED);
  await agent.failLaunches(3);
  await waitUntil(agent.isDealtWith);
  const { registry } = agent.house.parts;
  agent.house.clock.at += 1_000;
  noteAlive({ registry, clock: agent.house.clock }, agent.house.agent('developer'));
  expect([agent.isDealtWith(), agent.state()]).toEqual([false, 'starting']);
  agent.house.clock.at += 1_000;
  restarts.onExit(ID, KILLED);
  expect([agent.isDealtWith(), agent.state()]).toEqual([true, 'blocked']);
  expect(agent.house.mail('user', 'notice')).toHaveLength(2);
});

it('a restart of whom a person has started meanwhile is not awaited any more', async () => {
  const agent = makeAgent();
  const restarts = agent.open();
  restarts.onExit(ID, KILLED);
  await agent.untilLaunched(1);
  agent.launches[0]?.end('runs');
  await waitUntil(() => agent.outcomes().includes('unneeded'));
  const { registry } = agent.house.parts;
  expect(findAwaited({ registry }, agent.house.agent('developer'))).toBeUndefined();
});

it('whose start is under way after it has waited has no program that could end', () => {
  const agent = makeAgent();
  agent.open({ isStarting: true }).onExit(ID, KILLED);
  expect([agent.outcomes(), agent.house.events()]).toEqual([[], []]);
});
