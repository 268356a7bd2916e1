import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createClient } from '@orc/contracts';
import { OrcError } from '@orc/errors';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import pino from 'pino';
import { expect, it } from 'vitest';
import type { Call, Handlers } from '../src/http/handlers.ts';
import { startApiServer, type ApiServerOptions } from '../src/http/server.ts';

const MIB = 1024 * 1024;
const log = pino({ level: 'silent' });

/** A server whose every call is answered in one way. */
async function serve(
  handle: (call: Call<'events'>) => unknown,
  options: Partial<ApiServerOptions> = {},
): Promise<string> {
  const socketPath = join(makeTempDirectory(), 's.sock');
  const handlers = new Proxy({}, { get: () => handle }) as Handlers;
  const authenticate = () => ({ type: 'operator', name: 'user' }) as const;
  const server = await startApiServer({ socketPath, handlers, authenticate, log, ...options });
  onTeardown(async () => {
    await server[Symbol.asyncDispose]();
  });
  return socketPath;
}

it('answers that it is to be asked again when only the database cannot be used', async () => {
  const socketPath = await serve(() => {
    throw new OrcError('ORC_SQLITE_BUSY', 'The database stayed locked. Try again.', {});
  });
  const call = request({ socketPath, path: '/v1/wait', method: 'POST', agent: false });
  call.end();
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(503);
});

it('names the first problems of a body, however many there are', async () => {
  const socketPath = await serve(() => ({}));
  const client = createClient({ socketPath, token: '' });
  const roles = Array.from({ length: 300_000 }, () => 1) as unknown as string[];
  const refused = await client
    .call('plan', { body: { path: '/shop', roles } })
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'ORC_DAEMON_BAD_REQUEST' });
  const { problems } = (refused as OrcError).details as { problems: string[] };
  expect(problems).toHaveLength(21);
  expect(problems[19]).toMatch(/^body\.roles\.19: /);
  expect(problems[20]).toBe('and 299980 more');
});

it.each([
  ['send', 'tags', 101, { to: 'shop/tester', body: 'x' }],
  ['send', 'after', 101, { to: 'shop/tester', body: 'x' }],
  ['broadcast', 'tags', 101, { body: 'x', purpose: 'y' }],
  ['publish', 'tags', 21, { text: 'x' }],
  ['acknowledge', 'ids', 101, { text: 'x' }],
  ['gitIntegrate', 'only', 101, {}],
] as const)('refuses a %s with %s that have no end', async (name, field, length, rest) => {
  const socketPath = await serve(() => ({}));
  const client = createClient({ socketPath, token: '' });
  const body = { ...rest, [field]: Array.from({ length }, (_, index) => `m${index}`) };
  // The table mixes calls, so the type of each body cannot be followed.
  await expect(client.call(name as 'send', { body } as never)).rejects.toThrow(
    `The request is not understood: body.${field}: `,
  );
});

it.each([
  ['a body that is too large', { 'content-length': 64 * MIB + 1 }, 413, 'larger than 67108864 bytes'],
  ['a body of no form', { 'content-length': 2, 'content-type': '/' }, 415, 'Unsupported Media Type'],
] as const)('takes %s for a mistake of the caller', async (_, headers, status, problem) => {
  const socketPath = await serve(() => ({}));
  const call = request({ socketPath, path: '/v1/messages', method: 'POST', agent: false, headers });
  onTeardown(() => void call.destroy());
  call.on('error', () => undefined).flushHeaders();
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(status);
  expect(await json(answer)).toMatchObject({
    error: { code: 'ORC_DAEMON_BAD_REQUEST', message: expect.stringContaining(problem) as string },
  });
});

it('hangs up on a follower that stopped reading, and keeps no more than 4 MiB for it', async () => {
  const text = 'x'.repeat(MIB / 16);
  let sent = 0;
  const ends: boolean[] = [];
  const socketPath = await serve(
    async ({ progress, signal }) => {
      for (; !signal.aborted && sent < 16 * MIB; sent += text.length) {
        progress({ step: 'event', text });
        await nextTurn();
      }
      ends.push(signal.aborted);
      return { events: [] };
    },
    { unreadMs: 0 },
  );
  const follower = connect(socketPath);
  onTeardown(() => void follower.destroy());
  follower.write('GET /v1/events?follow=true HTTP/1.1\r\nHost: orc\r\n\r\n');
  await waitUntil(() => ends.length > 0, { what: 'the end of the call' });
  expect(ends).toEqual([true]);
  expect(sent).toBeLessThan(6 * MIB);
});

it('tells a follower that reads all of a burst, however long that is', async () => {
  const texts = Array.from({ length: 64 }, () => 'x'.repeat(MIB / 8));
  const socketPath = await serve(({ progress }) => {
    for (const text of texts) progress({ step: 'event', text });
    return { events: [] };
  });
  let count = 0;
  const client = createClient({ socketPath, token: '' });
  const query = { follow: true };
  expect(await client.call('events', { query }, { onProgress: () => void (count += 1) })).toEqual({
    events: [],
  });
  expect(count).toBe(64);
});
