import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { RequestBody } from './model-request.ts';

/** One answer of the "model". */
export interface Turn {
  readonly text?: string;
  /** Tools it calls, at once when there are several. */
  readonly tools?: readonly { readonly name: string; readonly input: object }[];
  /** Milliseconds before the answer begins: the agent is busy meanwhile. */
  readonly delayMs?: number;
  /** Answers with this error instead. */
  readonly error?: { readonly status: number; readonly type: string; readonly message: string };
  readonly headers?: Readonly<Record<string, string>>;
}

type ContentBlock =
  { type: 'text'; text: string } | { type: 'tool_use'; id: string; name: string; input: object };

/** Sends a turn in the wire format, streamed when the client asks for that. */
export async function sendMessage(
  answer: ServerResponse,
  body: RequestBody,
  number: number,
  turn: Turn,
): Promise<void> {
  if (turn.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, turn.delayMs));
  const headers = { 'request-id': `req_scripted_${number}`, ...turn.headers };
  if (turn.error) {
    const { status, type, message } = turn.error;
    answer.writeHead(status, { 'content-type': 'application/json', ...headers });
    answer.end(JSON.stringify({ type: 'error', error: { type, message } }));
    return;
  }
  const content = blocksOf(turn);
  const message = {
    id: `msg_scripted_${number}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content,
    stop_reason: content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: 1_000,
      output_tokens: 50,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
  };
  if (body.stream !== true) {
    answer.writeHead(200, { 'content-type': 'application/json', ...headers });
    answer.end(JSON.stringify(message));
    return;
  }
  answer.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  stream(answer, message);
  answer.end();
}

function blocksOf({ text, tools = [] }: Turn): ContentBlock[] {
  const calls = tools.map(({ name, input }) => ({
    type: 'tool_use' as const,
    id: `toolu_scripted_${randomBytes(6).toString('hex')}`,
    name,
    input,
  }));
  const words = text ?? (calls.length === 0 ? 'ok' : undefined);
  return words === undefined ? calls : [{ type: 'text', text: words }, ...calls];
}

function stream(
  answer: ServerResponse,
  message: { content: ContentBlock[]; stop_reason: string; usage: object },
): void {
  const send = (type: string, data: object) =>
    answer.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  send('message_start', { message: { ...message, content: [], stop_reason: null } });
  for (const [index, block] of message.content.entries()) {
    const isText = block.type === 'text';
    send('content_block_start', {
      index,
      content_block: isText ? { ...block, text: '' } : { ...block, input: {} },
    });
    const delta = isText
      ? { type: 'text_delta', text: block.text }
      : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
    send('content_block_delta', { index, delta });
    send('content_block_stop', { index });
  }
  send('message_delta', {
    delta: { stop_reason: message.stop_reason, stop_sequence: null },
    usage: message.usage,
  });
  send('message_stop', {});
}
