import type { CallInput, StandupView } from '@orc/contracts';
import { isSet, stringOption, textOf, type Arguments, type Command, type Surroundings } from '../command.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { projectOption } from '../project-flag.ts';

const agentPositional = { name: 'agent', describe: 'Role, or project/role' };
const within = {
  type: 'string',
  describe: 'How long an answer may take, such as 10m',
  defaultText: '10m',
} as const;

const withinMs = (args: Arguments): number | undefined => {
  const text = stringOption(args, 'within');
  return text === undefined ? undefined : parseDuration(text);
};

const standup: Command = {
  path: 'standup',
  summary: 'Ask every member what is completed, current and in the way; answers are collected as they come',
  options: { within, project: projectOption },
  examples: [
    ['orc standup --within 15m', 'asks everybody, and sums up when all have answered or time is over'],
  ],
  async run(args, { connect }) {
    const client = await connect();
    const answer = await client.call('standup', {
      body: { project: stringOption(args, 'project'), withinMs: withinMs(args) },
    });
    const time = formatDuration(answer.closesAt - answer.askedAt);
    return {
      json: answer,
      text: `${answer.id}: asked ${answer.missing.join(', ')}; answers are collected for ${time}. See "orc standup show".`,
    };
  },
};

const show: Command = {
  path: 'standup show',
  summary: 'Show a standup: what was answered, and who has not answered',
  positionals: [{ name: 'id', describe: 'Id of the standup; the last one otherwise', isOptional: true }],
  options: { project: projectOption },
  examples: [['orc standup show', 'the last standup of the project']],
  async run(args, { connect }) {
    const id = textOf(args, 'id');
    const client = await connect();
    const answer = await client.call('lastStandup', {
      query: { project: stringOption(args, 'project'), id: id === '' ? undefined : id },
    });
    return { json: answer, text: formatStandup(answer) };
  },
};

function formatStandup({ id, askedBy, askedAt, closesAt, closedAt, summary }: StandupView): string {
  const at = new Date(askedAt).toLocaleString();
  const end =
    closedAt === null ? `collects until ${new Date(closesAt).toLocaleTimeString()}` : 'is summed up';
  return `${id}, asked by ${askedBy} at ${at}, ${end}\n${summary}`;
}

type About = CallInput<'ask'>['body']['about'];

async function ask(args: Arguments, { connect, say }: Surroundings, about: About) {
  const client = await connect();
  const message = await client.call('ask', {
    body: {
      agent: textOf(args, 'agent'),
      project: stringOption(args, 'project'),
      about,
      withinMs: withinMs(args),
    },
  });
  for (const warning of message.warnings) say(`orc: ${warning}`);
  return { json: message, text: `${message.id} to ${message.recipient} is ${message.state}` };
}

const askStatus: Command = {
  path: 'ask status',
  summary: 'Ask an agent how it stands; orc remembers that an answer is owed',
  positionals: [agentPositional],
  options: {
    detailed: { type: 'boolean', describe: 'Also for branch, commits, tests, risks and the next step' },
    within,
    project: projectOption,
  },
  examples: [
    ['orc ask status developer', 'three lines: completed, current, blocked'],
    ['orc ask status developer --detailed', 'the same with branch, tests and risks'],
  ],
  run: (args, surroundings) =>
    ask(args, surroundings, { type: 'status', isDetailed: isSet(args, 'detailed') }),
};

const askError: Command = {
  path: 'ask error',
  summary: 'Tell an agent of an error that you have seen at it, and offer help',
  positionals: [
    agentPositional,
    { name: 'observed', describe: 'What was seen, word for word', isVariadic: true },
  ],
  options: {
    try: { type: 'string', describe: 'What it should try' },
    within: { ...within, defaultText: 'no answer is asked for' },
    project: projectOption,
  },
  examples: [
    [
      'orc ask error developer "ECONNREFUSED 127.0.0.1:5432" --try "start the database"',
      'helps with an error',
    ],
  ],
  run: (args, surroundings) =>
    ask(args, surroundings, {
      type: 'error',
      observed: textOf(args, 'observed'),
      suggestion: stringOption(args, 'try'),
    }),
};

export const standupCommands: readonly Command[] = [standup, show, askStatus, askError];
