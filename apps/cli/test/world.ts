import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  createClient,
  layoutOf,
  type AgentView,
  type Client,
  type MessageView,
  type ProjectStatus,
  type Status,
  type TaskView,
} from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import { findByEnvironment, signalProcess } from '@orc/process';
import {
  makeGitRepository,
  makeTempDirectory,
  onTeardown,
  waitUntil,
  type GitRepository,
} from '@orc/testing';

const ABSENT = ['ORC_CONTRACTS_DAEMON_ABSENT', 'ORC_CONTRACTS_CONNECTION_LOST'];

const BIN = join(import.meta.dirname, '..', 'bin', 'orc.js');

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One ORC_HOME with a HOME of its own. Its daemon, its tmux server and its agents end with the test. */
export interface World {
  readonly home: string;
  readonly orcHome: string;
  readonly environment: Readonly<Record<string, string>>;
  run(
    words: readonly string[],
    options?: {
      readonly env?: Record<string, string>;
      readonly input?: string;
      /** A file that takes standard output in place of the test. */
      readonly output?: string;
    },
  ): Promise<Ran>;
  /** Runs a command that must succeed and gives its JSON. */
  orc<Value = unknown>(...words: string[]): Promise<Value>;
  /** Asks the daemon itself: what is looked at again and again needs no process for each look. */
  readonly call: Client['call'];
  status(): Promise<Status>;
  project(): Promise<ProjectStatus>;
  agent(role: string): Promise<AgentView>;
  daemonPid(): Promise<number>;
}

/** The simulated agents play the scenario, and think for no longer than it says. */
export function makeWorld(config: object = {}, scenario: object = {}): World {
  const directory = makeTempDirectory('orc');
  const home = join(directory, 'home');
  const orcHome = join(directory, 'o');
  execFileSync('mkdir', ['-p', home, orcHome]);
  const scenarioPath = join(directory, 'scenario.json');
  writeFileSync(scenarioPath, JSON.stringify({ thinkMs: 20, ...scenario }));
  const whole = { agents: { runtime: 'sim' }, sim: { scenario: scenarioPath }, ...config };
  writeFileSync(join(orcHome, 'config.yaml'), JSON.stringify(whole));
  const environment = {
    HOME: home,
    ORC_HOME: orcHome,
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
  };

  const run: World['run'] = (words, { env = {}, input = '', output: file } = {}) =>
    new Promise((resolve, reject) => {
      const taker = file === undefined ? undefined : openSync(file, 'w');
      const child = spawn(process.execPath, [BIN, ...words], {
        cwd: home,
        env: { ...environment, ...env },
        stdio: ['pipe', taker ?? 'pipe', 'pipe'],
      });
      if (taker !== undefined) closeSync(taker);
      const output = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const)
        child[name]?.setEncoding('utf8').on('data', (text: string) => (output[name] += text));
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, ...output }));
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });

  const orc = async <Value>(...words: string[]): Promise<Value> => {
    const { exitCode, stdout, stderr } = await run([...words, '--json']);
    if (exitCode !== 0)
      throw new Error(`orc ${words.join(' ')} ended with ${exitCode}\n${stdout}\n${stderr}`);
    return JSON.parse(stdout) as Value;
  };
  const call = createDirectClient(orcHome, () => orc('daemon', 'start'));
  const status = () => call('status', {});
  const project = async () => {
    const [first] = (await status()).projects;
    if (!first) throw new Error('there is no project');
    return first;
  };
  onTeardown(() => endWorld(orcHome, () => orc('daemon', 'stop')));

  return {
    home,
    orcHome,
    environment,
    run,
    orc,
    call,
    status,
    project,
    agent: async (role) => {
      const found = (await project()).agents.find((agent) => agent.role === role);
      if (!found) throw new Error(`there is no ${role}`);
      return found;
    },
    daemonPid: async () => (await orc<{ pid: number }>('daemon', 'status')).pid,
  };
}

/** The daemon's API as the CLI uses it; where no daemon answers, one is started. */
function createDirectClient(orcHome: string, start: () => Promise<unknown>): Client['call'] {
  const layout = layoutOf(orcHome);
  let client: Client | undefined;
  return async (...request) => {
    try {
      client ??= createClient({
        socketPath: layout.socket,
        token: readFileSync(layout.operatorToken, 'utf8').trim(),
      });
      return await client.call(...request);
    } catch (error) {
      if (client && !(isOrcError(error) && ABSENT.includes(error.code))) throw error;
      client = undefined;
      await start();
      return createDirectClient(orcHome, start)(...request);
    }
  };
}

/** Nothing is kept of what is thrown away: after the daemon, all that was started here is killed. */
async function endWorld(orcHome: string, stopDaemon: () => Promise<unknown>): Promise<void> {
  await stopDaemon();
  try {
    execFileSync('tmux', ['-S', join(orcHome, 'tmux.sock'), 'kill-server'], { stdio: 'ignore' });
  } catch {
    // No agent was ever started here.
  }
  await waitUntil(
    () => {
      const left = findByEnvironment({ ORC_HOME: orcHome });
      for (const each of left) signalProcess(each, 'SIGKILL');
      return left.length === 0;
    },
    { what: 'the end of all that was started' },
  );
}

export const spec = `# Shop

## Phase 1: Base

1. Write the price list [developer]
   - every price has a currency
2. Write the test plan [tester]
   - names every case

## Phase 2: Proof

3. Test the price list (after: 1, 2) [tester]
   - all cases pass
`;

/** A user's repository with a spec that has three tasks, two of which wait for nothing. */
export function makeShop(): GitRepository & { readonly specPath: string } {
  const repository = makeGitRepository();
  repository.commit({ 'SPEC.md': spec, 'package.json': '{ "name": "shop" }\n' }, 'Say what to build');
  return { ...repository, specPath: join(repository.path, 'SPEC.md') };
}

/** Environment of somebody who speaks as this agent of the team `shop`. */
export function as(world: World, role: string): { ORC_AGENT: string; ORC_TOKEN_FILE: string } {
  return {
    ORC_AGENT: `shop/${role}`,
    ORC_TOKEN_FILE: join(world.orcHome, 'agents', 'shop', role, 'token'),
  };
}

export interface UpAnswer {
  readonly project: string;
  readonly changed: boolean;
  readonly did: readonly string[];
}

export async function startShop(
  world: World,
  ...more: string[]
): Promise<{ shop: ReturnType<typeof makeShop>; up: UpAnswer }> {
  const shop = makeShop();
  const up = await world.orc<UpAnswer>(
    'up',
    '--project',
    shop.path,
    '--name',
    'shop',
    '--spec',
    shop.specPath,
    ...more,
  );
  return { shop, up };
}

export async function waitForTasks(world: World, timeoutMs = 180_000): Promise<TaskView[]> {
  return waitUntil(
    async () => {
      const { tasks } = await world.call('tasks', { query: { project: 'shop' } });
      return tasks.every(({ state }) => state === 'done') ? tasks : undefined;
    },
    { timeoutMs, intervalMs: 100, what: 'all tasks being done' },
  );
}

export async function waitForMessage(world: World, id: string, state = 'seen'): Promise<MessageView> {
  return world.orc<MessageView>('msg', 'wait', id, '--state', state, '--timeout', '90s');
}

/** What of a checkout a person would notice: branch, commit, index, files, stash. */
export function snapshot(repository: GitRepository): string {
  return [
    repository.git('symbolic-ref', 'HEAD'),
    repository.git('rev-parse', 'HEAD'),
    repository.git('status', '--porcelain=v2', '--branch', '--ignored'),
    repository.git('ls-files', '--stage'),
    repository.git('stash', 'list'),
    execFileSync('find', ['.', '-path', './.git', '-prune', '-o', '-type', 'f', '-printf', '%p %s %T@\n'], {
      cwd: repository.path,
      encoding: 'utf8',
    })
      .split('\n')
      .sort()
      .join('\n'),
  ].join('\n');
}
