import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageView } from '@orc/contracts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** How soon messages were seen that came one way. */
export interface DeliveryFigure {
  readonly agent: 'idle' | 'busy';
  /** The channel as the ledger has it. */
  readonly channel: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface DeliveryOptions {
  readonly rounds: number;
  /** Makes the agent work for a while; resolves when it does. */
  readonly makeBusy: () => Promise<void>;
  readonly untilIdle: () => Promise<unknown>;
}

/** Between two messages to an idle agent, so that its next waiter is there. */
const PAUSE_MS = 400;

type Sample = Pick<DeliveryFigure, 'agent' | 'channel'> & { readonly ms: number };

/** Times from `send` returning to `seen`, as the ledger has both, at an idle agent and at one that works. */
export async function measureDelivery(
  world: Pick<World, 'send' | 'untilSeen' | 'message'>,
  { rounds, makeBusy, untilIdle }: DeliveryOptions,
): Promise<DeliveryFigure[]> {
  const samples: Sample[] = [];
  const one = async (agent: Sample['agent']) => {
    const { id } = await world.send('developer', 'How far are you?', { kind: 'note' });
    await world.untilSeen(id);
    samples.push(sampleOf(agent, await world.message(id)));
  };
  for (let round = 0; round < rounds; round += 1) {
    await untilIdle();
    await sleep(PAUSE_MS);
    await one('idle');
  }
  for (let round = 0; round < rounds; round += 1) {
    await untilIdle();
    await makeBusy();
    await one('busy');
  }
  return summarise(samples);
}

function sampleOf(agent: Sample['agent'], { createdAt, seenAt, channel }: MessageView): Sample {
  return { agent, channel: channel ?? 'unknown', ms: (seenAt ?? Infinity) - createdAt };
}

/** Grouped by agent and channel, the figures by nearest rank. */
export function summarise(samples: readonly Sample[]): DeliveryFigure[] {
  const keys = [...new Set(samples.map(({ agent, channel }) => `${agent} ${channel}`))].sort();
  return keys.map((key) => {
    const own = samples.filter(({ agent, channel }) => `${agent} ${channel}` === key);
    const times = own.map(({ ms }) => ms).sort((a, b) => a - b);
    const rank = (percent: number) =>
      times[Math.max(0, Math.ceil((percent / 100) * times.length) - 1)] ?? NaN;
    const [{ agent, channel } = { agent: 'idle' as const, channel: '' }] = own;
    return { agent, channel, count: own.length, p50Ms: rank(50), p95Ms: rank(95) };
  });
}

/** Waits until an agent's state is one of these. */
export async function untilAgent(world: Pick<World, 'agent'>, role: string, state: string): Promise<void> {
  await until(async () => (await world.agent(role)).state.state === state, {
    what: `${role} being ${state}`,
    everyMs: 50,
  });
}
