import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createClient } from './client.ts';
import { paths } from './paths.ts';
import { routes } from './routes.ts';

/** A daemon that answers everything in one way. */
async function clientOf(listener: RequestListener) {
  const socketPath = join(makeTempDirectory(), 's.sock');
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTeardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return createClient({ socketPath, token: 'secret' });
}

const codeOf = (code: string) => expect.objectContaining({ code }) as Error;

describe('the client', () => {
  it('sends token, path, query and body as the route says', async () => {
    const seen: string[] = [];
    const client = await clientOf((request, answer) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      answer.end('{}');
    });
    await client.call('message', { params: { id: 'a b/c' } });
    await client.call('messages', { query: { limit: 5, project: undefined } });
    expect(seen).toEqual([
      'GET /v1/messages/a%20b%2Fc Bearer secret',
      'GET /v1/messages?limit=5 Bearer secret',
    ]);
  });

  it('throws the daemon’s own error with its code', async () => {
    const client = await clientOf((_, answer) => {
      answer.statusCode = 404;
      answer.end(
        '{"error":{"code":"ORC_QUEUE_UNKNOWN_MESSAGE","message":"no such message","details":{"id":"x"}}}',
      );
    });
    await expect(client.call('health', {})).rejects.toThrowError(codeOf('ORC_QUEUE_UNKNOWN_MESSAGE'));
  });

  it('tells progress as it comes, and the result at the end', async () => {
    const client = await clientOf((_, answer) => {
      answer.setHeader('content-type', 'application/x-ndjson');
      answer.write('{"type":"progress","step":"a","te');
      answer.write('xt":"one"}\n{"type":"progress","step":"b","text":"two"}\n');
      answer.end('{"type":"result","value":{"did":[]}}\n');
    });
    const told: string[] = [];
    const result = await client.call('down', { body: {} }, { onProgress: ({ text }) => told.push(text) });
    expect(told).toEqual(['one', 'two']);
    expect(result).toEqual({ did: [] });
  });

  it.each([
    [
      'an error at the end of a stream',
      '{"type":"error","error":{"code":"ORC_X","message":"no"}}\n',
      'ORC_X',
    ],
    [
      'a stream without an end',
      '{"type":"progress","step":"a","text":"one"}\n',
      'ORC_CONTRACTS_CONNECTION_LOST',
    ],
    ['a stream of nonsense', 'hello\n', 'ORC_CONTRACTS_BAD_ANSWER'],
  ])('reports %s', async (_, text, code) => {
    const client = await clientOf((__, answer) => {
      answer.setHeader('content-type', 'application/x-ndjson');
      answer.end(text);
    });
    await expect(client.call('down', { body: {} })).rejects.toThrowError(codeOf(code));
  });

  const ending: RequestListener = (request) => request.socket.destroy();
  const confused: RequestListener = (_request, answer) => answer.end('<html>');

  it.each([
    ['nobody listens', undefined, 'ORC_CONTRACTS_DAEMON_ABSENT'],
    ['the daemon ends in between', ending, 'ORC_CONTRACTS_CONNECTION_LOST'],
    ['the answer is no JSON', confused, 'ORC_CONTRACTS_BAD_ANSWER'],
  ])('says it when %s', async (_, listener, code) => {
    const client = listener
      ? await clientOf(listener)
      : createClient({ socketPath: join(makeTempDirectory(), 'none.sock'), token: '' });
    await expect(client.call('health', {})).rejects.toThrowError(codeOf(code));
  });
});

describe('the table of routes', () => {
  it('has a path for every route and a route for every path', () => {
    expect(Object.keys(routes).sort()).toEqual(Object.keys(paths).sort());
    expect(new Set(Object.values(paths)).size).toBe(Object.keys(paths).length);
  });
});
