import { readFileSync } from 'node:fs';
import type { Client } from '@orc/contracts';
import { listOption, stringOption, textOf, type Arguments, type Command } from '../command.ts';
import { errors } from '../errors.ts';
import { projectOption } from '../project-flag.ts';
import { formatTable } from '../table.ts';

const show: Command = {
  path: 'routing show',
  summary: 'Show who may write to whom in a team, and where reports go',
  options: { project: projectOption },
  examples: [['orc routing show', 'the hub, and a line per member']],
  async run(args, { connect }) {
    const client = await connect();
    const answer = await client.call('routing', { query: { project: stringOption(args, 'project') } });
    const { profile, hub, enforcement, talksTo, handoffs, allow, deny } = answer;
    const rows = Object.entries(talksTo).map(([from, to]) => [from, to.join(', ')]);
    const text = [
      `reports go to ${hub} (${profile}); what goes another way: ${enforcement}`,
      formatTable([['FROM', 'TO'], ...rows]),
      ...handoffs.map(
        ({ from, to, tags }) => `${from} → ${to} for hand-offs only, tagged ${tags.join(' or ')}`,
      ),
      ...(allow.length > 0 ? [`allowed as well: ${allow.join(', ')}`] : []),
      ...(deny.length > 0 ? [`forbidden: ${deny.join(', ')}`] : []),
    ].join('\n');
    return { json: answer, text };
  },
};

const check: Command = {
  path: 'routing check',
  summary: 'Say what a message from one agent to another would meet; sends nothing',
  positionals: [
    { name: 'from', describe: 'Role, project/role or user' },
    { name: 'to', describe: 'Role, project/role or user' },
  ],
  options: {
    kind: { type: 'string', describe: 'Kind of the message', defaultText: 'note' },
    tag: { type: 'list', describe: 'A tag; may be repeated' },
    project: projectOption,
  },
  examples: [['orc routing check developer tester --kind hand-off', 'allowed or not, why, and what instead']],
  async run(args, { connect }) {
    const client = await connect();
    const verdict = await client.call('checkRoute', {
      query: {
        project: stringOption(args, 'project'),
        from: textOf(args, 'from'),
        to: textOf(args, 'to'),
        kind: stringOption(args, 'kind'),
        tags: listOption(args, 'tag')?.join(','),
      },
    });
    const { isAllowed, from, to, why, instead } = verdict;
    const text = `${from} → ${to}: ${isAllowed ? 'allowed' : 'not this way'}. ${why}${instead === null ? '' : ` ${instead}`}`;
    return { json: verdict, text };
  },
};

type Dependencies = Awaited<ReturnType<typeof readDependencies>>;

const readDependencies = (client: Client, project: string | undefined) =>
  client.call('dependencies', { query: { project } });

function formatDependencies({ dependencies }: Dependencies): string {
  if (dependencies.length === 0) return 'no role waits for another';
  const rows = dependencies.map(({ role, needs, origin }) => [
    role,
    needs.length === 0 ? 'nobody' : needs.join(', '),
    origin === 'set' ? 'set' : 'by default',
  ]);
  return formatTable([['ROLE', 'WAITS FOR', ''], ...rows]);
}

const showDependencies: Command = {
  path: 'deps show',
  summary: 'Show which roles wait for which',
  options: { project: projectOption },
  examples: [['orc deps show', 'a line per role that waits']],
  async run(args, { connect }) {
    const answer = await readDependencies(await connect(), stringOption(args, 'project'));
    return { json: answer, text: formatDependencies(answer) };
  },
};

const setDependencies: Command = {
  path: 'deps set',
  summary: 'Say which roles a role waits for; it is told when one of them reports a completion',
  positionals: [
    { name: 'role', describe: 'Who waits' },
    { name: 'needs', describe: 'For whom; nobody when left out', isOptional: true, isVariadic: true },
  ],
  options: { project: projectOption },
  examples: [
    ['orc deps set monitoringops sysadmin devops', 'monitoringops is told when one of them is done'],
    ['orc deps set monitoringops', 'it waits for nobody any more'],
  ],
  async run(args, { connect }) {
    const client = await connect();
    const { needs = [] } = args.positionals;
    const answer = await client.call('setDependencies', {
      body: {
        project: stringOption(args, 'project'),
        role: textOf(args, 'role'),
        needs: typeof needs === 'string' ? [needs] : [...needs],
      },
    });
    return { json: answer, text: formatDependencies(answer) };
  },
};

const template: Command = {
  path: 'template',
  summary: 'Print the form of a kind of message, filled in as far as it is known, or check a text',
  positionals: [{ name: 'kind', describe: 'A kind of "orc template list"' }],
  options: { check: { type: 'string', describe: 'Check the text in this file; - reads standard input' } },
  examples: [
    ['orc template status', 'the form of a status'],
    ['orc template bug --check report.md', 'what is missing in it'],
  ],
  async run(args, { connect }) {
    const client = await connect();
    const params = { kind: textOf(args, 'kind') };
    if (stringOption(args, 'check') !== undefined) return checkFile(args, client, params);
    const answer = await client.call('template', { params });
    return { json: answer, text: answer.text };
  },
};

const FAILED = 1;

async function checkFile(args: Arguments, client: Client, params: { readonly kind: string }) {
  const path = stringOption(args, 'check') ?? '-';
  const answer = await client.call('checkText', { params, body: { text: readText(path) } });
  const { kind, problems } = answer;
  return problems.length === 0
    ? { json: answer, text: `nothing is missing for a ${kind}` }
    : { json: answer, text: problems.map((problem) => `- ${problem}`).join('\n'), exitCode: FAILED };
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw errors.notReadable(path, error);
  }
}

const kinds: Command = {
  path: 'template list',
  summary: 'List the kinds of messages, and which have a form',
  examples: [['orc template list', 'every kind with what it is for']],
  async run(_args, { connect }) {
    const answer = await (await connect()).call('kinds', {});
    const rows = answer.kinds.map(({ id, summary, hasTemplate, isCritical }) => [
      id,
      hasTemplate ? 'form' : '',
      isCritical ? 'hub is told' : '',
      summary,
    ]);
    return { json: answer, text: formatTable([['KIND', '', '', 'WHAT IT IS'], ...rows]) };
  },
};

export const routingCommands: readonly Command[] = [
  show,
  check,
  setDependencies,
  showDependencies,
  template,
  kinds,
];
