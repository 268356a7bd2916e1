import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { paths, routes, type RouteName } from '@orc/contracts';
import { describeError, isOrcError, OrcError } from '@orc/errors';
import { isDatabaseError } from '@orc/sqlite';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import { errors } from '../errors.ts';
import { METRICS_TYPE } from '../numbers/metrics-server.ts';
import type { Caller } from './auth.ts';
import type { Handlers } from './handlers.ts';

export interface ApiServer extends AsyncDisposable {
  readonly socketPath: string;
}

export interface ApiServerOptions {
  readonly socketPath: string;
  readonly handlers: Handlers;
  readonly authenticate: (header: string | undefined) => Caller;
  readonly log: Logger;
  /** How long a follower may leave more than `UNREAD_BYTES_MAX` unread. Default 10 s. */
  readonly unreadMs?: number;
}

/** What the client sends with a tool's whole output in it can be large; a mail body is far below this. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;
const TOO_LARGE = `its body is larger than ${BODY_BYTES_MAX} bytes; put a long text in a file and send its path`;
/** A follower that stopped reading would have the daemon keep everything that happens from then on. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;
const UNREAD_MS = 10_000;
/** One wrong list has as many problems as entries, and nobody reads more of them than these. */
const PROBLEMS_SHOWN = 20;

interface Schemas {
  readonly access: 'operator' | 'agent';
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly isStream?: boolean;
}

/** The calls of the client's own programs: their bodies are the client's format, their answers plain text. */
const RAW: ReadonlySet<RouteName> = new Set(['metrics', 'hooks', 'wait', 'statusLine']);

/** Serves the API on a unix socket that only its owner can open. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { socketPath, log } = options;
  const app = fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true, exposeHeadRoutes: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => done(null, text));
  for (const name of Object.keys(paths) as RouteName[]) {
    const [method = 'GET', url = '/'] = paths[name].split(' ');
    app.route({ method, url, handler: (request, reply) => answer(name, request, reply, options) });
  }
  app.setNotFoundHandler((request, reply) => {
    const error = errors.badRequest([`there is no call ${request.method} ${request.url}`]);
    return reply.code(404).send(toWire(error));
  });
  app.setErrorHandler((error, _request, reply) => sendError(error, reply, log));
  mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 });
  // The daemon's lock is held, so whoever left this file is gone.
  rmSync(socketPath, { force: true });
  await app.listen({ path: socketPath });
  chmodSync(socketPath, 0o600);
  return { socketPath, [Symbol.asyncDispose]: () => app.close() };
}

async function answer(
  name: RouteName,
  request: FastifyRequest,
  reply: FastifyReply,
  { handlers, authenticate, log, unreadMs = UNREAD_MS }: ApiServerOptions,
): Promise<unknown> {
  const schemas: Schemas = routes[name];
  const caller = authenticate(request.headers.authorization);
  if (schemas.access === 'operator' && caller.type === 'agent') throw errors.forbidden(`call ${paths[name]}`);
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort());
  const write = (frame: object) => {
    if (!reply.raw.headersSent) reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
    reply.raw.write(`${JSON.stringify(frame)}\n`);
  };
  const isLeftUnread = watchUnread(reply, unreadMs);
  const progress = (step: object) => {
    write({ type: 'progress', ...step });
    if (!isLeftUnread()) return;
    log.warn({ call: name, caller: caller.name }, 'a caller that no longer reads was hung up on');
    reply.raw.destroy();
  };
  const call = {
    caller,
    headers: request.headers,
    signal: gone.signal,
    progress: schemas.isStream ? progress : () => undefined,
    ...readInput(name, schemas, request),
  };
  // The table guarantees that a handler gets the input of its own name; the compiler cannot follow a name
  // that is known only at run time.
  const handle = handlers[name] as unknown as (call: object) => unknown;
  if (!schemas.isStream) {
    const value = await handle(call);
    return RAW.has(name)
      ? reply.type(name === 'metrics' ? METRICS_TYPE : 'text/plain; charset=utf-8').send(value)
      : reply.send(value);
  }
  reply.hijack();
  try {
    write({ type: 'result', value: await handle(call) });
  } catch (error) {
    if (!isOrcError(error)) log.error({ err: error, call: name }, 'a call failed');
    write({ type: 'error', ...toWire(error) });
  }
  reply.raw.end();
  return reply;
}

/** Whether too much has been unread for too long. A burst is no sign: nobody can read in the middle of one. */
function watchUnread({ raw }: FastifyReply, unreadMs: number): () => boolean {
  let since: number | undefined;
  return () => {
    if (raw.writableLength <= UNREAD_BYTES_MAX) {
      since = undefined;
      return false;
    }
    since ??= performance.now();
    return !raw.destroyed && performance.now() - since >= unreadMs;
  };
}

/** A filter that a call does not know must not look as if it had worked. */
const nothing = z.strictObject({});

function readInput(name: RouteName, schemas: Schemas, request: FastifyRequest): object {
  const text = typeof request.body === 'string' ? request.body : '';
  const body = RAW.has(name) ? text : parseJson(text);
  const problems: string[] = [];
  let count = 0;
  const check = (schema: z.ZodType | undefined, value: unknown, where: string): unknown => {
    if (!schema) return undefined;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const { issues } = result.error;
    count += issues.length;
    for (const { path, message } of issues.slice(0, PROBLEMS_SHOWN - problems.length))
      problems.push(`${[where, ...path].join('.')}: ${message}`);
    return undefined;
  };
  const input = {
    params: check(schemas.params, request.params, 'path'),
    query: check(schemas.query ?? nothing, request.query, 'query'),
    body: check(schemas.body, body ?? {}, 'body'),
  };
  if (count > problems.length) problems.push(`and ${count - problems.length} more`);
  if (problems.length > 0) throw errors.badRequest(problems);
  return input;
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw errors.badRequest(['the body is not JSON']);
  }
}

function sendError(error: unknown, reply: FastifyReply, log: Logger): FastifyReply {
  const refused = statusOfRefusal(error);
  if (refused !== undefined) {
    const problem = refused === 413 ? TOO_LARGE : describeError(error);
    return reply.code(refused).send(toWire(errors.badRequest([problem])));
  }
  if (!isOrcError(error)) log.error({ err: error }, 'a call failed');
  return reply.code(statusOf(error)).send(toWire(error));
}

/** What the HTTP library refuses before the call is read is the caller's mistake, and no bug. */
function statusOfRefusal(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function statusOf(error: unknown): number {
  if (!isOrcError(error)) return 500;
  if (error.code === 'ORC_DAEMON_UNAUTHORIZED') return 401;
  if (error.code === 'ORC_DAEMON_FORBIDDEN') return 403;
  if (error.code === 'ORC_DAEMON_REPLACED') return 410;
  // Nothing is wrong with the question: whoever asks again later gets an answer.
  if (isDatabaseError(error)) return 503;
  return error.code.includes('UNKNOWN') ? 404 : 400;
}

function toWire(error: unknown): { error: { code: string; message: string; details: object } } {
  const known = isOrcError(error)
    ? error
    : new OrcError('ORC_DAEMON_BUG', `This is a bug in orc: ${describeError(error)}. The log has more.`, {});
  return { error: { code: known.code, message: known.message, details: known.details } };
}
