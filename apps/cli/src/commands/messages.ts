import { operator, type MessageView, type TransitionView } from '@orc/contracts';
import { isSet, numberOption, stringOption, textOf, type Command } from '../command.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { errors } from '../errors.ts';
import { projectOption } from '../project-flag.ts';
import { count } from '../status-text.ts';
import { formatTable } from '../table.ts';
import { command as send } from './send.ts';

const SHOWN_CHARACTERS = 80;
const WAIT_MS = 120_000;

const idPositional = { name: 'id', describe: 'Id of the message' };

const broadcast: Command = {
  path: 'broadcast',
  summary: 'Send one message to every agent of a project',
  positionals: [{ name: 'text', describe: 'What to say', isVariadic: true }],
  options: {
    purpose: { type: 'string', describe: 'Why everybody must know it', isRequired: true },
    project: projectOption,
    priority: { type: 'string', describe: 'low, normal, high, critical, or 0 to 999' },
  },
  examples: [['orc broadcast "Freeze main until 15:00" --purpose release', 'tells the whole team']],
  async run(args, { connect }) {
    const client = await connect();
    const { messages } = await client.call('broadcast', {
      body: {
        body: textOf(args, 'text'),
        purpose: stringOption(args, 'purpose') ?? '',
        project: stringOption(args, 'project'),
        priority: stringOption(args, 'priority'),
      },
    });
    return { json: { messages }, text: `told ${count(messages.length, 'agent')}` };
  },
};

const TEAM_UPDATE = 'team-update';

/** As managers of other teams write it: an update of the team needs no further purpose. */
const agentBroadcast: Command = {
  ...broadcast,
  path: 'agent broadcast',
  summary: 'The same as "broadcast"; without a purpose it is an update of the team',
  options: {
    ...broadcast.options,
    purpose: { type: 'string', describe: 'Why everybody must know it', defaultText: TEAM_UPDATE },
  },
  examples: [['orc agent broadcast "TEAM STATUS UPDATE: on track"', 'tells the whole team']],
  run: (args, surroundings) =>
    broadcast.run(
      { ...args, options: { ...args.options, purpose: stringOption(args, 'purpose') ?? TEAM_UPDATE } },
      surroundings,
    ),
};

/** The same as "send", for those who look for it among the words about agents. */
const agentSend: Command = {
  ...send,
  path: 'agent send',
  aliases: [],
  summary: 'The same as "send"',
  examples: [['orc agent send developer "STATUS REQUEST: what are you at?"', 'asks the developer']],
};

const inbox: Command = {
  path: 'inbox',
  summary: 'Read your mail; an agent sees its own, and you may look into any',
  options: {
    agent: { type: 'string', describe: "Look at this agent's mail instead of your own" },
    all: { type: 'boolean', describe: 'Also what was read before' },
    peek: { type: 'boolean', describe: 'Leave it unread' },
    limit: { type: 'number', describe: 'At most so many' },
  },
  examples: [
    ['orc inbox', 'prints what you have not read'],
    ['orc inbox --agent developer', 'shows the latest mail of the developer'],
  ],
  async run(args, { connect }) {
    const client = await connect();
    const answer = await client.call('inbox', {
      query: {
        agent: stringOption(args, 'agent'),
        all: isSet(args, 'all'),
        limit: numberOption(args, 'limit'),
      },
    });
    const text = answer.messages.map(formatWhole).join('\n\n');
    const result = { json: answer, text: text === '' ? 'no mail' : text };
    const ids = answer.messages.filter(({ seenAt }) => seenAt === null).map(({ id }) => id);
    const isReading = answer.agent === operator && !isSet(args, 'peek') && ids.length > 0;
    if (!isReading) return result;
    const onPrinted = async () => void (await client.call('readInbox', { body: { ids } }));
    return { ...result, onPrinted };
  },
};

const list: Command = {
  path: 'msg list',
  summary: 'List messages, newest first',
  options: {
    agent: { type: 'string', describe: 'Only messages to this agent (project/role)' },
    project: projectOption,
    state: {
      type: 'string',
      describe: 'Only messages in this state',
      choices: ['queued', 'leased', 'injected', 'seen', 'done', 'failed', 'dead'],
    },
    kind: { type: 'string', describe: 'Only messages of this kind' },
    limit: { type: 'number', describe: 'At most so many', defaultText: '50' },
  },
  examples: [['orc msg list --state dead', 'what could not be delivered']],
  async run(args, { connect }) {
    const client = await connect();
    const { messages } = await client.call('messages', {
      query: {
        agent: stringOption(args, 'agent'),
        project: stringOption(args, 'project'),
        state: stringOption(args, 'state') as MessageView['state'] | undefined,
        kind: stringOption(args, 'kind'),
        limit: numberOption(args, 'limit'),
      },
    });
    const rows = messages.map(({ id, state, kind, sender, recipient, body }) => [
      id,
      state,
      kind,
      sender,
      recipient,
      firstLine(body),
    ]);
    return {
      json: { messages },
      text: formatTable([['ID', 'STATE', 'KIND', 'FROM', 'TO', 'TEXT'], ...rows]),
    };
  },
};

const show: Command = {
  path: 'msg show',
  summary: 'Print a message whole',
  positionals: [idPositional],
  examples: [['orc msg show m7k2p9q4xd', 'the message with its body']],
  async run(args, { connect }) {
    const { message } = await (await connect()).call('message', { params: { id: textOf(args, 'id') } });
    return { json: message, text: formatWhole(message) };
  },
};

const status: Command = {
  path: 'msg status',
  summary: 'Say where a message is, with everything that happened to it and how that is known',
  positionals: [idPositional],
  examples: [['orc msg status m7k2p9q4xd', 'each attempt, its channel and the evidence']],
  async run(args, { connect }) {
    const answer = await (await connect()).call('message', { params: { id: textOf(args, 'id') } });
    return { json: answer, text: formatHistory(answer.message, answer.history) };
  },
};

const wait: Command = {
  path: 'msg wait',
  summary: 'Wait until a message has come so far',
  positionals: [idPositional],
  options: {
    state: {
      type: 'string',
      describe: 'How far',
      choices: ['injected', 'seen', 'done'],
      defaultText: 'seen',
    },
    timeout: { type: 'string', describe: 'For how long at most', defaultText: '2m' },
  },
  examples: [
    ['orc msg wait m7k2p9q4xd --state seen --timeout 2m', 'returns as soon as the model has had it'],
  ],
  async run(args, { connect }) {
    const id = textOf(args, 'id');
    const state = (stringOption(args, 'state') ?? 'seen') as MessageView['state'];
    const timeout = stringOption(args, 'timeout');
    const timeoutMs = timeout === undefined ? WAIT_MS : parseDuration(timeout);
    const { message, isReached } = await (
      await connect()
    ).call('waitForMessage', { params: { id }, query: { state, timeoutMs } });
    if (!isReached) throw errors.notReached(id, state, message.state);
    return { json: message, text: `${id} is ${message.state}` };
  },
};

function change(action: 'retry' | 'cancel', summary: string, effect: string): Command {
  return {
    path: `msg ${action}`,
    summary,
    positionals: [idPositional],
    options: { reason: { type: 'string', describe: 'Why; kept with the message' } },
    examples: [[`orc msg ${action} m7k2p9q4xd`, effect]],
    async run(args, { connect }) {
      const message = await (
        await connect()
      ).call('changeMessage', {
        params: { id: textOf(args, 'id'), action },
        body: { text: stringOption(args, 'reason') },
      });
      return { json: message, text: `${message.id} is ${message.state}` };
    },
  };
}

export const messageCommands: readonly Command[] = [
  broadcast,
  agentSend,
  agentBroadcast,
  inbox,
  list,
  show,
  status,
  wait,
  change('retry', 'Queue a dead or failed message again', 'gives it another try'),
  change('cancel', 'End a message that nobody needs any more', 'it is not delivered'),
];

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS - 1)}…` : line;
}

function formatWhole({ id, kind, sender, recipient, state, createdAt, body }: MessageView): string {
  const at = new Date(createdAt).toLocaleString();
  return `${id}  ${kind} from ${sender} to ${recipient}, ${at}, ${state}\n${body}`;
}

function formatHistory(message: MessageView, history: readonly TransitionView[]): string {
  const start = history[0]?.at ?? message.createdAt;
  const rows = history.map((each) => [
    `+${formatDuration(each.at - start)}`,
    each.action,
    each.to,
    [each.channel, each.step, each.reason].filter((part) => typeof part === 'string').join(', '),
    formatEvidence(each.evidence),
  ]);
  const { id, kind, sender, recipient, state, reason } = message;
  const head = `${id}  ${kind} from ${sender} to ${recipient} is ${state}${reason === null ? '' : `: ${reason}`}`;
  return `${head}\n${formatTable([['WHEN', 'WHAT', 'STATE', 'HOW', 'EVIDENCE'], ...rows])}`;
}

function formatEvidence(evidence: TransitionView['evidence']): string {
  const { transcript, line } = evidence ?? {};
  return transcript === undefined ? '' : `${transcript}:${line ?? '?'}`;
}
