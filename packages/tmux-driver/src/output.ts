import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOrcError } from '@orc/errors';
import type { TmuxOptions } from './config.ts';
import { leave, serverArguments } from './control-connection.ts';
import { errors } from './errors.ts';
import { createLineSplitter, parseOutputLine } from './output-line.ts';
import type { OutputListener, PaneId, PaneInfo, SessionId } from './types.ts';

/**
 * What panes print, as they print it. tmux tells a control client only of the session it is attached to, so
 * each session with a watched pane gets a client of its own, which ends with the last listener. It is never
 * the control connection: a program that prints without end would hold up every answer there.
 */
export interface Output {
  /** Resolves once everything that the pane prints from now on is told. */
  follow(paneId: PaneId, listener: OutputListener): Promise<Disposable>;
  close(): Promise<void>;
}

interface Follower {
  readonly paneId: PaneId;
  readonly listener: OutputListener;
  readonly decoder: StringDecoder;
}

interface Stream {
  readonly sessionId: SessionId;
  readonly followers: Set<Follower>;
  child: ChildProcessWithoutNullStreams | undefined;
  /** Resolves when the client is attached; rejects when it ended before. */
  attached: Promise<void>;
}

const retryMs = 200;

export function createOutput(
  options: TmuxOptions,
  findPane: (paneId: PaneId) => Promise<PaneInfo | undefined>,
): Output {
  const streams = new Map<SessionId, Stream>();
  const closing = new AbortController();

  const open = (sessionId: SessionId): Stream => {
    const known = streams.get(sessionId);
    if (known) return known;
    const stream: Stream = { sessionId, followers: new Set(), child: undefined, attached: Promise.resolve() };
    streams.set(sessionId, stream);
    attach(stream);
    return stream;
  };

  const attach = (stream: Stream): void => {
    const child = spawnClient(options, stream.sessionId);
    stream.child = child;
    stream.attached = readOutput(child, stream.followers);
    // Whoever waits for it hears of it; the end of the client is dealt with below.
    stream.attached.catch(() => undefined);
    child.on('close', () => void attachAgain(stream));
  };

  /** The client was detached, or the server went. As long as the panes are there, they are followed again. */
  const attachAgain = async (stream: Stream): Promise<void> => {
    stream.child = undefined;
    const isWanted = () => stream.followers.size > 0 && !closing.signal.aborted;
    while (isWanted()) {
      if (!(await pause(retryMs, closing.signal))) break;
      const [first] = stream.followers;
      if (!first || !(await isThere(findPane, first.paneId))) break;
      attach(stream);
      if (!(await hasAttached(stream))) continue;
      for (const { listener } of stream.followers) listener({ type: 'gap' });
      return;
    }
    if (streams.get(stream.sessionId) === stream) streams.delete(stream.sessionId);
  };

  const drop = (stream: Stream, follower: Follower): void => {
    stream.followers.delete(follower);
    if (stream.followers.size > 0) return;
    if (streams.get(stream.sessionId) === stream) streams.delete(stream.sessionId);
    stream.child?.stdin.end();
  };

  return {
    async follow(paneId, listener) {
      const pane = await findPane(paneId);
      if (!pane) throw errors.unknownTarget(`output of ${paneId}`, 'no such pane');
      const stream = open(pane.sessionId);
      const follower: Follower = { paneId, listener, decoder: new StringDecoder('utf8') };
      stream.followers.add(follower);
      try {
        await stream.attached;
      } catch (error) {
        drop(stream, follower);
        throw error;
      }
      return { [Symbol.dispose]: () => drop(stream, follower) };
    },
    async close() {
      closing.abort();
      const children = [...streams.values()].flatMap(({ child }) => child ?? []);
      streams.clear();
      await Promise.all(children.map((child) => leave(child, ended(child))));
    },
  };
}

function spawnClient(
  { tmuxPath, socketPath, env }: TmuxOptions,
  sessionId: SessionId,
): ChildProcessWithoutNullStreams {
  const attach = ['-C', 'attach-session', '-t', sessionId, '-f', 'ignore-size,read-only'];
  const child = spawn(tmuxPath, [...serverArguments(socketPath, false), ...attach], {
    cwd: '/',
    env,
    stdio: 'pipe',
  });
  child.stdin.on('error', () => undefined);
  child.stderr.resume();
  return child;
}

/** Resolves with the client's greeting. What follows are lines of output and of no interest. */
function readOutput(child: ChildProcessWithoutNullStreams, followers: ReadonlySet<Follower>): Promise<void> {
  return new Promise((resolve, reject) => {
    const push = createLineSplitter((line) => {
      if (line.startsWith('%end ')) resolve();
      const output = parseOutputLine(line);
      if (output) tell(followers, output);
    });
    child.stdout.on('data', push);
    child.on('error', (error) => reject(errors.connectionLost(error.message)));
    child.on('close', () => reject(errors.connectionLost('the client for the output has ended')));
  });
}

function tell(followers: ReadonlySet<Follower>, { paneId, bytes }: { paneId: string; bytes: Buffer }): void {
  for (const { paneId: wanted, listener, decoder } of followers) {
    if (wanted !== paneId) continue;
    // tmux cuts its lines anywhere, also in the middle of a character.
    const text = decoder.write(bytes);
    if (text !== '') listener({ type: 'text', text });
  }
}

async function isThere(findPane: (paneId: PaneId) => Promise<unknown>, paneId: PaneId): Promise<boolean> {
  try {
    return (await findPane(paneId)) !== undefined;
  } catch (error) {
    // No server, no pane; a connection that is being made anew answers the next time.
    if (isOrcError(error)) return !isOrcError(error, 'ORC_TMUX_SERVER_GONE');
    throw error;
  }
}

async function hasAttached({ attached }: Stream): Promise<boolean> {
  return attached.then(
    () => true,
    () => false,
  );
}

function ended(child: ChildProcessWithoutNullStreams): Promise<string> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve('');
  return new Promise((resolve) => child.once('exit', () => resolve('')));
}

/** False when it was interrupted. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}
