import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createClient, layoutOf, type Client } from '@orc/contracts';
import { run, runOrThrow } from '@orc/process';
import type { Resources } from './resources.ts';
import { makeTempDirectory } from './temp-directory.ts';

const CLI = join(import.meta.dirname, '..', '..', '..', 'apps', 'cli', 'bin', 'orc.js');
const SPEC = '# Shop\n\n1. Record the decision [orchestrator]\n';
const IDLE_MS = 60_000;
const LOOK_MS = 50;

export interface Team {
  readonly project: string;
  /** The environment of a person at the keyboard. */
  readonly env: NodeJS.ProcessEnv;
  /** The environment of an agent's own commands and hooks. */
  readonly agentEnv: (role: string) => NodeJS.ProcessEnv;
  readonly clientOf: (role: string) => Client;
  readonly operator: Client;
  /** The arguments of a process that runs `orc` with these words. */
  readonly orc: (...words: string[]) => string[];
  /** What the client was told to run for this hook: a program and its arguments. */
  readonly hookCommand: (event: string) => { file: string; args: string[] };
  /** How many events hooks have left for a daemon that did not answer. */
  readonly countSpooled: () => number;
  readonly stopDaemon: () => Promise<void>;
  /** Resolves when no agent is at work; throws after a minute. */
  readonly untilIdle: () => Promise<void>;
}

/** Two simulated agents, an orchestrator and a developer, in a state directory of their own. */
export async function startTeam(resources: Resources): Promise<Team> {
  const directory = makeTempDirectory(resources);
  const [home, project] = [join(directory, 'o'), join(directory, 'shop')];
  const env = environmentOf(directory, home);
  const { socket: socketPath, tmuxSocket, operatorToken, hookSpool } = layoutOf(home);
  const tokenFile = (role: string) => join(home, 'agents', 'shop', role, 'token');
  const clientWith = (path: string) => createClient({ socketPath, token: readFileSync(path, 'utf8').trim() });
  const orc = (...words: string[]) => [CLI, ...words];
  const call = (...words: string[]) => run(process.execPath, orc(...words), { cwd: directory, env });

  // What does not end well here is ended by the next line; the directory goes last.
  resources.onEnd(() => run('tmux', ['-S', tmuxSocket, 'kill-server'], { cwd: '/' }));
  resources.onEnd(() => call('daemon', 'stop'));
  resources.onEnd(() => call('down', '--force'));
  await makeProject(project);
  const words = [
    '--name',
    'shop',
    '--spec',
    join(project, 'SPEC.md'),
    '--runtime',
    'sim',
    '--roles',
    'developer',
  ];
  await runOrThrow(process.execPath, orc('up', '--project', project, ...words), { cwd: directory, env });
  const operator = clientWith(operatorToken);
  return {
    project,
    env,
    operator,
    orc,
    agentEnv: (role) => ({
      ...env,
      ORC_AGENT: `shop/${role}`,
      ORC_TOKEN_FILE: tokenFile(role),
      ORC_SOCKET: socketPath,
    }),
    clientOf: (role) => clientWith(tokenFile(role)),
    hookCommand: (event) =>
      readHookCommand(join(home, 'agents', 'shop', 'developer', 'settings.json'), event),
    countSpooled: () => (existsSync(hookSpool) ? readFileSync(hookSpool, 'utf8').split('\n').length - 1 : 0),
    stopDaemon: async () =>
      void (await runOrThrow(process.execPath, orc('daemon', 'stop'), { cwd: '/', env })),
    untilIdle: () => untilIdle(operator),
  };
}

/** Extra certificates cost every start of Node 20 more than the start itself, ours and the peer's alike. */
function environmentOf(directory: string, home: string): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _certificates, ...rest } = process.env;
  const own = Object.entries(rest).filter(([name]) => !name.startsWith('ORC_') && name !== 'NODE_OPTIONS');
  const path = `${dirname(process.execPath)}:${rest.PATH ?? ''}`;
  return { ...Object.fromEntries(own), HOME: directory, ORC_HOME: home, PATH: path };
}

async function makeProject(project: string): Promise<void> {
  mkdirSync(project, { recursive: true });
  const git = (...words: string[]) =>
    runOrThrow('git', ['-c', 'user.name=b', '-c', 'user.email=b@b', ...words], { cwd: project });
  await git('init', '--quiet');
  writeFileSync(join(project, 'SPEC.md'), SPEC);
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'Start');
}

interface Settings {
  readonly hooks: Readonly<Record<string, { hooks: { command: string; args?: string[] }[] }[]>>;
}

function readHookCommand(path: string, event: string): { file: string; args: string[] } {
  const { hooks } = JSON.parse(readFileSync(path, 'utf8')) as Settings;
  const hook = hooks[event]?.[0]?.hooks[0];
  if (!hook?.args) throw new Error(`${path} registers no ${event} hook with arguments of its own.`);
  return { file: hook.command, args: hook.args };
}

async function untilIdle(operator: Client): Promise<void> {
  const deadline = performance.now() + IDLE_MS;
  for (;;) {
    const { agents } = await operator.call('agents', {});
    if (agents.length > 0 && agents.every(({ state }) => state.state === 'idle')) return;
    if (performance.now() > deadline) throw new Error(`The agents are not idle after ${IDLE_MS} ms.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
