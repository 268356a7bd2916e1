import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Client, EventView, ProjectStatus } from '@orc/contracts';
import { stringOption, type Command, type Surroundings } from '../command.ts';
import { makeDemoProject } from '../demo/project.ts';
import { formatOutcome, summarise, type DemoOutcome } from '../demo/summary.ts';
import { errors } from '../errors.ts';
import { parseDuration } from '../duration.ts';

const LIMIT_MS = 85_000;
const LOOK_MS = 250;
const MESSAGES_MAX = 10_000;

export const command: Command = {
  path: 'demo',
  summary: 'Watch a simulated team of five build a small project; needs no account',
  options: {
    timeout: { type: 'string', describe: 'Give up after this time', defaultText: '85s' },
  },
  examples: [['orc demo', 'makes a project, runs the team, and says what it did']],
  async run(args, surroundings) {
    const { connect, layout, say } = surroundings;
    const timeout = stringOption(args, 'timeout');
    const limitMs = timeout === undefined ? LIMIT_MS : parseDuration(timeout);
    const signal = AbortSignal.timeout(limitMs);
    const started = performance.now();
    const client = await connect();
    const directory = join(layout.home, 'demo');
    const name = await findFreeName(client, directory, say);
    const { path, specPath } = await makeDemoProject(join(directory, name));
    say(`SIMULATION: a team of simulated agents builds ${path}`);
    const spec = { path: specPath, text: readFileSync(specPath, 'utf8') };
    const up = { path, name, spec, runtime: 'sim', teamType: 'web_application', plan: 'max5' };
    const onProgress = ({ text }: { readonly text: string }) => say(`· ${text}`);
    try {
      await client.call('up', { body: up }, { onProgress, signal });
    } catch (error) {
      throw signal.aborted ? errors.demoFailed([`the team was not up within ${limitMs / 1_000} s`]) : error;
    }
    await watch(client, name, surroundings, () => signal.aborted);
    const outcome = await collect(client, name, performance.now() - started);
    if (outcome.problems.length > 0) {
      say(formatOutcome(outcome, path));
      throw errors.demoFailed(outcome.problems);
    }
    return { json: outcome, text: formatOutcome(outcome, path) };
  },
};

/**
 * An earlier demo that still runs is ended first; nothing of it is lost, and two would only be slow. It is known
 * by where it is: a name may as well be that of a project of the user.
 */
async function findFreeName(client: Client, directory: string, say: Surroundings['say']): Promise<string> {
  const { projects } = await client.call('status', {});
  const own = existsSync(directory) ? realpathSync(directory) : directory;
  const demos = projects.filter(({ path }) => path.startsWith(own + sep));
  for (const { slug } of demos.filter(({ status }) => status !== 'stopped')) {
    say(`· ending the earlier ${slug}; its branches and work stay`);
    await client.call('down', { body: { project: slug } });
  }
  const isTaken = (name: string) =>
    projects.some(({ slug }) => slug === name) || existsSync(join(directory, name));
  let name = 'demo';
  for (let number = 2; isTaken(name); number += 1) name = `demo-${number}`;
  return name;
}

async function findProject(client: Client, name: string): Promise<ProjectStatus> {
  const { projects } = await client.call('status', { query: { project: name } });
  const [project] = projects;
  if (!project) throw errors.demoFailed([`the project ${name} is gone`]);
  return project;
}

const TOLD = 'task.*,agent.crashed,agent.relaunched,agent.blocked';

/** Says what happens until every task is done and every message has been seen, or time is over. */
async function watch(
  client: Client,
  name: string,
  { say }: Surroundings,
  isOver: () => boolean,
): Promise<void> {
  const told = new Set<string>();
  for (let before = ''; !isOver();) {
    const { events } = await client.call('events', { query: { tail: 200, types: TOLD } });
    for (const event of events.filter(({ project, id }) => project === name && !told.has(id))) {
      told.add(event.id);
      say(describe(event));
    }
    const { tasks, messages, agents } = await findProject(client, name);
    const total = Object.values(tasks).reduce((sum, number) => sum + number, 0);
    const underWay = messages.queued + messages.leased + messages.injected;
    const working = agents.filter(({ state }) => state.state === 'working').map(({ role }) => role);
    const line = `  tasks ${tasks.done}/${total} · messages ${messages.total} sent, ${messages.total - underWay - messages.dead} seen · at work: ${working.join(', ') || 'nobody'}`;
    if (line !== before) say(line);
    before = line;
    if (tasks.done === total && underWay === 0) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function describe({ type, agent, message, data }: EventView): string {
  const { title, text, why } = (data ?? {}) as Record<string, unknown>;
  const what = [title, text, why].filter((part) => typeof part === 'string' && part !== '').join(' ');
  return `${(agent ?? '').split('/').at(-1)?.padEnd(16) ?? ''} ${type.split('.').at(-1)?.replace('_', ' ') ?? ''} ${message ?? ''} ${what}`.trimEnd();
}

async function collect(client: Client, name: string, elapsedMs: number): Promise<DemoOutcome> {
  const [project, { tasks }, { messages }, { worktrees }] = await Promise.all([
    findProject(client, name),
    client.call('tasks', { query: { project: name } }),
    client.call('messages', { query: { project: name, limit: MESSAGES_MAX } }),
    client.call('worktrees', { query: { project: name } }),
  ]);
  return summarise({ project, tasks, messages, worktrees, elapsedMs });
}
