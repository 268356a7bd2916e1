import { newId } from '@orc/contracts';
import type { Parts } from '../parts.ts';
import type { ClientVersion } from './clients.ts';
import type { ChannelKnowledge } from './knowledge.ts';

interface Canary {
  readonly agentId: string;
  readonly client: ClientVersion;
  readonly channel: string;
  readonly sentAt: number;
  isReceived: boolean;
}

/** Context costs a few words there. At the end of a turn it would cost a turn: the first mail tests those. */
export const CANARY_CHANNELS: ReadonlySet<string> = new Set([
  'SessionStart',
  'UserPromptSubmit',
  'PostToolUse',
  'PostToolUseFailure',
]);
/** So many times the usual wait a canary may stay unheard of while nothing else happens either. */
const PATIENCE = 10;

/** Worded as a fact of which nothing follows, and not in the form of a message. */
export function canaryText(id: string): string {
  return `(orc checks that texts of its hooks arrive: [orc:${id}]. Nothing is asked of you.)`;
}

/** Lines of their own that test a channel before any mail depends on it: one at a time per client and channel. */
export function createCanaries(
  { clock, config }: Pick<Parts, 'clock' | 'config'>,
  knowledge: ChannelKnowledge,
  hadItsChance: (agentId: string, since: number) => boolean,
) {
  const canaries = new Map<string, Canary>();
  const isUnderWay = ({ runtime, version }: ClientVersion, channel: string) =>
    [...canaries.values()].some(
      (canary) =>
        canary.channel === channel && canary.client.runtime === runtime && canary.client.version === version,
    );
  return {
    make(agentId: string, client: ClientVersion, channel: string): string {
      if (!CANARY_CHANNELS.has(channel) || isUnderWay(client, channel)) return '';
      const { verdict } = knowledge.judge(client, channel);
      if (verdict !== 'untested' && verdict !== 'probing') return '';
      const id = newId('c');
      canaries.set(id, { agentId, client, channel, sentAt: clock.now(), isReceived: false });
      return canaryText(id);
    },
    sighted(agentId: string, id: string, step: 'received' | 'accepted', at: number): void {
      const canary = canaries.get(id);
      if (canary?.agentId !== agentId) return;
      canary.isReceived = true;
      if (step === 'received') return;
      canaries.delete(id);
      knowledge.note(canary.client, canary.channel, 'proved', at);
    },
    sweep(): void {
      const now = clock.now();
      for (const [id, { agentId, client, channel, sentAt, isReceived }] of canaries) {
        const age = now - sentAt;
        if (age < config.queue.evidenceMs) continue;
        const isJudged = isReceived || hadItsChance(agentId, sentAt);
        if (isJudged) knowledge.note(client, channel, isReceived ? 'dropped' : 'silent', now);
        if (isJudged || age > PATIENCE * config.queue.evidenceMs) canaries.delete(id);
      }
    },
  };
}
