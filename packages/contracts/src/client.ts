import { request, type IncomingMessage } from 'node:http';
import { isErrno, OrcError } from '@orc/errors';
import { errors } from './errors.ts';
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
      const answer = await ask(options, { method, path: target, text, signal });
      return (await readAnswer(answer, path, onProgress)) as never;
    },
  };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly text: string | undefined;
  readonly signal: AbortSignal | undefined;
}

function ask(
  { socketPath, token }: ClientOptions,
  { method, path, text, signal }: Asked,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(text !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      }),
    };
    const call = request(
      { socketPath, method, path, headers, agent: false, ...(signal && { signal }) },
      resolve,
    );
    call.on('error', (error) => {
      const isAbsent = isErrno(error, 'ENOENT') || isErrno(error, 'ECONNREFUSED');
      const isLost = isErrno(error, 'ECONNRESET') || isErrno(error, 'EPIPE');
      if (isAbsent) reject(errors.daemonAbsent(socketPath, error));
      else reject(isLost ? errors.connectionLost(path, error) : error);
    });
    call.end(text);
  });
}

/** An answer is one JSON document, or lines of progress that end with a result or an error. */
async function readAnswer(
  answer: IncomingMessage,
  path: string,
  onProgress: ((progress: Progress) => void) | undefined,
): Promise<unknown> {
  const status = answer.statusCode ?? 0;
  const isStream = answer.headers['content-type']?.startsWith('application/x-ndjson') === true;
  let last: Frame | undefined;
  let rest = '';
  try {
    for await (const chunk of answer.setEncoding('utf8')) {
      rest += chunk as string;
      if (!isStream) continue;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter(Boolean)) {
        last = JSON.parse(line) as Frame;
        if (last.type === 'progress') onProgress?.(last);
      }
    }
  } catch (error) {
    throw error instanceof SyntaxError ? errors.badAnswer(path, status) : errors.connectionLost(path, error);
  }
  if (!isStream) return readDocument(rest, status, path);
  if (last?.type === 'error') throw fromWire(last.error);
  if (last?.type === 'result') return last.value;
  throw errors.connectionLost(path, undefined);
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
