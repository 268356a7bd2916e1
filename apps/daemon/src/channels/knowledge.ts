import type { ChannelNote, ChannelRecord } from '@orc/registry';
import { judgeChannel, type ChannelVerdict } from '@orc/supervisor';
import type { Parts } from '../parts.ts';
import type { ClientVersion } from './clients.ts';

/** Ways in that carry the text of a message; typing a line only begins a turn. */
export const CARRIERS: readonly string[] = [
  'SessionStart',
  'UserPromptSubmit',
  'PostToolUse',
  'PostToolUseFailure',
  'Stop',
  'waiter',
];
export const CHANNELS: readonly string[] = [...CARRIERS, 'paste'];

export type Outcome = ChannelNote['outcome'];

export interface ChannelKnowledge {
  judge(client: ClientVersion, channel: string): ChannelVerdict;
  /** True when nothing is left that would carry a text: then whatever there is has to be used. */
  isLastResort(client: ClientVersion): boolean;
  note(client: ClientVersion, channel: string, outcome: Outcome, at: number): void;
  records(): ChannelRecord[];
}

/**
 * What became of the texts that went into each version of each client. It is read once and written through:
 * a hook that waits for its answer must not wait for a query per channel.
 */
export function createKnowledge(
  { registry, bus, clock, config }: Pick<Parts, 'registry' | 'bus' | 'clock' | 'config'>,
  onBroken: (client: ClientVersion, channel: string, why: string) => void,
): ChannelKnowledge {
  const keyOf = ({ runtime, version }: ClientVersion, channel: string) => `${runtime} ${version} ${channel}`;
  const known = new Map(registry.channels().map((record) => [keyOf(record, record.channel), record]));
  const judge = (client: ClientVersion, channel: string) =>
    judgeChannel(known.get(keyOf(client, channel)), clock.now(), config.delivery.channels);
  return {
    judge,
    isLastResort: (client) => CARRIERS.every((channel) => judge(client, channel).verdict === 'broken'),
    records: () => [...known.values()],
    note(client, channel, outcome, at) {
      const before = judge(client, channel).verdict;
      known.set(
        keyOf(client, channel),
        registry.noteChannel({ runtime: client.runtime, version: client.version, channel, outcome, at }),
      );
      const { verdict, why } = judge(client, channel);
      if (verdict === before) return;
      const isBroken = verdict === 'broken';
      bus.publish(
        isBroken ? 'channel.broken' : outcome === 'proved' ? 'channel.proved' : 'channel.doubted',
        { ...client, channel, before, verdict, why },
        { source: 'outbox', severity: isBroken ? 'warning' : 'info' },
      );
      if (isBroken && before !== 'probing') onBroken(client, channel, why);
    },
  };
}
