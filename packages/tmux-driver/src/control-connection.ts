import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { errors } from './errors.ts';
import { createReplyParser, type Framing, type Reply, type ReplyParser } from './framing.ts';
import { controlSession } from './names.ts';

export interface ControlConnectionOptions {
  readonly tmuxPath: string;
  readonly socketPath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Start a server when none is there. */
  readonly mayStart: boolean;
  readonly requestTimeoutMs: number;
  readonly newId: () => string;
  readonly onNotification: (line: string) => void;
}

export interface ControlConnection {
  /** @throws ORC_TMUX_CONNECTION_LOST, ORC_TMUX_TIMED_OUT */
  request(line: string, framing: Framing): Promise<Reply>;
  /** Detaches; resolves when the client process has ended. */
  close(): Promise<void>;
  /** Resolves with the reason when the connection has ended, whoever ended it. */
  readonly ended: Promise<string>;
}

/** How long a client may take to leave after its input was closed. */
const leaveMs = 1_000;
/** How long the last words of a client that ended are waited for. */
const drainMs = 100;

/** Arguments of every tmux process: no configuration file, and UTF-8 whatever the locale says. */
export function serverArguments(socketPath: string, mayStart: boolean): string[] {
  return ['-S', socketPath, '-f', '/dev/null', '-u', ...(mayStart ? [] : ['-N'])];
}

/** The hidden session; its pane runs a program that does nothing. Two words, so that no shell reads them. */
export const controlSessionProgram = ['/usr/bin/env', 'cat'];

/** Attaches to the hidden session, which is made if it is not there. @throws ORC_TMUX_CANNOT_START */
export async function openControlConnection(options: ControlConnectionOptions): Promise<ControlConnection> {
  const attach = ['new-session', '-A', '-s', controlSession, '-x', '80', '-y', '24', '-c', '/'];
  // Started in `/`: the server keeps the directory of whoever starts it, and may outlive any other.
  const child = spawn(
    options.tmuxPath,
    [
      ...serverArguments(options.socketPath, options.mayStart),
      ...['-C', ...attach, '-f', 'ignore-size,no-output'],
      ...controlSessionProgram,
    ],
    { cwd: '/', env: options.env, stdio: 'pipe' },
  );
  let greet: (reply: Reply) => void = () => undefined;
  const greeting = new Promise<Reply>((resolve) => (greet = resolve));
  const parser = createReplyParser({
    onForeignReply: (reply) => greet(reply),
    onNotification: options.onNotification,
    // Only an error of load-buffer comes so, and the paste that follows it fails by itself.
    onBareLine: () => undefined,
  });
  const ended = watchEnd(child, parser);
  const timer = setTimeout(() => child.kill('SIGKILL'), options.requestTimeoutMs);
  const first = await Promise.race([greeting, ended]);
  clearTimeout(timer);
  if (typeof first === 'string') throw errors.cannotStart(options.socketPath, first);
  if (first.failure !== undefined) {
    await leave(child, ended);
    throw errors.cannotStart(options.socketPath, first.failure);
  }
  return createConnection(child, parser, ended, options);
}

/** Feeds the parser; resolves with a reason once the client has ended and its output was read. */
function watchEnd(child: ChildProcessWithoutNullStreams, parser: ReplyParser): Promise<string> {
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => parser.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(0, 4_096)));
  // A client that ended closes its input; its end is told by the event below.
  child.stdin.on('error', () => undefined);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      const finish = () => {
        clearTimeout(timer);
        resolve(
          stderr.trim() || (signal === null ? `the client ended with ${code}` : `the client got ${signal}`),
        );
      };
      // The server holds the client's output, too, and one that hangs never closes it.
      const timer = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        finish();
      }, drainMs);
      child.on('close', finish);
    });
  });
}

function createConnection(
  child: ChildProcessWithoutNullStreams,
  parser: ReplyParser,
  ended: Promise<string>,
  { requestTimeoutMs, newId }: ControlConnectionOptions,
): ControlConnection {
  const rejections = new Map<string, (error: Error) => void>();
  let endReason: string | undefined;
  const rejectAll = (error: Error) => {
    for (const reject of rejections.values()) reject(error);
    rejections.clear();
  };
  void ended.then((reason) => {
    endReason = reason;
    rejectAll(errors.connectionLost(reason));
  });
  return {
    ended,
    close: () => leave(child, ended),
    request(line, framing) {
      if (endReason !== undefined) return Promise.reject(errors.connectionLost(endReason));
      return new Promise((resolve, reject) => {
        const nonce = newId();
        const finish = () => {
          clearTimeout(timer);
          rejections.delete(nonce);
        };
        // One command without an answer blocks all that follow; only a new connection helps.
        const timer = setTimeout(() => {
          finish();
          reject(errors.timedOut(requestTimeoutMs, line.slice(0, 200)));
          child.kill('SIGKILL');
        }, requestTimeoutMs);
        rejections.set(nonce, (error) => {
          finish();
          reject(error);
        });
        parser.expect({
          framing,
          nonce,
          settle(reply) {
            finish();
            resolve(reply);
          },
        });
        write(child, framing === 'block' ? `${line}\n` : `${line}\ndisplay-message -p ${nonce}\n`);
      });
    },
  };
}

/** Requests made in one turn of the event loop leave in one write. */
function write(child: ChildProcessWithoutNullStreams, text: string): void {
  if (child.stdin.writableCorked === 0) {
    child.stdin.cork();
    queueMicrotask(() => child.stdin.uncork());
  }
  child.stdin.write(text);
}

/** Asks a client to go, and makes it go when it does not. */
export async function leave(child: ChildProcessWithoutNullStreams, ended: Promise<unknown>): Promise<void> {
  child.stdin.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), leaveMs);
  await ended;
  clearTimeout(timer);
}
