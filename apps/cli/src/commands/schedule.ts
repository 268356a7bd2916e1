import type { Client, ScheduleView } from '@orc/contracts';
import { isSet, stringOption, textOf, type Arguments, type Command, type Surroundings } from '../command.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { errors } from '../errors.ts';
import { projectOption } from '../project-flag.ts';
import { formatTable } from '../table.ts';

const LOOK_MS = 200;
const TEST_DELAY = '1m';
/** A firing is looked for every second; what is not there by then does not come. */
const TEST_PATIENCE_MS = 30_000;

const whenPositional = {
  name: 'when',
  describe: 'Minutes from now, or a cron expression in quotes: minute, hour, day, month, weekday',
};
const notePositional = { name: 'note', describe: 'What the agent is told' };
const targetPositional = {
  name: 'target',
  describe: 'Whom to tell; without it, an agent tells itself, and you tell the one who coordinates the team',
  isOptional: true,
};
const addOptions = {
  every: { type: 'boolean', describe: 'Again and again, every so many minutes' },
  zone: { type: 'string', describe: 'Zone that cron is read in, such as Europe/Berlin' },
  project: projectOption,
} as const;

async function addSchedule(args: Arguments, { connect }: Surroundings) {
  const target = textOf(args, 'target');
  const answer = await (
    await connect()
  ).call('addSchedule', {
    body: {
      when: textOf(args, 'when'),
      note: textOf(args, 'note'),
      isRepeated: isSet(args, 'every'),
      ...(target !== '' && { target }),
      zone: stringOption(args, 'zone'),
      project: stringOption(args, 'project'),
    },
  });
  const { schedule, firedBy } = answer;
  return {
    json: answer,
    text: `${schedule.id}: ${schedule.target} is told ${formatNext(schedule, Date.now())}; the daemon (pid ${firedBy.pid}) fires it`,
  };
}

/** The spelling that agents know from elsewhere: `schedule <minutes> "<note>" <target>`. */
const short: Command = {
  path: 'schedule',
  summary: 'Tell somebody something later: schedule <minutes> "<note>" <target>',
  positionals: [whenPositional, notePositional, targetPositional],
  options: addOptions,
  examples: [['orc schedule 30 "Developer progress check" developer', 'a message in half an hour']],
  run: addSchedule,
};

const add: Command = {
  path: 'schedule add',
  summary: 'Tell somebody something later, once or again and again',
  positionals: [whenPositional, notePositional, targetPositional],
  options: addOptions,
  examples: [
    ['orc schedule add 15 "Look at who is blocked"', 'tells the one who coordinates, once, in 15 minutes'],
    ['orc schedule add 30 "Team review" orchestrator --every', 'every half hour'],
    ['orc schedule add "0 9 * * 1" "Weekly review" developer --zone Europe/Berlin', 'on Mondays at 9'],
  ],
  run: addSchedule,
};

const list: Command = {
  path: 'schedule list',
  summary: 'Print what is to happen when',
  options: {
    all: { type: 'boolean', describe: 'Also what has ended' },
    project: projectOption,
  },
  examples: [['orc schedule list', 'by the time they are due']],
  async run(args, { connect }) {
    const query = { project: stringOption(args, 'project'), all: isSet(args, 'all') };
    const answer = await (await connect()).call('schedules', { query });
    const now = Date.now();
    const rows = answer.schedules.map((schedule) => [
      schedule.id,
      schedule.target,
      formatTiming(schedule),
      formatNext(schedule, now),
      String(schedule.firings),
      formatNote(schedule),
    ]);
    const text = formatTable([['SCHEDULE', 'TARGET', 'WHEN', 'NEXT', 'FIRED', 'NOTE'], ...rows]);
    return { json: answer, text: rows.length === 0 ? 'Nothing is scheduled.' : text };
  },
};

const remove: Command = {
  path: 'schedule rm',
  summary: 'Remove a schedule; a check-in comes back as long as its agent runs',
  positionals: [{ name: 'id', describe: 'As "schedule list" shows it' }],
  examples: [['orc schedule rm s0123456789', 'it does not fire again']],
  async run(args, { connect }) {
    const schedule = await (
      await connect()
    ).call('cancelSchedule', { params: { id: textOf(args, 'id') }, body: {} });
    return { json: schedule, text: `${schedule.id} is ${schedule.state}` };
  },
};

const test: Command = {
  path: 'schedule test',
  summary: 'Prove that scheduling works: find the window, and schedule a message to it',
  positionals: [targetPositional],
  options: {
    in: { type: 'string', describe: 'How far away', defaultText: TEST_DELAY },
    wait: { type: 'boolean', describe: 'Wait until it has come' },
    project: projectOption,
  },
  examples: [['orc schedule test', 'an agent does this first, and goes on']],
  async run(args, { connect }) {
    const client = await connect();
    const target = textOf(args, 'target');
    const { schedule, firedBy } = await client.call('addSchedule', {
      body: {
        inMs: parseDuration(stringOption(args, 'in') ?? TEST_DELAY),
        note: 'This is the test of scheduling. Nothing is to be done.',
        ...(target !== '' && { target }),
        project: stringOption(args, 'project'),
      },
    });
    const facts = [
      `the window of ${schedule.target} is there`,
      `the daemon (pid ${firedBy.pid}) fires it ${formatNext(schedule, Date.now())}`,
    ];
    if (!isSet(args, 'wait')) return { json: { schedule, firedBy, fired: null }, text: facts.join('\n') };
    const fired = await waitUntilFired(client, schedule);
    return {
      json: { schedule: fired, firedBy, fired: true },
      text: [...facts, `it came: message ${fired.id}.1 is in the mailbox of ${fired.target}`].join('\n'),
    };
  },
};

/** @throws ORC_CLI_NOT_FIRED */
async function waitUntilFired(client: Client, { id, nextAt }: ScheduleView): Promise<ScheduleView> {
  const deadline = (nextAt ?? Date.now()) + TEST_PATIENCE_MS;
  for (;;) {
    const { schedules } = await client.call('schedules', { query: { all: true } });
    const now = schedules.find((each) => each.id === id);
    if (now?.state === 'done') return now;
    if (now?.state !== 'active' || now.skipReason !== null || Date.now() > deadline)
      throw errors.notFired(id, now?.reason ?? now?.skipReason ?? 'it did not come in time');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function formatTiming({ kind, everyMs, cron, zone }: ScheduleView): string {
  if (kind === 'interval') return `every ${formatDuration(everyMs ?? 0)}`;
  return kind === 'cron' ? `${cron ?? ''} (${zone ?? 'local'})` : 'once';
}

function formatNext({ nextAt, state }: ScheduleView, now: number): string {
  if (nextAt === null) return state;
  return nextAt <= now ? 'now' : `in ${formatDuration(nextAt - now)}`;
}

function formatNote({ note, reason, skipReason, state }: ScheduleView): string {
  const why = state === 'failed' ? reason : skipReason;
  return why === null ? note : `${note} (${state === 'failed' ? 'failed' : 'passed over'}: ${why})`;
}

export const scheduleCommands: readonly Command[] = [short, add, list, remove, test];
