import { styleText } from 'node:util';
import type { AgentView, MachineView, ProjectStatus, Status } from '@orc/contracts';
import { formatDuration } from './duration.ts';
import { formatTable } from './table.ts';

const COLOURS: Readonly<Record<string, Parameters<typeof styleText>[0]>> = {
  working: 'green',
  idle: 'cyan',
  starting: 'blue',
  blocked: 'yellow',
  limited: 'magenta',
  crashed: 'red',
};

const MEBIBYTE = 1024 * 1024;

/** What `orc status` prints: a table per project, and why each agent is in its state. */
export function formatStatus(status: Status, { isColoured = false } = {}): string {
  const parts = status.projects.map((project) => formatProject(project, status.at, isColoured));
  if (parts.length === 0) parts.push('No project yet. Start one: orc up --project PATH --spec FILE');
  if (status.machine.pressure !== null || status.machine.waiting.length > 0)
    parts.push(formatPressure(status.machine, status.at));
  if (status.unreadForUser > 0)
    parts.push(`You have ${count(status.unreadForUser, 'unread message')}: orc inbox`);
  return parts.join('\n\n');
}

/** What the machine has left, in one line. */
export function formatMachine({ memory, load, agents }: MachineView): string {
  const inMb = (bytes: number) => Math.round(bytes / MEBIBYTE);
  const limit = agents.limitBytes === null ? '' : ` of ${inMb(agents.limitBytes)}`;
  return [
    ...(memory
      ? [`${inMb(memory.availableBytes)} of ${inMb(memory.totalBytes)} MiB of memory free`]
      : ['memory unknown']),
    ...(load ? [`load ${load.average.toFixed(1)} on ${count(load.cores, 'core')}`] : []),
    `agents hold ${inMb(agents.heldBytes)}${limit} MiB`,
  ].join(', ');
}

function formatPressure(machine: MachineView, at: number): string {
  const waiting = machine.waiting.map(
    ({ agent, since, why }) =>
      `${agent} waits to be started since ${formatDuration(Math.max(0, at - since))}: ${why}`,
  );
  const pressure = machine.pressure === null ? [] : [`nobody is started now: ${machine.pressure}`];
  return [`MACHINE: ${formatMachine(machine)}`, ...pressure, ...waiting].join('\n');
}

function formatProject(project: ProjectStatus, at: number, isColoured: boolean): string {
  const { tasks, messages } = project;
  const total = Object.values(tasks).reduce((sum, number) => sum + number, 0);
  const simulation = project.isSimulation ? ', SIMULATION' : '';
  const head = `${project.slug} (${project.status}${simulation})  ${project.path} on ${project.parentBranch}`;
  const figures =
    `tasks ${tasks.done}/${total} done` +
    (tasks.blocked + tasks.failed > 0 ? `, ${tasks.blocked} blocked, ${tasks.failed} failed` : '') +
    `; messages ${messages.total} sent, ${messages.seen + messages.done} seen, ${messages.dead} dead`;
  const rows = project.agents.map((agent) => formatAgent(agent, at));
  const [titles = '', ...lines] = formatTable([
    ['AGENT', 'STATE', 'FOR', 'CPU', 'MEM', 'MAIL', 'TASK', 'CHECK-IN', 'WHY'],
    ...rows,
  ]).split('\n');
  if (!isColoured) return [head, figures, titles, ...lines].join('\n');
  const coloured = lines.map((line, index) => colourState(line, project.agents[index]?.state.state ?? ''));
  return [styleText('bold', head), figures, styleText('dim', titles), ...coloured].join('\n');
}

function colourState(line: string, state: string): string {
  const colour = COLOURS[state];
  return colour === undefined ? line : line.replace(` ${state}`, ` ${styleText(colour, state)}`);
}

function formatAgent(
  { role, state, unread, task, nextCheckInAt, process: used }: AgentView,
  at: number,
): string[] {
  return [
    role,
    state.needs === 'you' ? `${state.state} (needs you)` : state.state,
    state.since === null ? '' : formatDuration(Math.max(0, at - state.since)),
    used.cpuPercent === null ? '' : `${Math.round(used.cpuPercent)}%`,
    used.memoryBytes === null ? '' : `${Math.round(used.memoryBytes / MEBIBYTE)}M`,
    unread === 0 ? '' : String(unread),
    task?.id ?? '',
    nextCheckInAt === null ? '' : `in ${formatDuration(Math.max(0, nextCheckInAt - at))}`,
    `${state.why} (${state.source})`,
  ];
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
