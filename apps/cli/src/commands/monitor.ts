import { isOrcError } from '@orc/errors';
import { stringOption, type Command } from '../command.ts';
import { formatDuration } from '../duration.ts';
import { count } from '../status-text.ts';
import { daemonCommands } from './daemon.ts';

const DAY_MS = 86_400_000;
const EVERY = '5m';

/** The daemon is the monitor: these words do what the daemon's own do. */
function sameAs(word: 'start' | 'stop' | 'restart' | 'logs', example: string): Command {
  const original = daemonCommands.find(({ path }) => path === `daemon ${word}`);
  if (!original) throw new TypeError(`there is no daemon ${word}`);
  return {
    ...original,
    path: `monitor ${word}`,
    summary: `The same as "daemon ${word}"`,
    examples: [[`orc monitor ${word}`, example]],
  };
}

const status: Command = {
  path: 'monitor status',
  summary: 'Say whether the monitoring works: daemon, groups, events and what was held back today',
  examples: [['orc monitor status', 'one line for each part']],
  async run(_args, { connect, layout }) {
    const client = await connect({ start: false });
    try {
      const { daemon, version, projects } = await client.call('status', {});
      const groups = await client.call('pubsubHealth', {});
      const since = Math.floor(Date.now() / DAY_MS) * DAY_MS;
      const events = await unlessForbidden(client.call('eventCounts', { query: { since } }));
      const agents = projects.flatMap((project) => project.agents);
      const held = Object.entries(events?.suppressed ?? {}).map(([why, n]) => `${why} ${n}`);
      const lines = [
        `daemon: orc ${version}, pid ${daemon?.pid ?? 'unknown'}, up ${formatDuration(daemon?.uptimeMs ?? 0)}`,
        `agents: ${count(agents.length, 'agent')} in ${count(projects.length, 'project')}`,
        `groups: ${groups.isHealthy ? 'healthy' : 'not everything was handed over'}, ${count(groups.stored, 'publication')}, ${groups.acknowledged} acknowledged`,
        ...(events ? [`events today: ${events.total}; held back: ${held.join(', ') || 'none'}`] : []),
      ];
      return {
        json: { running: true, version, daemon, pubsub: groups, events: events ?? null },
        text: lines.join('\n'),
      };
    } catch (error) {
      if (!isOrcError(error, 'ORC_CONTRACTS_DAEMON_ABSENT')) throw error;
      return { json: { running: false }, text: `no daemon runs for ${layout.home}`, exitCode: 1 };
    }
  },
};

/** What only the person may see is left out for an agent. */
async function unlessForbidden<Value>(call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isOrcError(error, 'ORC_DAEMON_FORBIDDEN')) return undefined;
    throw error;
  }
}

const clearQueues: Command = {
  path: 'monitor clear-queues',
  summary: 'End all notices that nobody has read yet; messages of people and agents are left alone',
  examples: [['orc monitor clear-queues', 'after a flood, or before a new start']],
  async run(_args, { connect }) {
    const answer = await (await connect()).call('clearNotices', { body: {} });
    return {
      json: answer,
      text: `ended ${count(answer.cancelled, 'notice')}, forgot ${answer.gathered} that waited for a digest`,
    };
  },
};

const script: Command = {
  path: 'monitor script',
  summary: 'Print a shell script that looks for alarms again and again',
  options: { every: { type: 'string', describe: 'How often', defaultText: EVERY } },
  examples: [['orc monitor script > watch.sh', 'for a manager that has no other way to be woken']],
  async run(args) {
    const every = stringOption(args, 'every') ?? EVERY;
    const text = [
      '#!/bin/sh',
      '# Looks for alarms of the session in $1, or of your own.',
      'while true; do',
      `  tmux-orc read \${1:+--session "$1"} --since ${every} --filter 'CRITICAL|HIGH PRIORITY'`,
      `  sleep ${every}`,
      'done',
    ].join('\n');
    return { json: { script: text }, text };
  },
};

export const monitorCommands: readonly Command[] = [
  sameAs('start', 'starts the daemon, or says that it runs'),
  sameAs('stop', 'stops it; agents go on'),
  sameAs('restart', 'after a change of the configuration'),
  status,
  sameAs('logs', 'the last lines'),
  clearQueues,
  script,
];
