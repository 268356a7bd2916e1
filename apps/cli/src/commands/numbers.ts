import type { NumbersView, Status } from '@orc/contracts';
import { stringOption, type Arguments, type Command, type Surroundings } from '../command.ts';
import { formatDuration } from '../duration.ts';
import { projectOption } from '../project-flag.ts';
import { formatMachine } from '../status-text.ts';
import { formatTable } from '../table.ts';

const agentOption = { type: 'string', describe: 'Only this agent: a role, or project/role' } as const;

async function readNumbers(args: Arguments, { connect }: Surroundings): Promise<NumbersView> {
  const query = { project: stringOption(args, 'project'), agent: stringOption(args, 'agent') };
  return (await connect()).call('numbers', { query });
}

const queue: Command = {
  path: 'queue',
  summary: 'Print what waits for whom, by priority',
  options: { project: projectOption, agent: agentOption },
  examples: [['orc queue', 'undelivered messages of every agent']],
  async run(args, surroundings) {
    const numbers = await readNumbers(args, surroundings);
    const rows = numbers.agents.map(({ agent, depth, depthByLevel, oldestAt, isParked }) => [
      agent,
      String(depth),
      ...levels(depthByLevel),
      oldestAt === null ? '' : formatDuration(Math.max(0, numbers.at - oldestAt)),
      isParked ? 'parked' : '',
    ]);
    const total = ['all', String(numbers.depth), ...levels(numbers.depthByLevel), '', ''];
    const titles = ['AGENT', 'DEPTH', 'HIGH', 'NORMAL', 'LOW', 'OLDEST', ''];
    return { json: numbers, text: formatTable([titles, ...rows, total]) };
  },
};

function levels({ high, normal, low }: NumbersView['depthByLevel']): string[] {
  return [high, normal, low].map(String);
}

const bottlenecks: Command = {
  path: 'bottlenecks',
  summary: 'Print the ten slowest pieces of work, and how long work takes',
  options: { project: projectOption, agent: agentOption },
  examples: [['orc bottlenecks', 'the slowest first']],
  async run(args, surroundings) {
    const numbers = await readNumbers(args, surroundings);
    return {
      json: { slowest: numbers.slowest, duration: numbers.duration },
      text: formatBottlenecks(numbers),
    };
  },
};

/** As SPEC-072 prints it. */
export function formatBottlenecks({ slowest, duration }: Pick<NumbersView, 'slowest' | 'duration'>): string {
  const lines = slowest.map(
    ({ id, agent, kind, durationMs, title }, index) =>
      `${index + 1}. ${id} (${agent}): ${formatMs(durationMs)} - ${title === '' ? kind : title}`,
  );
  return [
    'Top 10 Slowest Tasks:',
    ...(lines.length === 0 ? ['nothing has been finished yet'] : lines),
    'Performance Metrics:',
    `- p50: ${formatMs(duration.p50Ms)}`,
    `- p95: ${formatMs(duration.p95Ms)}`,
    `- p99: ${formatMs(duration.p99Ms)}`,
  ].join('\n');
}

const metrics: Command = {
  path: 'metrics',
  summary: 'Print what each agent has done, and how fast',
  options: {
    project: projectOption,
    agent: agentOption,
    prometheus: { type: 'boolean', describe: 'Everything, in the text format of Prometheus' },
  },
  examples: [
    ['orc metrics', 'every agent'],
    ['orc metrics --agent developer', 'one agent'],
  ],
  async run(args, surroundings) {
    if (args.options.prometheus === true) {
      const { text } = await (await surroundings.connect()).call('metricsText', {});
      return { json: { text }, text };
    }
    const numbers = await readNumbers(args, surroundings);
    const text = numbers.agents.map(formatAgentMetrics).join('\n\n');
    return { json: numbers, text: text === '' ? 'No agent has had any work yet.' : text };
  },
};

/** As SPEC-072 prints it. */
export function formatAgentMetrics(each: NumbersView['agents'][number]): string {
  const { high, normal, low } = each.depthByLevel;
  return [
    `${each.agent} Performance:`,
    `- Tasks completed: ${each.completed}`,
    `- Tasks failed: ${each.failed}`,
    `- Average duration: ${formatMs(each.averageMs)}`,
    `- p95 duration: ${formatMs(each.p95Ms)}`,
    `- Current queue depth: ${each.depth} (high: ${high}, normal: ${normal}, low: ${low})`,
  ].join('\n');
}

/** Whole milliseconds with separators, the same in every locale: `155,000ms`. */
export function formatMs(ms: number | null): string {
  return ms === null ? 'none yet' : `${Math.round(ms).toLocaleString('en-US')}ms`;
}

const health: Command = {
  path: 'health',
  summary: 'Say whether the daemon, its agents, their hooks, the queue and the database are well',
  examples: [['orc health', 'a line for each, and exit code 1 when one is not']],
  async run(_args, { connect }) {
    const client = await connect();
    const status = await client.call('status', {});
    const numbers = await client.call('numbers', {});
    const { checks } = await client.call('doctor', {});
    const { alerts } = await client.call('alerts', {});
    const agents = status.projects.flatMap((project) => project.agents);
    const unwell = agents.filter(({ state }) => state.state === 'crashed' || state.needs === 'you');
    const failed = checks.filter(({ status: result }) => result === 'failed');
    const isHealthy = failed.length === 0 && unwell.length === 0 && alerts.length === 0;
    const { high, normal, low } = numbers.depthByLevel;
    const rows = [
      ['daemon', 'ok', `pid ${status.daemon?.pid ?? 0}, up ${formatDuration(status.daemon?.uptimeMs ?? 0)}`],
      ['queue', 'ok', `depth ${numbers.depth} (high: ${high}, normal: ${normal}, low: ${low})`],
      ['machine', status.machine.pressure === null ? 'ok' : 'warning', machineText(status.machine)],
      [
        'agents',
        unwell.length === 0 ? 'ok' : 'failed',
        `${agents.length - unwell.length} of ${agents.length} are well${unwell.map(({ id, state }) => `; ${id}: ${state.why}`).join('')}`,
      ],
      ...checks.map(({ name, status: result, text }) => [name, result, text]),
      ...alerts.map(({ rule, severity, text }) => [rule, severity, text]),
    ];
    return {
      json: {
        ...{ healthy: isHealthy, daemon: status.daemon, machine: status.machine },
        ...{ queue: numbers, agents, checks, alerts },
      },
      text: formatTable([['WHAT', 'RESULT', 'FOUND'], ...rows]),
      exitCode: isHealthy ? 0 : 1,
    };
  },
};

function machineText(machine: Status['machine']): string {
  const { pressure, waiting } = machine;
  return [
    formatMachine(machine),
    ...(pressure === null ? [] : [`nobody is started now: ${pressure}`]),
    ...waiting.map(({ agent, why }) => `${agent} waits to be started: ${why}`),
  ].join('; ');
}

export const numberCommands: readonly Command[] = [queue, bottlenecks, metrics, health];
