import { spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient, daemonTitle, type Client, type Layout } from '@orc/contracts';
import { isErrno, isOrcError, systemReason } from '@orc/errors';
import { findByEnvironment, findIdentity, isRunning, signalProcess } from '@orc/process';
import { errors } from './errors.ts';
import { readIfThere } from './read-at.ts';

/** One that cannot start ends by itself and says why; this is for a machine that is busy with more than it can do. */
const START_MS = 60_000;
const LOOK_MS = 25;
/** A daemon on its way down lets go of what it watches, which is quick on a machine that has time for it. */
const STOP_MS = 60_000;
/** How long one that could not start because another one runs is left alone before it is tried again. */
const AGAIN_MS = 2_000;
/** A daemon that does anything at all says within this that it is there. */
const ANSWER_MS = 10_000;

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
  const deadline = performance.now() + patienceMs;
  let launched = launch(program, layout, environment);
  for (;;) {
    const leftMs = Math.ceil(Math.max(LOOK_MS, deadline - performance.now()));
    const health = await findHealth(layout, { patienceMs: leftMs });
    if (health) {
      say(`orc: started the daemon (pid ${health.pid})`);
      return health;
    }
    if (launched.hasEnded()) {
      const said = readTail(layout.daemonLog, launched.logBytes);
      if (!said.includes('ORC_DAEMON_ALREADY_RUNS')) throw errors.daemonDidNotStart(layout.daemonLog, said);
      // Who holds the lock is on the way up, or on the way down and soon gone.
      if (performance.now() > launched.at + AGAIN_MS) launched = launch(program, layout, environment);
    }
    if (performance.now() > deadline) throw errors.daemonDoesNotAnswer(layout, silence(patienceMs));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

interface Launched {
  readonly at: number;
  /** How long the log was before this one wrote to it. */
  readonly logBytes: number;
  readonly hasEnded: () => boolean;
}

/** @throws ORC_CLI_HOME_NOT_WRITABLE */
function launch(program: string, layout: Layout, environment: NodeJS.ProcessEnv): Launched {
  const log = openLog(layout);
  const logBytes = fstatSync(log).size;
  const child = spawn(process.execPath, [program], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...withoutAgent(environment), ORC_HOME: layout.home },
  });
  closeSync(log);
  child.unref();
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return { at: performance.now(), logBytes, hasEnded };
}

/** @throws ORC_CLI_HOME_NOT_WRITABLE */
function openLog(layout: Layout): number {
  try {
    mkdirSync(layout.logs, { recursive: true, mode: 0o700 });
    return openSync(layout.daemonLog, 'a', 0o600);
  } catch (error) {
    throw systemReason(error) === undefined ? error : errors.homeNotWritable(layout.home, error);
  }
}

/**
 * The daemon's answer to "are you there", or `undefined` where nobody is. `signal` ends the question.
 *
 * @throws ORC_CLI_DAEMON_DOES_NOT_ANSWER, ORC_CLI_NOT_READABLE
 */
export async function findHealth(
  layout: Layout,
  {
    patienceMs = ANSWER_MS,
    signal: over,
  }: { readonly patienceMs?: number; readonly signal?: AbortSignal } = {},
): Promise<{ readonly pid: number } | undefined> {
  const token = readIfThere(layout.operatorToken)?.trim();
  if (token === undefined) return undefined;
  const client = createClient({ socketPath: layout.socket, token });
  try {
    return await inTime(layout, patienceMs, (late) =>
      client.call('health', {}, { signal: over ? AbortSignal.any([over, late]) : late }),
    );
  } catch (error) {
    if (isOrcError(error, 'ORC_CLI_DAEMON_DOES_NOT_ANSWER')) throw error;
    if (systemReason(error) !== undefined) throw errors.notReadable(layout.socket, error);
    if (isOrcError(error)) return undefined;
    throw error;
  }
}

/**
 * The daemon that is to be killed. It is known by its process, since it may hang; only where processes cannot be
 * looked at is it asked.
 *
 * @throws ORC_CLI_DAEMON_DOES_NOT_ANSWER, ORC_CLI_NOT_READABLE
 */
export async function findToKill(layout: Layout): Promise<{ readonly pid: number } | undefined> {
  const found = findByEnvironment({ ORC_HOME: layout.home }).filter(({ command }) => command === daemonTitle);
  // The first one has the lock; those that were started since end by themselves.
  found.sort((a, b) => Number(a.startedAtTicks) - Number(b.startedAtTicks));
  return found[0] ?? findHealth(layout);
}

/** Waits no longer than this for what a daemon says at once. @throws ORC_CLI_DAEMON_DOES_NOT_ANSWER */
async function inTime<Value>(
  layout: Layout,
  ms: number,
  call: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const signal = AbortSignal.timeout(ms);
  try {
    return await call(signal);
  } catch (error) {
    if (signal.aborted) throw errors.daemonDoesNotAnswer(layout, silence(ms));
    if (isErrno(error, 'EAGAIN')) throw errors.daemonTakesNobody(layout);
    throw error;
  }
}

function silence(ms: number): string {
  return `it has said nothing for ${Math.round(ms / 1_000)} s`;
}

/**
 * Ends the daemon that runs, and waits until it is gone, and its lock with it. `at-once` kills it; after
 * `for-another` agents that need a daemon may start it, since one is to follow anyway.
 *
 * @throws ORC_CLI_DAEMON_DOES_NOT_END, ORC_CLI_DAEMON_DOES_NOT_ANSWER
 */
export async function stopDaemon(
  { connect, layout }: { connect: (options: { start: boolean }) => Promise<Client>; layout: Layout },
  { pid }: { readonly pid: number },
  how: 'gently' | 'at-once' | 'for-another',
  {
    patienceMs = STOP_MS,
    answerMs = ANSWER_MS,
  }: { readonly patienceMs?: number; readonly answerMs?: number } = {},
): Promise<void> {
  const daemon = findIdentity(pid);
  if (!daemon) return;
  if (how === 'at-once') {
    noteStopped(layout);
    signalProcess(daemon, 'SIGKILL');
  } else {
    const client = await connect({ start: false });
    const body = { restart: how === 'for-another' };
    await inTime(layout, answerMs, (signal) => client.call('shutdown', { body }, { signal }));
  }
  const deadline = performance.now() + patienceMs;
  while (isRunning(daemon)) {
    if (performance.now() > deadline) throw errors.daemonDoesNotEnd(pid, patienceMs);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** One that is killed cannot note it itself. A disk that takes nothing more is no reason to let it live. */
function noteStopped(layout: Layout): void {
  try {
    writeFileSync(layout.daemonStopped, '');
  } catch {
    // Then the next command of an agent starts a daemon, as after a crash.
  }
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
