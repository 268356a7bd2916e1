import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageView } from '@orc/contracts';
import { stageRealClient, stageSim, type Stage } from './delivery-stage.ts';
import { until } from './until.ts';
import { makeWorld, type World, type WorldOptions } from './world.ts';

/** How soon messages were seen that came one way. */
export interface DeliveryFigure {
  readonly agent: 'idle' | 'busy';
  /** The channel as the ledger has it. */
  readonly channel: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface DeliveryReport {
  readonly runtime: Stage['runtime'];
  readonly figures: readonly DeliveryFigure[];
  /** An idle agent that waits for its mail; the only figure that does not depend on what the agent does. */
  readonly budget: { readonly p50Ms: number; readonly p95Ms: number; readonly isKept: boolean };
}

export interface DeliveryBench extends Pick<WorldOptions, 'directory' | 'orc'> {
  /** Program and first arguments of Claude Code, to measure that in place of a simulation. */
  readonly client?: readonly string[];
  /** Messages per state of the agent, 1…200. */
  readonly rounds: number;
  readonly say?: (text: string) => void;
}

/** Between two messages to an idle agent, so that its next waiter is there. */
const PAUSE_MS = 400;
const BUDGET = { p50Ms: 250, p95Ms: 1_000 };

export type Sample = Pick<DeliveryFigure, 'agent' | 'channel'> & { readonly ms: number };

/**
 * Times from `send` to `seen`, as the ledger has both: at an agent that makes one tool call after the other, at
 * an idle one that waits for mail, and at an idle one that has to be typed at. Neither the simulated agents nor
 * the model behind a real client think, so that what is measured is orc and the client's own steps.
 *
 * @throws ORC_DRILL_TIMED_OUT, ORC_DRILL_COMMAND_FAILED
 */
export async function benchDelivery({
  directory,
  orc,
  client,
  rounds,
  say = () => undefined,
}: DeliveryBench): Promise<DeliveryReport> {
  const samples: Sample[] = [];
  const open = (toolCalls: number) => (client ? stageRealClient(client, toolCalls > 0) : stageSim(toolCalls));
  say(
    client
      ? 'Claude Code, with a script on loopback in place of its model'
      : 'SIMULATION: simulated agents that think for no time',
  );
  {
    await using stage = await open(rounds * 4);
    await using world = await makeWorld({ directory: `${directory}/a`, orc, ...stage.worldOptions });
    await world.up();
    await untilState(world, 'working');
    say('· a busy agent');
    for (let round = 0; round < rounds; round += 1) samples.push(await deliver(world, 'busy'));
    stage.rest();
    await measureIdle(world, { rounds, samples, say });
  }
  {
    await using stage = await open(0);
    const config = { delivery: { waiters: false, nudgeAfterMs: 10 } };
    await using world = await makeWorld({ directory: `${directory}/b`, orc, config, ...stage.worldOptions });
    await world.up();
    // A pane is left alone for a while after each line, so that these take long.
    await measureIdle(world, { rounds: Math.min(rounds, 3), samples, say });
  }
  const figures = summarise(samples);
  const waited = figures.find(({ agent, channel }) => agent === 'idle' && channel === 'waiter');
  const isKept = waited !== undefined && waited.p50Ms <= BUDGET.p50Ms && waited.p95Ms <= BUDGET.p95Ms;
  return { runtime: client ? 'claude' : 'sim', figures, budget: { ...BUDGET, isKept } };
}

async function measureIdle(
  world: World,
  { rounds, samples, say }: { rounds: number; samples: Sample[]; say: (text: string) => void },
): Promise<void> {
  await untilState(world, 'idle');
  say('· an idle agent');
  for (let round = 0; round < rounds; round += 1) {
    await untilState(world, 'idle');
    await sleep(PAUSE_MS);
    samples.push(await deliver(world, 'idle'));
  }
}

async function deliver(world: World, agent: Sample['agent']): Promise<Sample> {
  const { id } = await world.send('developer', 'How far are you?', { kind: 'note' });
  await world.untilSeen(id);
  const message: MessageView = await world.message(id);
  return {
    agent,
    channel: message.channel ?? 'unknown',
    ms: (message.seenAt ?? Infinity) - message.createdAt,
  };
}

const untilState = (world: World, state: string) =>
  until(async () => (await world.agent('developer')).state.state === state, {
    what: `the developer being ${state}`,
    timeoutMs: 120_000,
  });

/** Grouped by agent and channel, the figures by nearest rank. */
export function summarise(samples: readonly Sample[]): DeliveryFigure[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = `${sample.agent} ${sample.channel}`;
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups]
    .sort(([one], [other]) => one.localeCompare(other))
    .flatMap(([, own]) => {
      const times = own.map(({ ms }) => ms).sort((a, b) => a - b);
      const rank = (percent: number) =>
        times[Math.max(0, Math.ceil((percent / 100) * times.length) - 1)] ?? NaN;
      const [first] = own;
      if (!first) return [];
      const { agent, channel } = first;
      return [{ agent, channel, count: own.length, p50Ms: rank(50), p95Ms: rank(95) }];
    });
}
