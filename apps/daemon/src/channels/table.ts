import type { ChannelVerdict } from '@orc/supervisor';
import type { ClientVersion } from './clients.ts';
import { CHANNELS, type ChannelKnowledge } from './knowledge.ts';

/** What is known of each channel of each client version that has run here. */
export interface ChannelTable {
  readonly clients: readonly (ClientVersion & { readonly channels: readonly ChannelRow[] })[];
}

export interface ChannelRow extends ChannelVerdict {
  readonly channel: string;
  readonly proofs: number;
  readonly failures: number;
  readonly provedAt: number | null;
  readonly failedAt: number | null;
}

const NEVER_USED = { proofs: 0, failures: 0, provedAt: null, failedAt: null };

/** One entry per client version, each with every channel in the order in which they are tried. */
export function tableOf(knowledge: ChannelKnowledge): ChannelTable {
  const records = knowledge.records();
  const clients = new Map(
    records.map(({ runtime, version }) => [`${runtime} ${version}`, { runtime, version }]),
  );
  return {
    clients: [...clients.values()].map((client) => ({
      ...client,
      channels: CHANNELS.map((channel) => {
        const { proofs, failures, provedAt, failedAt } =
          records.find((record) => record.channel === channel && isOf(record, client)) ?? NEVER_USED;
        return { channel, ...knowledge.judge(client, channel), proofs, failures, provedAt, failedAt };
      }),
    })),
  };
}

function isOf(record: ClientVersion, { runtime, version }: ClientVersion): boolean {
  return record.runtime === runtime && record.version === version;
}
