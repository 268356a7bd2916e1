import type { EventView } from '@orc/contracts';
import { isSet, numberOption, stringOption, type Arguments, type Command, type Option } from '../command.ts';
import { readSince } from '../duration.ts';
import { errors } from '../errors.ts';
import { formatTaskEvent, taskEventTypes } from '../task-events.ts';
import { formatTable } from '../table.ts';

const TAIL = 50;
const DEFAULT_WINDOW = '1h';

const FILTER_HELP = 'Such as: agent.* and severity >= warning and not "text"';
const windowOptions = {
  since: { type: 'string', describe: 'Only after this: 30m, 2h, or a date' },
  until: { type: 'string', describe: 'Only before this' },
  filter: { type: 'string', describe: FILTER_HELP },
} as const satisfies Record<string, Option>;

function windowOf(args: Arguments) {
  const since = stringOption(args, 'since');
  const until = stringOption(args, 'until') ?? stringOption(args, 'to');
  return {
    since: since === undefined ? undefined : readSince(since),
    until: until === undefined ? undefined : readSince(until),
    filter: stringOption(args, 'filter'),
  };
}

const show: Command = {
  path: 'events',
  summary: 'Print what has happened, or follow it',
  options: {
    tail: { type: 'number', describe: 'The last so many', defaultText: String(TAIL) },
    ...windowOptions,
    types: { type: 'string', describe: 'Only these types, such as message.*,agent.*' },
    follow: { type: 'boolean', describe: 'Go on printing' },
    tasks: { type: 'boolean', describe: 'Only work being queued, started and completed, a line each' },
  },
  examples: [
    ['orc events --tail 20', 'the last twenty'],
    ['orc events --tail 100 --tasks', 'work as it is queued, started and completed'],
    ['orc events --types "agent.*"', 'what happened to agents'],
    [
      'orc events --since 2h --filter "severity >= warning and project = shop"',
      'what went wrong in one project',
    ],
    ['orc events --filter "event.suppressed and data.why = rate_limited"', 'what nobody was told one by one'],
  ],
  async run(args, { connect, isJson, print }) {
    const client = await connect();
    const query = {
      ...windowOf(args),
      tail: numberOption(args, 'tail') ?? TAIL,
      types: isSet(args, 'tasks') ? taskEventTypes : stringOption(args, 'types'),
      follow: isSet(args, 'follow'),
    };
    const format = isSet(args, 'tasks') ? formatTaskEvent : formatEvent;
    const onProgress = ({ text }: { text: string }) =>
      print(isJson ? `${text}\n` : `${format(JSON.parse(text) as EventView)}\n`);
    const answer = await client.call('events', { query }, { onProgress });
    return { json: answer, text: answer.events.map(format).join('\n') };
  },
};

const count: Command = {
  path: 'events count',
  summary: 'Count what has happened: by type and severity, and what was held back',
  options: windowOptions,
  examples: [['orc events count --since 1h', 'volume, limits and listeners of the last hour']],
  async run(args, { connect }) {
    const answer = await (await connect()).call('eventCounts', { query: windowOf(args) });
    const rows = (numbers: Readonly<Record<string, number>>, head: string) =>
      Object.keys(numbers).length === 0
        ? []
        : [formatTable([[head, 'COUNT'], ...Object.entries(numbers).map(([name, n]) => [name, String(n)])])];
    const slow = answer.listeners.filter(({ waiting, failed, dropped }) => waiting + failed + dropped > 0);
    const text = [
      `${answer.total} events, ${answer.damaged} damaged lines; the log has ${answer.files} files with ${answer.bytes} bytes`,
      ...rows(answer.byType, 'TYPE'),
      ...rows(answer.bySeverity, 'SEVERITY'),
      ...rows(answer.suppressed, 'HELD BACK'),
      ...rows(answer.gathered, 'WAITS FOR A DIGEST'),
      ...slow.map(
        (each) => `${each.name}: ${each.waiting} wait, ${each.failed} failed, ${each.dropped} dropped`,
      ),
    ].join('\n\n');
    return { json: answer, text };
  },
};

const replay: Command = {
  path: 'replay',
  summary: 'Play a part of the log again: to look at, into the limits of notices, or against the ledger',
  options: {
    ...windowOptions,
    since: { type: 'string', describe: 'From when on: 30m, 2h, or a date', defaultText: DEFAULT_WINDOW },
    to: { type: 'string', describe: 'The same as --until' },
    speed: {
      type: 'number',
      describe: '1 as it was, 60 an hour in a minute',
      defaultText: 'as fast as possible',
    },
    into: {
      type: 'string',
      describe: 'Who gets the events',
      choices: ['terminal', 'notices', 'ledger'],
      defaultText: 'terminal',
    },
    apply: { type: 'boolean', describe: 'Do it. Without this it only says what would be done' },
  },
  examples: [
    ['orc replay --since 30m --speed 10', 'half an hour in three minutes'],
    ['orc replay --since 1d --into notices', 'who would have been told what, with the limits of today'],
    ['orc replay --since 2h --to 1h --into ledger', 'says where log and ledger disagree'],
  ],
  async run(args, { connect, isJson, print }) {
    const { since, until, filter } = windowOf(args);
    const speed = numberOption(args, 'speed');
    if (speed !== undefined && !(speed > 0))
      throw errors.usage(`--speed ${speed} is not above 0.`, 'Say 1 or 60.');
    const into = stringOption(args, 'into') as 'terminal' | 'notices' | 'ledger' | undefined;
    const body = {
      since: since ?? readSince(DEFAULT_WINDOW),
      ...(until !== undefined && { until }),
      ...(filter !== undefined && { filter }),
      ...(speed !== undefined && { speed }),
      ...(into !== undefined && { into }),
      apply: isSet(args, 'apply'),
    };
    const onProgress = ({ step, text }: { step: string; text: string }) => {
      if (isJson) return;
      const line = formatEvent(JSON.parse(text) as EventView);
      print(step === 'event' ? `${line}\n` : `${step.padEnd(12)} ${line}\n`);
    };
    const answer = await (await connect()).call('replay', { body }, { onProgress });
    const outcomes = Object.entries(answer.outcomes).map(([name, n]) => `${name} ${n}`);
    const end = `${answer.events} events into ${answer.into}${answer.isDry ? ' (dry: nothing was done)' : ''}`;
    return {
      json: answer,
      text: [end, outcomes.join(', '), ...answer.differences].filter(Boolean).join('\n'),
    };
  },
};

function formatEvent({ at, type, agent, project, message, data }: EventView): string {
  const time = new Date(at).toLocaleTimeString([], { hour12: false });
  return [`[${time}]`, type, agent ?? project, message, shortData(data)].filter(Boolean).join(' ');
}

const TOLD = ['why', 'reason', 'channel', 'title', 'to', 'step', 'recipient', 'text', 'sink'];
const TEXT_CHARACTERS = 80;

function shortData(data: unknown): string {
  if (typeof data !== 'object' || data === null) return '';
  const told = Object.entries(data).flatMap(([key, value]) =>
    TOLD.includes(key) && typeof value === 'string' ? [`${key}: ${shorten(value)}`] : [],
  );
  return told.length === 0 ? '' : `(${told.join(', ')})`;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > TEXT_CHARACTERS ? `${line.slice(0, TEXT_CHARACTERS - 1)}…` : line;
}

export const eventCommands: readonly Command[] = [show, count, replay];
