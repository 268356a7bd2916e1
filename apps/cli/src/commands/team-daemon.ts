import { isSet, listOption, type Command } from '../command.ts';
import { projectOption } from '../project-flag.ts';
import { daemonCommands } from './daemon.ts';

const daemon = (path: string) => {
  const found = daemonCommands.find((command) => command.path === path);
  if (!found) throw new Error(`there is no command ${path}`);
  return found;
};

/** The words of SPEC-072; `orc team-daemon start` is the same as `orc start`. */
const start: Command = {
  path: 'start',
  summary: 'Start the daemon and the agents of a project, or some of them',
  options: {
    agents: { type: 'list', describe: 'Only these roles' },
    debug: { type: 'boolean', describe: 'The daemon logs more' },
    project: projectOption,
  },
  examples: [
    ['orc start', 'the daemon, and every agent that does not run'],
    ['orc start --agents developer,tester', 'only these'],
  ],
  async run(args, surroundings) {
    const environment = isSet(args, 'debug')
      ? { ...surroundings.environment, ORC_LOGGING_LEVEL: 'debug' }
      : surroundings.environment;
    await daemon('daemon start').run(args, { ...surroundings, environment });
    const client = await surroundings.connect();
    const { projects } = await client.call('status', {});
    const wanted = listOption(args, 'agents');
    const named = args.options.project;
    const chosen = projects.filter(({ slug, status }) =>
      typeof named === 'string' ? slug === named : status !== 'stopped' || projects.length === 1,
    );
    const agents = chosen
      .flatMap((project) => project.agents)
      .filter(({ role }) => wanted?.includes(role) ?? true);
    const missing = (wanted ?? []).filter((role) => !agents.some((agent) => agent.role === role));
    const did: string[] = [];
    for (const { project, role } of agents) {
      const answer = await client.call('changeAgent', {
        params: { project, role, action: 'start' },
        body: { force: false },
      });
      did.push(answer.text);
    }
    const text = [...did, ...missing.map((role) => `there is no ${role}`)];
    if (projects.length === 0)
      text.push('the daemon runs; there is no project yet: orc up --project PATH --spec FILE');
    return { json: { did, missing }, text: text.join('\n'), exitCode: missing.length === 0 ? 0 : 1 };
  },
};

const stop: Command = {
  path: 'stop',
  summary: 'End every agent and then the daemon; work is kept, and "orc start" brings them back',
  options: {
    force: { type: 'boolean', describe: 'At once, without waiting for agents to end by themselves' },
  },
  examples: [['orc stop', 'agents get the time of agents.stopMs to end, then they are killed']],
  async run(args, surroundings) {
    const client = await surroundings.connect();
    const { projects } = await client.call('status', {});
    const force = isSet(args, 'force');
    const did: string[] = [];
    for (const { slug } of projects.filter(({ status }) => status !== 'stopped')) {
      const answer = await client.call('down', { body: { project: slug, force } });
      did.push(...answer.did);
    }
    const ended = await daemon('daemon stop').run(args, surroundings);
    return { json: { did, daemon: ended?.json }, text: [...did, ended?.text ?? ''].join('\n') };
  },
};

export const teamDaemonCommands: readonly Command[] = [start, stop];
