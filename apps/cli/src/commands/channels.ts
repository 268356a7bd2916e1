import { isSet, stringOption, type Command } from '../command.ts';
import { formatDuration } from '../duration.ts';
import { formatTable } from '../table.ts';

const HEAD = ['CLIENT', 'CHANNEL', 'VERDICT', 'PROVED', 'FAILED', 'WHY'];

const probe: Command = {
  path: 'hooks probe',
  summary: 'Test which ways into the installed client work, and print what is known of each',
  options: {
    runtime: {
      type: 'string',
      choices: ['claude', 'sim'],
      describe: 'Which client to test',
      defaultText: 'agents.runtime of the configuration',
    },
    known: { type: 'boolean', describe: 'Only print what is known; start nothing' },
  },
  examples: [
    ['orc hooks probe', 'starts the client once, for two or three words of its model'],
    ['orc hooks probe --known', 'what deliveries have shown so far; costs nothing'],
  ],
  async run(args, { connect, say }) {
    const client = await connect();
    const runtime = stringOption(args, 'runtime') as 'claude' | 'sim' | undefined;
    if (isSet(args, 'known')) {
      const answer = await client.call('channels', {});
      return { json: answer, text: formatClients(answer.clients) };
    }
    if (runtime !== 'sim') say('· starting the client once; its model is asked for two or three words');
    const answer = await client.call('probeChannels', { body: runtime === undefined ? {} : { runtime } });
    const probed = answer.probed.map(({ channel, outcome, step }) => [channel, outcome, step ?? '']);
    const isBad = answer.probed.some(({ outcome }) => outcome === 'dropped' || outcome === 'silent');
    const text = [
      `${answer.runtime} ${answer.version}`,
      formatTable([['CHANNEL', 'TEST', 'TRANSCRIPT SAYS'], ...probed]),
      '',
      formatClients(answer.clients),
    ].join('\n');
    return { json: answer, text, exitCode: isBad ? 1 : 0 };
  },
};

interface KnownClient {
  readonly runtime: string;
  readonly version: string;
  readonly channels: readonly {
    readonly channel: string;
    readonly verdict: string;
    readonly why: string;
    readonly proofs: number;
    readonly failures: number;
    readonly provedAt: number | null;
    readonly failedAt: number | null;
  }[];
}

function formatClients(clients: readonly KnownClient[]): string {
  if (clients.length === 0) return 'Nothing is known yet: no agent has run, and nothing was probed.';
  const now = Date.now();
  const rows = clients.flatMap(({ runtime, version, channels }) =>
    channels.map(({ channel, verdict, why, proofs, failures, provedAt, failedAt }) => [
      `${runtime} ${version}`,
      channel,
      verdict,
      formatCount(proofs, provedAt, now),
      formatCount(failures, failedAt, now),
      why,
    ]),
  );
  return formatTable([HEAD, ...rows]);
}

function formatCount(count: number, at: number | null, now: number): string {
  return at === null ? String(count) : `${count}, last ${formatDuration(Math.max(0, now - at))} ago`;
}

export const channelCommands: readonly Command[] = [probe];
