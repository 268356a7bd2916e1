import type { CreditsView } from '@orc/contracts';
import { stringOption, type Arguments, type Command, type Surroundings } from '../command.ts';
import { formatDuration } from '../duration.ts';
import { formatTable } from '../table.ts';
import { formatInstant } from '../instant.ts';

type Account = CreditsView['accounts'][number];
type Window = Account['windows'][number];
type Credit = Account['agents'][number];

const accountOption = {
  account: { type: 'string', describe: 'Only this account', defaultText: 'all' },
} as const;

const status: Command = {
  path: 'credits',
  aliases: ['status'],
  summary: 'Show usage limits: what is used, who waits, until when, and who said so',
  options: accountOption,
  examples: [
    ['orc credits status', 'every account, its windows and its agents'],
    ['orc credits status --json', 'the same as a JSON document'],
  ],
  async run(args, { connect }) {
    const credits = await (await connect()).call('credits', {});
    const wanted = stringOption(args, 'account');
    const accounts = credits.accounts.filter(({ account }) => wanted === undefined || account === wanted);
    const shown = { ...credits, accounts };
    return { json: shown, text: formatCredits(shown) };
  },
};

async function change(
  action: 'resume' | 'forget',
  args: Arguments,
  { connect }: Surroundings,
): Promise<readonly string[]> {
  const client = await connect();
  const body = { account: stringOption(args, 'account') };
  return (await client.call('changeCredits', { params: { action }, body })).accounts;
}

const resume: Command = {
  path: 'credits resume',
  summary: 'Try at once whether a limit is over, with one agent first; the others follow when it is',
  options: accountOption,
  examples: [['orc credits resume', 'for example after more usage was bought']],
  async run(args, surroundings) {
    const accounts = await change('resume', args, surroundings);
    return { json: { accounts }, text: `limits of ${accounts.join(', ') || 'no account'} are tried now` };
  },
};

const forget: Command = {
  path: 'credits forget',
  summary: 'Forget what is known of limits; mail flows until a client says that one is reached',
  options: accountOption,
  examples: [['orc credits forget --account claude', 'for example after a change of the subscription']],
  async run(args, surroundings) {
    const accounts = await change('forget', args, surroundings);
    return {
      json: { accounts },
      text: `nothing is known of ${accounts.join(', ') || 'any account'} any more`,
    };
  },
};

function formatCredits({ at, autoResume, accounts }: CreditsView): string {
  const parts = accounts.map((account) => formatAccount(account, at));
  if (parts.length === 0) parts.push('No agent yet, and nothing is known of any limit.');
  if (!autoResume) parts.push('Nobody goes on by himself (credits.autoResume is false): orc credits resume');
  return parts.join('\n\n');
}

function formatAccount({ account, pressure, windows, limits, agents }: Account, at: number): string {
  const head = `${account}  pressure ${pressure.toFixed(2)}`;
  const open = limits.map(
    ({ title, phase, round, resumeAt }) =>
      `${title} limit: ${phaseText(phase, resumeAt)}${round > 1 ? `, round ${round}` : ''}`,
  );
  const usage = windows.map((window) => formatWindow(window, at));
  const waiting = agents.map((agent) => formatAgent(agent, at));
  return [
    head,
    ...open,
    ...(usage.length === 0
      ? ['no client has said yet how much is used']
      : [formatTable([['WINDOW', 'USED', 'RESETS', 'FORECAST', 'SOURCE', 'AGE'], ...usage])]),
    ...(waiting.length === 0
      ? []
      : [formatTable([['AGENT', 'CREDITS', 'FOR', 'RESETS', 'GOES ON', 'WHY'], ...waiting])]),
  ].join('\n');
}

function phaseText(phase: Account['limits'][number]['phase'], resumeAt: number): string {
  if (phase === 'limited') return `work goes on ${formatInstant(resumeAt)}`;
  return phase === 'verifying' ? 'one agent tries whether it is over' : 'over, the agents go on one by one';
}

function formatWindow(
  { title, usedPercent, resetsAt, forecast, source, at: seenAt }: Window,
  at: number,
): string[] {
  const ahead =
    forecast?.exhaustedAt == null
      ? ''
      : `used up ${formatInstant(forecast.exhaustedAt)} (${forecast.confidence} confidence)`;
  return [
    title,
    usedPercent === null ? '?' : `${Math.round(usedPercent)}%`,
    resetsAt === null ? '?' : formatInstant(resetsAt),
    ahead,
    source,
    formatDuration(Math.max(0, at - seenAt)),
  ];
}

function formatAgent({ id, status: credit, limit }: Credit, at: number): string[] {
  if (limit === null) return [id, credit, '', '', '', ''];
  return [
    id,
    credit,
    formatDuration(Math.max(0, at - limit.since)),
    limit.endsAt === null ? '?' : `${formatInstant(limit.endsAt)}${limit.isEstimate ? ' (estimate)' : ''}`,
    formatInstant(limit.resumesAt),
    `${limit.why} (${limit.source})`,
  ];
}

export const creditCommands: readonly Command[] = [status, resume, forget];
