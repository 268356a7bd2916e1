import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readRequest, type ModelRequest, type RequestBody } from './model-request.ts';
import { sendMessage, type Turn } from './model-answer.ts';

/** Decides what the "model" says. Called once for each request of a conversation's main loop. */
export interface Script {
  (request: ModelRequest): Turn | Promise<Turn>;
}

/** A stand-in for the model API. It thinks nothing: what it answers is scripted, what it is asked is kept. */
export interface ModelApi extends AsyncDisposable {
  readonly url: string;
  /** Every request so far, oldest first: the proof of what the model was given. */
  readonly requests: readonly ModelRequest[];
}

/** Listens on loopback only. */
export async function startModelApi(script: Script): Promise<ModelApi> {
  const requests: ModelRequest[] = [];
  const server = createServer((incoming, answer) => {
    handle(incoming, answer, script, requests).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, [Symbol.asyncDispose]: () => close(server) };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function handle(
  incoming: IncomingMessage,
  answer: ServerResponse,
  script: Script,
  requests: ModelRequest[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = ''] = (incoming.url ?? '').split('?');
  if (path !== '/v1/messages') {
    // Token counts, model lists and the like: the client is content with anything that parses.
    answer.writeHead(200, { 'content-type': 'application/json' });
    answer.end(JSON.stringify(path.endsWith('count_tokens') ? { input_tokens: 1_000 } : { data: [] }));
    return;
  }
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as RequestBody;
  const request = readRequest(body, requests.length + 1, Date.now());
  requests.push(request);
  await sendMessage(
    answer,
    body,
    request.number,
    request.kind === 'main' ? await script(request) : sideAnswer(request),
  );
}

function sideAnswer({ kind }: ModelRequest): Turn {
  return kind === 'summary'
    ? { text: '<analysis>scripted</analysis><summary>A scripted summary of the conversation.</summary>' }
    : { text: 'ok' };
}
