import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient, type Client, type Layout } from '@orc/contracts';
import { isErrno, isOrcError } from '@orc/errors';
import { errors } from './errors.ts';

/** One that cannot start ends by itself and says why; this is for a machine that is busy with more than it can do. */
const START_MS = 60_000;
const LOOK_MS = 25;
const EXPECTED = 1;
const UNWRITABLE = ['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'ENOTDIR'];

/** The daemon's program; in a checkout and in an installation the apps lie side by side. */
export function daemonProgram(): string {
  return join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'daemon', 'dist', 'main.js');
}

/**
 * Starts the daemon apart from this process, its terminal and its directory, and waits until it answers.
 * When several callers start it at once one wins, and all of them find it.
 *
 * @throws ORC_CLI_DAEMON_DID_NOT_START with the last lines of its log
 * @throws ORC_CLI_DAEMON_DOES_NOT_ANSWER
 */
export async function startDaemon(
  layout: Layout,
  environment: NodeJS.ProcessEnv,
  say: (text: string) => void,
  { patienceMs = START_MS }: { readonly patienceMs?: number } = {},
): Promise<{ readonly pid: number }> {
  const program = daemonProgram();
  if (!existsSync(program)) throw errors.notBuilt(program);
  const before = existsSync(layout.daemonLog) ? statSync(layout.daemonLog).size : 0;
  const log = openLog(layout);
  const child = spawn(process.execPath, [program], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...withoutAgent(environment), ORC_HOME: layout.home },
  });
  closeSync(log);
  let exitCode: number | null = null;
  child.on('exit', (code) => (exitCode = code ?? EXPECTED));
  child.unref();
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const health = await findHealth(layout);
    if (health) {
      say(`orc: started the daemon (pid ${health.pid})`);
      return health;
    }
    // One that found the lock held ends at once; the other one may still be on its way up.
    const hasLost =
      exitCode !== null && readTail(layout.daemonLog, before).includes('ORC_DAEMON_ALREADY_RUNS');
    if (exitCode !== null && !hasLost)
      throw errors.daemonDidNotStart(layout.daemonLog, readTail(layout.daemonLog, before));
    if (performance.now() > deadline) throw errors.daemonDoesNotAnswer(layout, patienceMs);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** @throws ORC_CLI_HOME_NOT_WRITABLE */
function openLog(layout: Layout): number {
  try {
    mkdirSync(layout.logs, { recursive: true, mode: 0o700 });
    return openSync(layout.daemonLog, 'a', 0o600);
  } catch (error) {
    if (UNWRITABLE.some((code) => isErrno(error, code))) throw errors.homeNotWritable(layout.home, error);
    throw error;
  }
}

/** The daemon's answer to "are you there", or `undefined`. */
export async function findHealth(layout: Layout): Promise<{ readonly pid: number } | undefined> {
  if (!existsSync(layout.operatorToken)) return undefined;
  const token = readFileSync(layout.operatorToken, 'utf8').trim();
  try {
    return await createClient({ socketPath: layout.socket, token }).call('health', {});
  } catch (error) {
    if (isOrcError(error)) return undefined;
    throw error;
  }
}

/** Stops the daemon that runs, and waits until it has ended. */
export async function stopDaemon(
  { connect, layout }: { connect: (options: { start: boolean }) => Promise<Client>; layout: Layout },
  { pid }: { readonly pid?: number } = {},
): Promise<void> {
  if (pid === undefined) await (await connect({ start: false })).call('shutdown', { body: {} });
  else process.kill(pid, 'SIGKILL');
  while (await findHealth(layout)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

/** A daemon started from within an agent's window must not be taken for that agent. */
function withoutAgent(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const {
    ORC_AGENT: _agent,
    ORC_TOKEN_FILE: _token,
    ORC_SOCKET: _socket,
    TMUX: _tmux,
    TMUX_PANE: _pane,
    ...rest
  } = environment;
  return rest;
}

function readTail(path: string, from: number): string {
  return existsSync(path)
    ? readFileSync(path).subarray(from).toString('utf8').trim().split('\n').slice(-5).join('\n')
    : '';
}
