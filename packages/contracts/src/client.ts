import { connect } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { describeError, isErrno, OrcError } from '@orc/errors';
import { errors } from './errors.ts';
import { createAnswerReader, type AnswerHead } from './http-answer.ts';
import { paths, type RouteName } from './paths.ts';
import type { RouteInput, RouteOutput } from './routes.ts';

/** What long work says on its way. */
export interface Progress {
  readonly step: string;
  readonly text: string;
}

export type CallInput<Name extends RouteName> = RouteInput<Name>;

/** Talks to the daemon of one ORC_HOME. Loads no validator: the daemon has checked what it answers. */
export interface Client {
  /**
   * Asks, and resolves with the daemon's answer.
   *
   * @throws the daemon's own error with its code; ORC_CONTRACTS_DAEMON_ABSENT when nobody listens (nothing
   * was done then); ORC_CONTRACTS_CONNECTION_LOST when the daemon ended in between
   */
  call<Name extends RouteName>(
    name: Name,
    input: CallInput<Name>,
    options?: { readonly onProgress?: (progress: Progress) => void; readonly signal?: AbortSignal },
  ): Promise<RouteOutput<Name>>;
}

export interface ClientOptions {
  readonly socketPath: string;
  /** Shown to the daemon as who calls; an agent's own token or the operator's. */
  readonly token: string;
}

type Frame =
  | ({ readonly type: 'progress' } & Progress)
  | { readonly type: 'result'; readonly value: unknown }
  | { readonly type: 'error'; readonly error: { code: string; message: string; details?: object } };

interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

export function createClient(options: ClientOptions): Client {
  return {
    async call(name, input, { onProgress, signal } = {}) {
      const [method = 'GET', template = ''] = paths[name].split(' ');
      const { params = {}, query = {}, body } = input as Input;
      const path = template.replaceAll(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
      const search = new URLSearchParams();
      for (const [key, value] of Object.entries(query)) {
        if (value !== undefined) search.set(key, String(value));
      }
      const text = body === undefined ? undefined : JSON.stringify(body);
      const target = search.size > 0 ? `${path}?${search.toString()}` : path;
      const frames = createFrames(path, onProgress);
      const head = await ask(options, { method, path: target, text, signal }, (text, head) =>
        frames.push(text, head),
      );
      return frames.end(head) as RouteOutput<typeof name>;
    },
  };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly text: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Sends the call and tells of the answer's text as it comes; resolves at its end. */
function ask(
  { socketPath, token }: ClientOptions,
  { method, path, text, signal }: Asked,
  onText: (text: string, head: AnswerHead) => void,
): Promise<AnswerHead> {
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    let head: AnswerHead | undefined;
    const end = (settle: () => void) => {
      signal?.removeEventListener('abort', abort);
      socket.destroy();
      settle();
    };
    const fail = (error: unknown) =>
      end(() => reject(error instanceof Error ? error : new Error(describeError(error))));
    const abort = () => fail(signal?.reason);
    const reader = createAnswerReader({
      onHead: (found) => (head = found),
      onBody: (bytes) => {
        if (head) onText(decoder.write(bytes), head);
      },
      onEnd: () => end(() => head && resolve(head)),
      onBroken: (problem) => fail(errors.connectionLost(path, new Error(problem))),
    });
    const socket = connect(socketPath);
    socket.on('data', (bytes) => {
      try {
        reader.push(bytes);
      } catch (error) {
        fail(error);
      }
    });
    socket.on('close', () => reader.close());
    socket.on('error', (error) => {
      const isAbsent = isErrno(error, 'ENOENT') || isErrno(error, 'ECONNREFUSED');
      const isLost = isErrno(error, 'ECONNRESET') || isErrno(error, 'EPIPE');
      if (isAbsent) fail(errors.daemonAbsent(socketPath, error));
      else fail(isLost ? errors.connectionLost(path, error) : error);
    });
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) return abort();
    socket.write(requestText(method, path, token, text));
  });
}

function requestText(method: string, path: string, token: string, text: string | undefined): string {
  const body =
    text === undefined
      ? ''
      : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`;
  // A file may hold anything, a line end included; no header may.
  const bearer = token.replaceAll(/[^\x21-\x7e]/g, '');
  const head = `${method} ${path} HTTP/1.1\r\nhost: orc\r\nconnection: close\r\nauthorization: Bearer ${bearer}\r\n`;
  return `${head}${body}\r\n${text ?? ''}`;
}

/** An answer is one JSON document, or lines of progress that end with a result or an error. */
function createFrames(path: string, onProgress: ((progress: Progress) => void) | undefined) {
  let last: Frame | undefined;
  let rest = '';
  const isStream = ({ header }: AnswerHead) =>
    header('content-type')?.startsWith('application/x-ndjson') === true;
  return {
    push(text: string, head: AnswerHead): void {
      rest += text;
      if (!isStream(head)) return;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter(Boolean)) {
        last = readFrame(line, head.status, path);
        if (last.type === 'progress') onProgress?.(last);
      }
    },
    end(head: AnswerHead): unknown {
      if (!isStream(head)) return readDocument(rest, head.status, path);
      if (last?.type === 'error') throw fromWire(last.error);
      if (last?.type === 'result') return last.value;
      throw errors.connectionLost(path, undefined);
    },
  };
}

function readFrame(line: string, status: number, path: string): Frame {
  try {
    return JSON.parse(line) as Frame;
  } catch {
    throw errors.badAnswer(path, status);
  }
}

function readDocument(text: string, status: number, path: string): unknown {
  let value: unknown;
  try {
    value = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw errors.badAnswer(path, status);
  }
  if (status < 400) return value;
  const { error } = (value ?? {}) as { error?: { code: string; message: string; details?: object } };
  throw error ? fromWire(error) : errors.badAnswer(path, status);
}

function fromWire({
  code,
  message,
  details = {},
}: {
  code: string;
  message: string;
  details?: object;
}): Error {
  return new OrcError(code as `ORC_${string}`, message, details);
}
