import { setTimeout as sleep } from 'node:timers/promises';
import { isOrcError } from '@orc/errors';
import { findIdentity, isRunning, signalProcess, type ProcessIdentity } from '@orc/process';
import type { TmuxOptions } from './config.ts';
import {
  controlSessionProgram,
  openControlConnection,
  type ControlConnection,
} from './control-connection.ts';
import { errors } from './errors.ts';
import type { Framing, Reply } from './framing.ts';
import { controlSession } from './names.ts';
import { quoteCommands, type Command } from './quoting.ts';
import { runSingle } from './single-commands.ts';
import { parseVersion, type Version } from './version.ts';

/** The server behind the link; another one after `start` followed its end. */
export interface Server {
  readonly pid: number;
  readonly version: Version;
  /** `undefined` once it has ended before anybody could look. */
  readonly identity: ProcessIdentity | undefined;
}

export interface LinkListeners {
  onLost(reason: string): void;
  onRestored(): void;
  onServerExited(serverPid: number): void;
  onNotification(line: string): void;
}

export interface ExecuteOptions {
  /** Default `text`, which is right for one command whatever it prints. */
  readonly framing?: Framing;
  /** Carrying it out twice does no harm, so it is repeated when the connection ends in the middle. */
  readonly isRepeatable?: boolean;
}

/**
 * Keeps one connection to the server:
 *
 * - `connected`: commands go through it.
 * - `reconnecting`: it was lost; it is tried again at once and then ever more slowly. Commands go by processes
 *   of their own. Leads to `connected`, or to `gone` when the server's process has ended.
 * - `gone`: there is no server; commands are refused until `start`.
 * - `closed`: for ever.
 */
export type LinkStatus = 'connected' | 'reconnecting' | 'gone' | 'closed';

export interface ServerLink {
  readonly status: LinkStatus;
  readonly server: Server;
  /** @throws ORC_TMUX_SERVER_GONE, ORC_TMUX_CLOSED, ORC_TMUX_CONNECTION_LOST, ORC_TMUX_TIMED_OUT */
  execute(commands: readonly Command[], options?: ExecuteOptions): Promise<Reply>;
  /** Starts a server if there is none; otherwise nothing happens. @throws ORC_TMUX_CANNOT_START */
  start(): Promise<void>;
  /** From now on the server's end is what was asked for: told to nobody, and nothing is reconnected to. */
  expectExit(): void;
  /** The expected end was seen. */
  noteExit(): void;
  close(): Promise<void>;
}

interface State {
  readonly options: TmuxOptions;
  readonly newId: () => string;
  readonly listeners: LinkListeners;
  readonly closing: AbortController;
  status: LinkStatus;
  server: Server;
  connection: ControlConnection | undefined;
  starting: Promise<void> | undefined;
  reconnecting: Promise<void> | undefined;
  isExitExpected: boolean;
}

const retryMs = [0, 10, 20, 40, 80, 150, 300, 600, 1_000];
/** Reconnecting fails this often before a running server is asked to make its deleted socket anew. */
const attemptsBeforeSocketRepair = 3;

/** Attaches to the server, which is started if there is none. @throws ORC_TMUX_CANNOT_START */
export async function openServerLink(
  options: TmuxOptions,
  newId: () => string,
  listeners: LinkListeners,
): Promise<ServerLink> {
  const state: State = {
    options,
    newId,
    listeners,
    closing: new AbortController(),
    status: 'gone',
    server: { pid: 0, version: { text: '', major: 0, minor: 0 }, identity: undefined },
    connection: undefined,
    starting: undefined,
    reconnecting: undefined,
    isExitExpected: false,
  };
  await start(state);
  return {
    get status() {
      return state.status;
    },
    get server() {
      return state.server;
    },
    execute: (commands, executeOptions = {}) => execute(state, commands, executeOptions),
    start: () => start(state),
    expectExit: () => void (state.isExitExpected = true),
    noteExit() {
      if (state.status !== 'closed') state.status = 'gone';
    },
    async close() {
      state.status = 'closed';
      state.closing.abort();
      await state.connection?.close();
    },
  };
}

async function execute(
  state: State,
  commands: readonly Command[],
  { framing = 'text', isRepeatable = false }: ExecuteOptions,
): Promise<Reply> {
  if (state.status === 'closed') throw errors.closed();
  if (state.status === 'gone') throw errors.serverGone(state.options.socketPath);
  if (state.status === 'connected' && state.connection) {
    try {
      return await state.connection.request(quoteCommands(commands), framing);
    } catch (error) {
      if (!isRepeatable || !isOrcError(error, 'ORC_TMUX_CONNECTION_LOST')) throw error;
      return execute(state, commands, { framing, isRepeatable: false });
    }
  }
  // Behind the same socket another server may stand by now, in which the same ids mean something else.
  if (!isAlive(state)) throw errors.serverGone(state.options.socketPath);
  const reply = await runSingle(state.options, commands);
  if (reply.failure !== undefined && !isAlive(state)) throw errors.serverGone(state.options.socketPath);
  return reply;
}

function isAlive({ server }: State): boolean {
  return server.identity !== undefined && isRunning(server.identity);
}

async function start(state: State): Promise<void> {
  // Its end may be a moment old and not noticed yet.
  while (state.status !== 'gone' && state.status !== 'closed') {
    if (isAlive(state)) return;
    await (state.connection?.ended ?? state.reconnecting);
  }
  if (state.status === 'closed') throw errors.closed();
  state.starting ??= connectOrFork(state).finally(() => (state.starting = undefined));
  return state.starting;
}

/** What a server says that waits for its last clients to go, and takes no new ones. Seen with 3.3a. */
const onItsWayOut = 'server exited unexpectedly';

async function connectOrFork(state: State, attempt = 1): Promise<void> {
  state.isExitExpected = false;
  try {
    await connect(state, true);
  } catch (cause) {
    if (isOrcError(cause, 'ORC_TMUX_TOO_OLD')) throw cause;
    // Where no connection can be had, the server may still be started and asked one command at a time.
    const size = ['-x', '80', '-y', '24'];
    const session: Command = ['new-session', '-d', '-s', controlSession, ...size, '-c', '/'];
    const forked = await runSingle(state.options, [[...session, ...controlSessionProgram]], true);
    const wait = forked.failure?.includes(onItsWayOut) ? retryMs[attempt] : undefined;
    if (wait !== undefined && (await pause(state, wait))) return connectOrFork(state, attempt + 1);
    const reply = await runSingle(state.options, [describeServer]);
    if (reply.failure !== undefined) throw cause;
    state.server = parseServer(reply.text);
    state.status = 'reconnecting';
    state.reconnecting = reconnect(state, 1);
  }
}

const describeServer: Command = ['display-message', '-p', '-t', `=${controlSession}:`, '#{pid} #{version}'];

function parseServer(text: string): Server {
  const [pid = '', ...version] = text.split(' ');
  return { pid: Number(pid), version: parseVersion(version.join(' ')), identity: findIdentity(Number(pid)) };
}

/** On success the status is `connected`. */
async function connect(state: State, mayStart: boolean): Promise<void> {
  const { options, newId } = state;
  const onNotification = (line: string) => state.listeners.onNotification(line);
  const connection = await openControlConnection({ ...options, mayStart, newId, onNotification });
  try {
    const reply = await connection.request(quoteCommands([describeServer]), 'text');
    const server = parseServer(reply.text);
    if (state.status === 'closed' || (!mayStart && state.status !== 'reconnecting')) throw errors.closed();
    state.server = server;
  } catch (error) {
    await connection.close();
    throw error;
  }
  state.connection = connection;
  state.status = 'connected';
  void connection.ended.then((reason) => {
    if (state.connection === connection) onEnded(state, reason);
  });
}

function onEnded(state: State, reason: string): void {
  state.connection = undefined;
  if (state.status === 'closed' || state.status === 'gone') return;
  state.status = state.isExitExpected ? 'gone' : 'reconnecting';
  if (state.isExitExpected) return;
  state.listeners.onLost(reason);
  state.reconnecting = reconnect(state, 0);
}

/** Ends with the status `connected`, `gone` or `closed`. */
async function reconnect(state: State, firstAttempt: number): Promise<void> {
  const lost = state.server;
  for (let attempt = firstAttempt; ; attempt += 1) {
    if (!(await pause(state, retryMs[Math.min(attempt, retryMs.length - 1)] ?? 0))) return;
    if (state.status !== 'reconnecting') return;
    try {
      await connect(state, false);
      break;
    } catch {
      // Why it failed matters little; whether the server still runs decides what comes next.
      if (state.status !== 'reconnecting') return;
      if (!isAlive(state)) {
        state.status = 'gone';
        if (!state.isExitExpected) state.listeners.onServerExited(lost.pid);
        return;
      }
      if (attempt === attemptsBeforeSocketRepair) await repairSocket(state, lost);
    }
  }
  if (state.server.pid !== lost.pid) state.listeners.onServerExited(lost.pid);
  state.listeners.onRestored();
}

/** Only a socket at which nobody answers is made anew: whoever waits at the old one is dropped. */
async function repairSocket({ options }: State, { identity }: Server): Promise<void> {
  try {
    const { failure } = await runSingle(options, [describeServer]);
    if (failure !== undefined && identity) signalProcess(identity, 'SIGUSR1');
  } catch {
    // It took the question and hangs.
  }
}

/** False when the link was closed meanwhile. */
async function pause({ closing }: State, ms: number): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal: closing.signal });
    return true;
  } catch {
    return false; // closed: the only thing that can interrupt a sleep
  }
}
