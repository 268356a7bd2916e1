import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createClient,
  layoutOf,
  newId,
  type AgentView,
  type Client,
  type Layout,
  type MessageView,
} from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import { run, runOrThrow, type RunResult } from '@orc/process';
import { errors } from './errors.ts';
import { judge, type Judgement } from './invariant.ts';
import { prepareHome, realClientEnvironment, type RealClient } from './real-client.ts';
import { until } from './until.ts';

export interface WorldOptions {
  /** Absolute, empty or not there yet; removed in the end. Short, for sockets lie below it. */
  readonly directory: string;
  /** Program and first arguments that run `orc`. */
  readonly orc: readonly string[];
  readonly config?: Readonly<Record<string, unknown>> & { readonly agents?: object };
  /** Runs Claude Code in place of simulated agents; what its model says is up to the scripted API. */
  readonly realClient?: RealClient;
  /** Rules of commands that the real client runs without asking. */
  readonly allowed?: readonly string[];
  /** What the simulated agents play; without pauses unless it says otherwise. */
  readonly scenario?: Readonly<Record<string, unknown>>;
  /** Besides the orchestrator. */
  readonly roles?: readonly string[];
  /** On top of a clean environment, for the daemon and for the agents. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called when everything has ended, before the directory is removed. */
  readonly beforeRemoval?: () => PromiseLike<void>;
}

export interface SendOptions {
  readonly kind?: string;
  readonly priority?: number;
  readonly expectReply?: boolean;
  readonly id?: string;
}

/** One orc of its own: state, HOME, project, daemon, tmux server and agents. */
export interface World extends AsyncDisposable {
  readonly layout: Layout;
  readonly home: string;
  /** Everything that was accepted here; the promise is about these. */
  readonly accepted: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  run(
    words: readonly string[],
    options?: { readonly env?: Record<string, string>; readonly input?: string },
  ): Promise<RunResult>;
  /** Runs a command that must succeed and gives its JSON. @throws ORC_DRILL_COMMAND_FAILED */
  orc<Value = unknown>(...words: string[]): Promise<Value>;
  /** The operator's calls; starts the daemon when none answers. */
  readonly client: Client;
  clientOf(role: string): Client;
  /** Sends as the person at the keyboard, once, however often the daemon dies meanwhile. */
  send(role: string, body: string, options?: SendOptions): Promise<MessageView>;
  agent(role: string): Promise<AgentView>;
  untilState(role: string, ...states: string[]): Promise<AgentView>;
  message(id: string): Promise<MessageView>;
  untilSeen(...ids: string[]): Promise<void>;
  daemonPid(): Promise<number>;
  tmux(...words: string[]): Promise<string>;
  judge(): Promise<Judgement>;
  /** Starts the team. */
  up(): Promise<void>;
}

const SPEC = '# Shop\n\n1. Record the decision [orchestrator]\n';
const PROJECT = 'shop';
const MESSAGES_MAX = 10_000;
const RETRY_MS = 50;
const ABSENT: ReadonlySet<string> = new Set(['ORC_CONTRACTS_DAEMON_ABSENT', 'ORC_CONTRACTS_CONNECTION_LOST']);

/** Prepares a world; `up` brings it to life. */
export async function makeWorld(options: WorldOptions): Promise<World> {
  const { directory, roles = ['developer'] } = options;
  const home = join(directory, 'h');
  const layout = layoutOf(join(directory, 'o'));
  const project = join(directory, PROJECT);
  for (const each of [home, layout.home]) mkdirSync(each, { recursive: true, mode: 0o700 });
  writeConfig(options, layout);
  if (options.realClient) prepareHome(home, options.allowed ?? []);
  await makeProject(project);
  const environment = {
    HOME: home,
    ORC_HOME: layout.home,
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    ...(options.realClient && realClientEnvironment(options.realClient)),
    ...options.environment,
  };
  const commands = createCommands(options.orc, { home, environment });
  const clientWith = (path: string) =>
    createClient({ socketPath: layout.socket, token: readFileSync(path, 'utf8').trim() });
  const client = createPatientClient(
    () => clientWith(layout.operatorToken),
    () => commands.orc('daemon', 'start'),
  );
  const accepted: string[] = [];
  return {
    layout,
    home,
    accepted,
    environment,
    client,
    ...commands,
    ...createTeamView(client),
    ...createMail(client, accepted),
    clientOf: (role) => clientWith(join(layout.agents, PROJECT, role, 'token')),
    tmux: (...words) =>
      runOrThrow('tmux', ['-S', layout.tmuxSocket, ...words], { cwd: '/', env: environment }),
    async up() {
      const spec = ['--name', PROJECT, '--spec', join(project, 'SPEC.md')];
      // A subscription would leave roles out of a larger team.
      const team = ['--runtime', runtimeOf(options), '--roles', roles.join(','), '--plan', 'console'];
      await commands.orc('up', '--project', project, ...spec, ...team);
    },
    async [Symbol.asyncDispose]() {
      await endWorld(commands.run, layout, environment);
      await options.beforeRemoval?.();
      await removeAll(directory);
    },
  };
}

const runtimeOf = ({ realClient }: WorldOptions) => (realClient ? 'claude' : 'sim');

function writeConfig(options: WorldOptions, layout: Layout): void {
  const { directory, config = {}, scenario = {}, environment = {}, realClient } = options;
  const scenarioPath = join(directory, 'scenario.json');
  writeFileSync(scenarioPath, JSON.stringify({ thinkMs: 0, ...scenario }));
  const { agents, ...rest } = config;
  const whole = {
    agents: { runtime: runtimeOf(options), environment, ...agents },
    sim: { scenario: scenarioPath },
    ...(realClient && { claude: { command: realClient.command } }),
    ...rest,
  };
  writeFileSync(layout.config, JSON.stringify(whole), { mode: 0o600 });
}

function createCommands(
  program: readonly string[],
  { home, environment }: { readonly home: string; readonly environment: Readonly<Record<string, string>> },
): Pick<World, 'run' | 'orc'> {
  const runOrc: World['run'] = (words, { env = {}, input } = {}) => {
    const [file = '', ...first] = program;
    return run(file, [...first, ...words], {
      cwd: home,
      env: { ...environment, ...env },
      timeoutMs: 120_000,
      ...(input !== undefined && { input }),
    });
  };
  return {
    run: runOrc,
    async orc<Value>(...words: string[]): Promise<Value> {
      const { exitCode, stdout, stderr } = await runOrc([...words, '--json']);
      if (exitCode !== 0) throw errors.commandFailed(words, exitCode, `${stdout}\n${stderr}`);
      return JSON.parse(stdout) as Value;
    },
  };
}

function createTeamView(client: Client): Pick<World, 'agent' | 'untilState' | 'daemonPid'> {
  const agent = async (role: string) => {
    const { agents } = await client.call('agents', {});
    const found = agents.find((each) => each.role === role);
    if (!found) throw errors.promiseBroken(`the agent ${role} is gone`);
    return found;
  };
  return {
    agent,
    daemonPid: async () => (await client.call('health', {})).pid,
    untilState: (role, ...states) =>
      until(
        async () => {
          const found = await agent(role);
          return states.includes(found.state.state) && found;
        },
        { what: `${role} being ${states.join(' or ')}` },
      ),
  };
}

function createMail(
  client: Client,
  accepted: string[],
): Pick<World, 'send' | 'message' | 'untilSeen' | 'judge'> {
  const message = async (id: string) => (await client.call('message', { params: { id } })).message;
  return {
    message,
    async send(role, body, options = {}) {
      const { kind = 'question', priority, expectReply = kind === 'question', id = newId('m') } = options;
      const sent = await client.call('send', {
        body: {
          to: `${PROJECT}/${role}`,
          body,
          kind,
          id,
          ...(priority !== undefined && { priority }),
          ...(expectReply && { expectReplyMs: 600_000 }),
        },
      });
      accepted.push(sent.id);
      return sent;
    },
    async untilSeen(...ids) {
      for (const id of ids)
        await until(async () => ['seen', 'done', 'failed'].includes((await message(id)).state), {
          what: `${id} being seen`,
        });
    },
    async judge() {
      const { messages } = await client.call('messages', { query: { limit: MESSAGES_MAX } });
      return judge(accepted, messages);
    },
  };
}

async function makeProject(project: string): Promise<void> {
  mkdirSync(project, { recursive: true });
  const git = (...words: string[]) =>
    runOrThrow('git', ['-c', 'user.name=drill', '-c', 'user.email=drill@orc.invalid', ...words], {
      cwd: project,
    });
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'orc drill');
  await git('config', 'user.email', 'drill@orc.invalid');
  await git('config', 'commit.gpgsign', 'false');
  writeFileSync(join(project, 'SPEC.md'), SPEC);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Say what to build');
}

/**
 * A client that outlives daemons. Sends carry their id and all else may be said twice, so a call that was cut
 * off can be made again.
 */
function createPatientClient(open: () => Client, start: () => Promise<unknown>): Client {
  let client: Client | undefined;
  return {
    async call(name, input, options) {
      for (let attempt = 0; ; attempt += 1) {
        try {
          if (attempt > 0) await start();
          client ??= open();
          return await client.call(name, input, options);
        } catch (error) {
          const isAbsent = isOrcError(error) && ABSENT.has(error.code);
          if (!isAbsent && client) throw error;
          client = undefined;
          if (attempt >= 20) throw error;
          await sleep(RETRY_MS);
        }
      }
    },
  };
}

async function endWorld(
  runOrc: World['run'],
  layout: Layout,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  await runOrc(['down', '--project', PROJECT, '--force']);
  await runOrc(['daemon', 'stop']);
  await run('tmux', ['-S', layout.tmuxSocket, 'kill-server'], { cwd: '/', env: environment });
}

/** What ends in this moment may still write a last line below the directory. */
async function removeAll(directory: string): Promise<void> {
  await until(
    () => {
      try {
        rmSync(directory, { recursive: true, force: true });
        return true;
      } catch {
        return undefined;
      }
    },
    { what: `${directory} being removed`, timeoutMs: 10_000 },
  );
}
