import type { RouteOutput } from '@orc/contracts';
import { listOption, numberOption, isSet, stringOption, textOf, type Command } from '../command.ts';
import { readSince } from '../duration.ts';
import { errors } from '../errors.ts';
import { projectOption } from '../project-flag.ts';
import { count } from '../status-text.ts';
import { formatTable } from '../table.ts';
import { compilePattern } from '../text-pattern.ts';

type Stored = RouteOutput<'publications'>['publications'][number];

const groupOption = {
  type: 'string',
  describe: 'Such as management or team',
  defaultText: 'management',
} as const;

const publish: Command = {
  path: 'publish',
  summary: 'Say something to a group; each of those who hear it gets a message',
  positionals: [{ name: 'text', describe: 'What to say', isVariadic: true }],
  options: {
    group: groupOption,
    priority: { type: 'string', describe: 'low, normal, high, critical, or 0 to 999', defaultText: 'normal' },
    tag: { type: 'list', describe: 'A tag; may be repeated' },
    project: projectOption,
  },
  examples: [
    [
      'orc publish --group management --priority high --tag release "Main is frozen until 15:00"',
      'tells who manages',
    ],
    ['orc publish --group management --tag status-request "How is the team?"', 'orc itself answers'],
  ],
  async run(args, { connect }) {
    const answer = await (
      await connect()
    ).call('publish', {
      body: {
        text: textOf(args, 'text'),
        group: stringOption(args, 'group') ?? 'management',
        priority: stringOption(args, 'priority'),
        tags: listOption(args, 'tag') ?? [],
        project: stringOption(args, 'project'),
      },
    });
    const { id, group } = answer.publication;
    return {
      json: answer,
      text: `${id} is published to ${group}, sent to ${count(answer.messages.length, 'reader')}`,
    };
  },
};

const read: Command = {
  path: 'read',
  summary: 'Read what was published in a session; an agent sees its groups, you see everything',
  options: {
    session: {
      type: 'string',
      describe: 'session or session:window, as tmux shows it',
      defaultText: 'your own',
    },
    filter: { type: 'string', describe: 'Only what matches this pattern, tags included' },
    tail: { type: 'number', describe: 'The last so many' },
    since: { type: 'string', describe: 'Only after this: 30m, 2h, or a date' },
    group: { type: 'string', describe: 'Only this group' },
    tag: { type: 'string', describe: 'Only with this tag' },
    priority: { type: 'string', describe: 'Only this priority and what is more urgent' },
    follow: { type: 'boolean', describe: 'Go on printing what is published' },
    project: projectOption,
  },
  examples: [
    ['orc read --session shop --filter "CRITICAL|HIGH PRIORITY" --tail 10', 'the latest alarms'],
    ['orc read --since 30m --tag recovery', 'who crashed and came back'],
    ['orc read --tail 5 --follow', 'the last five, and what comes'],
  ],
  async run(args, { connect, isJson, print }) {
    const since = stringOption(args, 'since');
    const pattern = stringOption(args, 'filter');
    const matches = pattern === undefined ? undefined : compilePattern(pattern);
    const session = stringOption(args, 'session');
    const query = {
      session,
      group: stringOption(args, 'group'),
      tag: stringOption(args, 'tag'),
      priority: stringOption(args, 'priority'),
      project: stringOption(args, 'project'),
      since: since === undefined ? undefined : readSince(since),
    };
    const client = await connect();
    if (isSet(args, 'follow')) {
      const onProgress = ({ text }: { text: string }) => {
        const stored = JSON.parse(text) as Stored;
        if (matches?.(formatBody(stored)) === false) return;
        print(isJson ? `${JSON.stringify(toStored(stored))}\n` : `${formatStored(stored)}\n\n`);
      };
      const options = { query: { ...query, tail: numberOption(args, 'tail'), follow: true } };
      await client.call('publications', options, { onProgress });
      return { json: { stored_messages: [] }, text: '' };
    }
    const answer = await client.call('publications', { query });
    const found = answer.publications.filter((each) => matches?.(formatBody(each)) !== false);
    const tail = numberOption(args, 'tail');
    const shown = tail === undefined ? found : tail > 0 ? found.slice(-tail) : [];
    const json = {
      session: session ?? answer.project,
      project: answer.project,
      reader: answer.reader,
      stored_messages: shown.map(toStored),
    };
    return { json, text: shown.length === 0 ? 'nothing is stored' : shown.map(formatStored).join('\n\n') };
  },
};

/** The shape that scripts of other tools read. */
function toStored({
  id,
  at,
  publisher,
  session,
  group,
  priorityName,
  priority,
  type,
  tags,
  text,
  acknowledgements,
}: Stored) {
  return {
    id,
    timestamp: new Date(at).toISOString(),
    sender: publisher,
    session,
    group,
    priority: priorityName,
    priority_number: priority,
    type,
    tags,
    message: text,
    raw_message: text,
    acknowledgements,
  };
}

function formatBody({ text, tags }: Stored): string {
  return tags.length === 0 ? text : `${text}\nTags: [${tags.join(', ')}]`;
}

function formatStored(stored: Stored): string {
  const { id, at, publisher, group, priorityName, acknowledgements } = stored;
  const head = `${id}  ${priorityName} from ${publisher} to ${group}, ${new Date(at).toLocaleString()}`;
  const said = acknowledgements.map(({ by, text }) => `  acknowledged by ${by}: ${text}`);
  return [head, formatBody(stored), ...said].join('\n');
}

const ack: Command = {
  path: 'ack',
  summary: 'Say what you did about publications; one or several ids, then the text',
  positionals: [{ name: 'words', describe: 'Ids, then what was done', isVariadic: true }],
  options: { project: projectOption },
  examples: [
    ['orc ack p7k2p9q4xd0 p1m3c5v7b9n "restarted the agent, it works again"', 'both are acknowledged'],
  ],
  async run(args, { connect }) {
    const words = [args.positionals.words ?? []].flat();
    const isId = (word: string) => /^[a-z][0-9a-z]{10}(\.\d+)?$/.test(word);
    const firstOther = words.findIndex((word) => !isId(word));
    const ids = firstOther < 0 ? words : words.slice(0, firstOther);
    const text = firstOther < 0 ? '' : words.slice(firstOther).join(' ');
    if (ids.length === 0) throw errors.usage('Say which publications.', 'orc ack <id…> "what was done".');
    if (text === '') throw errors.usage('Say what was done.', 'orc ack <id…> "what was done".');
    const answer = await (
      await connect()
    ).call('acknowledge', { body: { ids, text, project: stringOption(args, 'project') } });
    return { json: answer, text: `${count(answer.publications.length, 'publication')} acknowledged` };
  },
};

const subscribe: Command = {
  path: 'subscribe',
  summary: 'Hear a group, or of events; without either, show who hears what',
  options: {
    group: { type: 'string', describe: 'Which group' },
    agent: { type: 'string', describe: 'For this agent instead of yourself' },
    events: { type: 'string', describe: 'A filter of events, as of "orc events --filter"' },
    off: { type: 'boolean', describe: 'Stop hearing it' },
    project: projectOption,
  },
  examples: [
    ['orc subscribe', 'every group and who hears it'],
    ['orc subscribe --events "git.* and severity >= warning"', 'you are told of conflicts'],
    ['orc subscribe --group management', 'you get what management gets'],
  ],
  async run(args, { connect }) {
    const client = await connect();
    const group = stringOption(args, 'group');
    const project = stringOption(args, 'project');
    const events = stringOption(args, 'events');
    if (group === undefined && events === undefined) {
      const answer = await client.call('subscriptions', { query: { project } });
      const rows = answer.groups.map((each) => [each.group, each.heardBy.join(', ') || 'nobody']);
      const filters = answer.events.map(({ subscriber, filter }) => [filter, subscriber]);
      const tables = [
        formatTable([['GROUP', 'HEARD BY'], ...rows]),
        ...(filters.length === 0 ? [] : [formatTable([['EVENTS', 'HEARD BY'], ...filters])]),
      ];
      return { json: answer, text: tables.join('\n\n') };
    }
    const answer = await client.call('subscribe', {
      body: {
        group,
        events,
        project,
        subscriber: stringOption(args, 'agent'),
        isWanted: !isSet(args, 'off'),
      },
    });
    const heard = [...answer.groups, ...answer.events.map((filter) => `events "${filter}"`)];
    return { json: answer, text: `${answer.subscriber} hears ${heard.join(', ') || 'no group'}` };
  },
};

export const pubsubCommands: readonly Command[] = [publish, read, ack, subscribe];
