import type { Capability } from '../capability.ts';
import type { Parts } from '../parts.ts';
import type { Channels } from './channels.ts';
import { probeClient } from './probe.ts';
import { tableOf, type ChannelTable } from './table.ts';

const SWEEP_MS = 1_000;

/** Which ways into the clients work: shown, tested on demand, and judged as time goes by. */
export function wireChannels(
  parts: Parts,
  channels: Channels,
): Capability<'channels' | 'probeChannels'> & { readonly table: () => ChannelTable } {
  const { runtimes, config, clock } = parts;
  const answer = ({ clients }: ChannelTable) => ({
    clients: clients.map((client) => ({ ...client, channels: [...client.channels] })),
  });
  const table = () => tableOf(channels.knowledge);
  return {
    table,
    handlers: {
      channels: () => answer(table()),
      probeChannels: async ({ body }) => {
        const runtime = runtimes.find(body.runtime ?? config.agents.runtime);
        const { client, probed } = await probeClient(parts, runtime);
        for (const { channel, outcome } of probed)
          if (outcome !== 'not run') channels.knowledge.note(client, channel, outcome, clock.now());
        return { ...client, probed, ...answer(table()) };
      },
    },
    jobs: [{ name: 'channels', everyMs: SWEEP_MS, run: () => channels.sweep() }],
    [Symbol.dispose]: () => undefined,
  };
}
