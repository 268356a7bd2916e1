import type { CallInput } from '@orc/contracts';
import { numberOption, stringOption, textOf, type Command } from '../command.ts';
import { readSince } from '../duration.ts';
import { projectOption } from '../project-flag.ts';
import { formatTable } from '../table.ts';

type Kind = NonNullable<CallInput<'report'>['body']['kind']>;

const kinds = [
  'completion',
  'failure',
  'blocked',
  'status',
  'deployment',
  'escalation',
  'bug',
  'spec-request',
  'spec-created',
  'implementation-complete',
  'team-update',
];
const SHOWN_CHARACTERS = 100;

const report: Command = {
  path: 'report',
  summary: 'Report on work: the hub gets it, it is logged, and those who wait for the role are told',
  positionals: [
    { name: 'role', describe: 'Whose work it is' },
    { name: 'text', describe: 'What, in detail: commit, file, setting, number', isVariadic: true },
  ],
  options: {
    kind: { type: 'string', describe: 'What it is', choices: kinds, defaultText: 'completion' },
    task: { type: 'string', describe: 'Id of the task that it is about; its own task ends with it' },
    about: { type: 'string', describe: 'A role, or anything else that it is about' },
    project: projectOption,
  },
  examples: [
    ['orc report devops "Deployed to staging, EVENT_ROUTER_ENABLED=true"', 'tells the hub'],
    ['orc report developer "The key is missing" --kind blocked --about sysadmin', 'says who is waited for'],
  ],
  async run(args, { connect, say }) {
    const client = await connect();
    const { message, told } = await client.call('report', {
      body: {
        role: textOf(args, 'role'),
        text: textOf(args, 'text'),
        project: stringOption(args, 'project'),
        kind: stringOption(args, 'kind') as Kind | undefined,
        task: stringOption(args, 'task'),
        about: stringOption(args, 'about'),
      },
    });
    for (const warning of message.warnings) say(`orc: ${warning}`);
    const others = told.length === 0 ? '' : `; also told: ${told.join(', ')}`;
    return {
      json: { ...message, told },
      text: `${message.id} to ${message.recipient} is ${message.state}${others}`,
    };
  },
};

const list: Command = {
  path: 'report list',
  summary: 'List what was reported, newest first',
  options: {
    kind: { type: 'string', describe: 'Only this kind', choices: kinds },
    role: { type: 'string', describe: 'Only of this role or agent' },
    since: { type: 'string', describe: 'Only since then: 30m, 2h, 1d, or a date' },
    limit: { type: 'number', describe: 'At most so many', defaultText: '100' },
    project: projectOption,
  },
  examples: [['orc report list --since 1d', 'everything that was reported within a day']],
  async run(args, { connect }) {
    const since = stringOption(args, 'since');
    const client = await connect();
    const answer = await client.call('reports', {
      query: {
        project: stringOption(args, 'project'),
        kind: stringOption(args, 'kind') as Kind | undefined,
        role: stringOption(args, 'role'),
        since: since === undefined ? undefined : readSince(since),
        limit: numberOption(args, 'limit'),
      },
    });
    const rows = answer.reports.map(({ at, agent, kind, text, id }) => [
      new Date(at).toLocaleString(),
      agent,
      kind,
      id,
      shorten(text),
    ]);
    const table = formatTable([['AT', 'AGENT', 'KIND', 'MESSAGE', 'TEXT'], ...rows]);
    return { json: answer, text: rows.length === 0 ? 'nothing was reported' : table };
  },
};

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS - 1)}…` : line;
}

export const reportCommands: readonly Command[] = [
  report,
  list,
  {
    ...report,
    path: 'report-completion',
    summary: 'The same as "report"',
    examples: [['orc report-completion developer "Parser, commit 1a2b3c4"', 'tells the hub that it is done']],
  },
  {
    ...list,
    path: 'completions',
    summary: 'List what was completed, newest first',
    examples: [['orc completions --since 1d', 'what was completed within a day']],
    run: (args, surroundings) =>
      list.run({ ...args, options: { kind: 'completion', ...args.options } }, surroundings),
  },
];
