import type { Client, ProjectStatus, RouteOutput } from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import { isSet, listOption, stringOption, type Command, type Surroundings } from '../command.ts';
import { projectOption } from '../project-flag.ts';
import { startUnlessRunning, stop as daemonStop } from './daemon.ts';

const debugging = {
  ...{ key: 'logging.level', variable: 'ORC_LOGGING_LEVEL', value: 'debug' },
  command: 'orc start --debug',
};

/** The words of SPEC-072; `orc team-daemon start` is the same as `orc start`. */
const start: Command = {
  path: 'start',
  summary: 'Start the daemon and the agents of a project, or some of them',
  options: {
    agents: { type: 'list', describe: 'Only these roles' },
    debug: { type: 'boolean', describe: 'The daemon logs more' },
    project: {
      ...projectOption,
      describe: 'Name or path of the project; without it, those at work, or all when none is',
    },
  },
  examples: [
    ['orc start', 'the daemon, and every agent that does not run'],
    ['orc start --agents developer,tester', 'only these'],
  ],
  async run(args, surroundings) {
    await startUnlessRunning(surroundings, isSet(args, 'debug') ? debugging : undefined);
    const client = await surroundings.connect();
    const project = stringOption(args, 'project');
    const { projects } = await client.call('status', { query: { project } });
    const active = projects.filter(({ status }) => status !== 'stopped');
    const chosen = project === undefined && active.length > 0 ? active : projects;
    const wanted = listOption(args, 'agents');
    const { did, missing, notRunning, failures } = wanted
      ? await startRoles(client, chosen, wanted)
      : await bringBack(client, chosen, surroundings);
    const text = [...did, ...missing.map((role) => `there is no ${role}`)];
    if (projects.length === 0)
      text.push('the daemon runs; there is no project yet: orc up --project PATH --spec FILE');
    const leftDown = projects.filter((each) => !chosen.includes(each)).map(({ slug }) => slug);
    text.push(...leftDown.map((slug) => `${slug} stays down: orc start --project ${slug}`));
    text.push(...failures.map(({ code, message }) => `${message} (${code})`));
    const isWhole = missing.length + notRunning.length + failures.length === 0;
    const json = { did, missing, notRunning, leftDown, failures };
    return { json, text: text.join('\n'), exitCode: isWhole ? 0 : 1 };
  },
};

interface Started {
  readonly did: string[];
  /** Roles that nobody has. */
  readonly missing: string[];
  readonly notRunning: string[];
  readonly failures: { readonly code: string; readonly message: string }[];
}

/** Does it for one after the other; one that is refused is no reason to leave out the others. */
async function each<Item>(items: readonly Item[], start: (item: Item) => Promise<void>) {
  const failures: Started['failures'] = [];
  for (const item of items) {
    try {
      await start(item);
    } catch (error) {
      if (!isOrcError(error)) throw error;
      failures.push({ code: error.code, message: error.message });
    }
  }
  return failures;
}

async function startRoles(
  client: Client,
  projects: readonly ProjectStatus[],
  wanted: readonly string[],
): Promise<Started> {
  const agents = projects.flatMap((project) => project.agents).filter(({ role }) => wanted.includes(role));
  const missing = wanted.filter((role) => !agents.some((agent) => agent.role === role));
  const did: string[] = [];
  const failures = await each(agents, async ({ project, role }) => {
    const { text } = await client.call('changeAgent', {
      params: { project, role, action: 'start' },
      body: { force: false },
    });
    did.push(text);
  });
  return { did, missing, notRunning: [], failures };
}

/** Whole teams, as `orc resume` does it: who is limited is left to the reset. */
async function bringBack(
  client: Client,
  projects: readonly ProjectStatus[],
  { say }: Surroundings,
): Promise<Started> {
  const did: string[] = [];
  const notRunning: string[] = [];
  const failures = await each(projects, async ({ slug: project }) => {
    const { agents, ...resumed } = await client.call(
      'resume',
      { body: { project } },
      { onProgress: ({ text }) => say(`· ${text}`) },
    );
    const limited = agents.filter(({ verdict }) => verdict === 'limited');
    const down = agents.filter((agent) => agent.verdict === 'dead' && isDown(agent));
    const lines = [
      ...resumed.did,
      ...limited.map(({ id, plan }) => `${id} ${plan}`),
      ...down.map(({ id, state }) => `${id} does not run: ${state.why}`),
    ];
    did.push(...(lines.length > 0 ? lines : [`${project}: nobody had to be started`]));
    notRunning.push(...down.map(({ id }) => id));
  });
  return { did, missing: [], notRunning, failures };
}

type Resumed = RouteOutput<'resume'>['agents'][number];

/** One that waits for room is said to be starting, and has no window yet. */
function isDown({ paneId, state: { state } }: Resumed): boolean {
  return state === 'stopped' || state === 'crashed' || (paneId === null && state !== 'starting');
}

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
    // A single agent can be started in a team that is down.
    const isAtWork = ({ status, agents }: ProjectStatus) =>
      status !== 'stopped' || agents.some(({ paneId }) => paneId !== null);
    for (const { slug } of projects.filter(isAtWork)) {
      const answer = await client.call('down', { body: { project: slug, force } });
      did.push(...answer.did);
    }
    const ended = await daemonStop.run(args, surroundings);
    return { json: { did, daemon: ended?.json }, text: [...did, ended?.text ?? ''].join('\n') };
  },
};

export const teamDaemonCommands: readonly Command[] = [start, stop];
