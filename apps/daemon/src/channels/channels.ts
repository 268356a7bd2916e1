import { operator } from '@orc/contracts';
import type { Message, SweepResult } from '@orc/queue';
import type { Agent } from '@orc/registry';
import type { Notices } from '../messaging/notices.ts';
import type { StateReader } from '../messaging/wake.ts';
import type { Parts } from '../parts.ts';
import { CANARY_CHANNELS, createCanaries } from './canaries.ts';
import { findClient, type ClientVersion } from './clients.ts';
import { CARRIERS, createKnowledge, type ChannelKnowledge } from './knowledge.ts';

/** Which ways into a client work, learnt from every text that went through one. */
export interface Channels {
  readonly knowledge: ChannelKnowledge;
  /** Whether mail may go to this agent this way now. */
  mayCarry(agent: Agent, channel: string): boolean;
  /** Mail went this way; while a broken channel is tried again, no more does until it is known how that ended. */
  carried(agent: Agent, channel: string): void;
  /** A line that proves a channel of which nothing is known yet; '' when none is needed. */
  canaryFor(agent: Agent, channel: string): string;
  /** An id that is no message's stands in the transcript of an agent. */
  sighted(agentId: string, id: string, step: 'received' | 'accepted', at: number): void;
  /** A message that went this way is in the conversation. */
  proved(agent: Agent, channel: string, at: number): void;
  /** Time has ended deliveries of which nothing was heard. */
  swept(result: SweepResult): void;
  /** What became of a line that was typed. */
  typed(agent: Agent, isTaken: boolean): void;
  /** Judges canaries of which nothing was heard in time. */
  sweep(): void;
}

type Needed = Pick<Parts, 'registry' | 'queue' | 'bus' | 'clock' | 'config'>;

export function createChannels(parts: Needed, notices: Notices, stateOf: StateReader): Channels {
  const { registry, queue, clock, config } = parts;
  const probedAt = new Map<string, number>();
  const keyOf = ({ runtime, version }: ClientVersion, channel: string) => `${runtime} ${version} ${channel}`;
  const clientOf = createClientReader(parts);

  const knowledge = createKnowledge(parts, (client, channel, why) =>
    notices.tell({
      recipient: operator,
      severity: 'warning',
      text: `${client.runtime} ${client.version} does not take mail through ${channel} (${why}). Other channels are used; see "orc hooks probe" and "orc doctor".`,
    }),
  );

  const isProbed = (client: ClientVersion, channel: string) =>
    clock.now() - (probedAt.get(keyOf(client, channel)) ?? -Infinity) < config.queue.evidenceMs;

  /** Something was heard of the agent after the text was given, or it sits idle: the text had its chance. */
  const hadItsChance = (agentId: string, since: number): boolean => {
    const agent = registry.findAgent(agentId);
    if (agent?.desired !== 'running') return false;
    const isHeardOf = registry
      .facts(agentId)
      .some(({ source, at }) => (source === 'hook' || source === 'transcript') && at > since);
    return isHeardOf || stateOf(agent).state === 'idle';
  };

  const canaries = createCanaries({ clock, config }, knowledge, hadItsChance);

  return {
    knowledge,
    mayCarry(agent, channel) {
      const client = clientOf(agent);
      if (!client) return true;
      const { verdict } = knowledge.judge(client, channel);
      if (verdict === 'broken') return knowledge.isLastResort(client);
      return verdict !== 'probing' || (!CANARY_CHANNELS.has(channel) && !isProbed(client, channel));
    },
    carried(agent, channel) {
      const client = clientOf(agent);
      if (client && knowledge.judge(client, channel).verdict === 'probing')
        probedAt.set(keyOf(client, channel), clock.now());
    },
    canaryFor(agent, channel) {
      const client = clientOf(agent);
      return client ? canaries.make(agent.id, client, channel) : '';
    },
    sighted: (agentId, id, step, at) => canaries.sighted(agentId, id, step, at),
    proved(agent, channel, at) {
      const client = clientOf(agent);
      if (!client || !CARRIERS.includes(channel)) return;
      probedAt.delete(keyOf(client, channel));
      knowledge.note(client, channel, 'proved', at);
    },
    swept({ unproven, dead }) {
      // What died of it has gone unproven, too, for the last time.
      for (const { id, recipient } of [...unproven, ...dead].map(queue.get).filter(isUnproven)) {
        const client = clientOf({
          id: recipient,
          launchedAt: registry.findAgent(recipient)?.launchedAt ?? null,
        });
        const delivery = lastDelivery(queue, id);
        if (!client || !delivery || !CARRIERS.includes(delivery.channel)) continue;
        if (!hadItsChance(recipient, delivery.at)) continue;
        knowledge.note(client, delivery.channel, delivery.isReceived ? 'dropped' : 'silent', clock.now());
      }
    },
    typed(agent, isTaken) {
      const client = clientOf(agent);
      if (client) knowledge.note(client, 'paste', isTaken ? 'proved' : 'silent', clock.now());
    },
    sweep: () => canaries.sweep(),
  };
}

function isUnproven({ state, reason }: Message): boolean {
  return state === 'queued' || (state === 'dead' && reason === 'attempts');
}

/** An agent's client changes only when it is launched. */
function createClientReader(
  parts: Pick<Parts, 'registry'>,
): (agent: Pick<Agent, 'id' | 'launchedAt'>) => ClientVersion | undefined {
  const read = new Map<string, { readonly launchedAt: number | null; readonly client: ClientVersion }>();
  return ({ id, launchedAt }) => {
    const known = read.get(id);
    if (known && known.launchedAt === launchedAt) return known.client;
    const client = findClient(parts, id);
    if (client) read.set(id, { launchedAt, client });
    return client;
  };
}

/** How a message went out last, and whether the client is known to have read it. */
function lastDelivery(
  queue: Needed['queue'],
  id: string,
): { readonly channel: string; readonly at: number; readonly isReceived: boolean } | undefined {
  const history = queue.history(id);
  const index = history.findLastIndex(({ action }) => action === 'injected');
  const injected = history[index];
  if (injected?.channel === undefined) return undefined;
  const isReceived = history.slice(index).some(({ step }) => step === 'received');
  return { channel: injected.channel, at: injected.at, isReceived };
}
