import type { Layout } from '@orc/contracts';
import { listDayFiles, readJsonlBackwards } from '@orc/jsonl';
import { isSet, numberOption, type Command, type Result, type Surroundings } from '../command.ts';
import { findHealth, findToKill, startDaemon, stopDaemon } from '../daemon-process.ts';
import { formatDuration } from '../duration.ts';
import { errors } from '../errors.ts';
import { readAt, readIfThere } from '../read-at.ts';

const LOG_LINES = 50;

/** What a flag asks of a daemon that is started, and of none that runs. */
interface Wish {
  readonly key: string;
  readonly variable: string;
  readonly value: unknown;
  /** The line that asks for it. */
  readonly command: string;
}

/** Starts the daemon unless one runs as is wished. @throws ORC_CLI_DAEMON_RUNS_OTHERWISE */
export async function startUnlessRunning(
  { connect, layout, environment, say }: Surroundings,
  wish?: Wish,
): Promise<Result> {
  const running = await findHealth(layout);
  if (running) {
    const { pid } = running;
    if (wish) {
      const { values } = await (await connect({ start: false })).call('config', {});
      if (values.find(({ key }) => key === wish.key)?.value !== wish.value)
        throw errors.daemonRunsOtherwise(pid, wish.command);
    }
    return { json: { pid, started: false }, text: `the daemon runs already (pid ${pid})` };
  }
  const wished = wish && { [wish.variable]: String(wish.value) };
  const { pid } = await startDaemon(layout, { ...environment, ...wished }, say);
  return { json: { pid, started: true }, text: `the daemon runs (pid ${pid})` };
}

const withoutResume: Wish = {
  ...{ key: 'credits.autoResume', variable: 'ORC_CREDITS_AUTO_RESUME', value: false },
  command: 'orc daemon start --no-resume',
};

const start: Command = {
  path: 'daemon start',
  summary: 'Start the daemon; it survives the terminal that started it',
  options: {
    resume: {
      type: 'boolean',
      describe: 'With --no-resume nobody goes on by himself after a usage limit, until "orc credits resume"',
    },
  },
  examples: [
    ['orc daemon start', 'starts it, or says that it runs'],
    ['orc daemon start --no-resume', 'leaves it to you when agents go on after a usage limit'],
  ],
  run: (args, surroundings) =>
    startUnlessRunning(surroundings, args.options['resume'] === false ? withoutResume : undefined),
};

export const stop: Command = {
  path: 'daemon stop',
  summary: 'Stop the daemon; the agents go on in tmux and are taken over by the next one',
  options: { force: { type: 'boolean', describe: 'Kill it at once; nothing that it confirmed is lost' } },
  examples: [['orc daemon stop', 'stops it gracefully']],
  async run(args, surroundings) {
    const isForced = isSet(args, 'force');
    const running = await (isForced ? findToKill : findHealth)(surroundings.layout);
    if (!running) return { json: { stopped: false }, text: 'no daemon runs' };
    await stopDaemon(surroundings, running, isForced ? 'at-once' : 'gently');
    return { json: { stopped: true, pid: running.pid }, text: `stopped the daemon (pid ${running.pid})` };
  },
};

const restart: Command = {
  path: 'daemon restart',
  summary: 'Stop the daemon and start it again; agents do not notice',
  examples: [['orc daemon restart', 'after a change of the configuration or an update']],
  async run(args, surroundings) {
    const running = await findHealth(surroundings.layout);
    if (running) await stopDaemon(surroundings, running, 'for-another');
    return start.run(args, surroundings);
  },
};

const status: Command = {
  path: 'daemon status',
  summary: 'Say whether the daemon runs',
  examples: [['orc daemon status', 'pid, uptime and memory']],
  async run(_args, { connect, layout }) {
    if (!(await findHealth(layout)))
      return { json: { running: false }, text: `no daemon runs for ${layout.home}`, exitCode: 1 };
    const { daemon, version } = await (await connect({ start: false })).call('status', {});
    const text =
      daemon === null
        ? 'no daemon runs'
        : `orc ${version} for ${layout.home}: pid ${daemon.pid}, up ${formatDuration(daemon.uptimeMs)}, ${Math.round(daemon.rssBytes / 1024 / 1024)} MB`;
    return { json: { running: true, version, ...daemon }, text };
  },
};

const logs: Command = {
  path: 'daemon logs',
  summary: "Print the end of the daemon's log",
  options: { lines: { type: 'number', describe: 'How many lines', defaultText: String(LOG_LINES) } },
  examples: [['orc daemon logs', 'the last lines']],
  async run(args, { layout }) {
    const wanted = numberOption(args, 'lines') ?? LOG_LINES;
    return readAt(layout.logs, () => readLogs(layout, wanted));
  },
};

function readLogs(layout: Layout, wanted: number): Result {
  const path = listDayFiles(layout.daemonLogs).at(-1)?.path ?? layout.daemonLogs;
  const lines = lastLines(layout.daemonLogs, wanted);
  // What it said before it could write its log, and how it crashed: usually nothing.
  const text = readIfThere(layout.daemonLog)?.trimEnd() ?? '';
  const output = text === '' ? [] : text.split('\n').slice(-wanted);
  const shown = output.length === 0 ? lines : [...lines, `${layout.daemonLog}:`, ...output];
  return { json: { path, lines, output }, text: shown.join('\n') };
}

/** The last lines of the log, over as many of its files as that takes. */
function lastLines(directory: string, count: number): string[] {
  const lines: string[] = [];
  for (const { path } of listDayFiles(directory).reverse())
    for (const line of readJsonlBackwards(path)) {
      if (lines.length === count) return lines.reverse();
      lines.push(line.ok ? JSON.stringify(line.value) : line.text);
    }
  return lines.reverse();
}

export const daemonCommands: readonly Command[] = [start, stop, restart, status, logs];
