import { readFileSync } from 'node:fs';
import { createAnswerReader } from '@orc/contracts';
import { mayBeAlive, rememberRefusal } from './dead-socket.ts';
import type { Environment } from './environment.ts';
import { codeOf } from './files.ts';
import { load } from './module-loader.ts';

/**
 * What the daemon said, or why that cannot be used. `absent`: nobody listens, or whoever did ended before saying
 * a word; what was asked may not have happened.
 */
export type Outcome =
  | { readonly kind: 'answer'; readonly status: number; readonly isJson: boolean; readonly text: string }
  | { readonly kind: 'garbage'; readonly problem: string }
  | { readonly kind: 'absent'; readonly problem: string };

const READ_BYTES = 16_384;
const ANSWER_BYTES_MAX = 1_048_576;

/** The token of this agent, empty when it cannot be read: then nobody vouches for who runs here. */
export function readToken(environment: Environment): string {
  try {
    return readFileSync(environment.tokenFile, 'utf8').trim();
  } catch {
    return '';
  }
}

export interface Question {
  readonly path: string;
  readonly body: Buffer;
  readonly token: string;
  /** Gives up when not a byte came for so long; without it, never. */
  readonly silenceMs?: number;
}

/** Asks the daemon. Written by hand on a socket: Node's HTTP client alone costs more than the whole rest. */
export function ask(environment: Environment, question: Question): Promise<Outcome> {
  // Looked up first, because without a daemon not even the socket library need be loaded.
  if (!mayBeAlive(environment)) return Promise.resolve({ kind: 'absent', problem: 'nobody listens' });
  const { connect } = load<typeof import('node:net')>('node:net');
  return new Promise((resolve) => {
    let hasSpoken = false;
    let isOver = false;
    const settle = (outcome: Outcome) => {
      isOver = true;
      resolve(outcome);
      // Later, because a hook has printed and ended by then, and tidying up costs time too.
      setImmediate(() => socket.destroy());
    };
    const reader = createCollector(settle);
    const end = (problem: string) => {
      if (hasSpoken) reader.close();
      else settle({ kind: 'absent', problem });
    };
    const read = (size: number, buffer: Uint8Array) => {
      hasSpoken = true;
      // Copied, because the next bytes come into the same place.
      reader.push(Buffer.from(buffer.subarray(0, size)));
      return !isOver;
    };
    // Read without the machinery of a stream, which would take as long as the whole conversation.
    const onread = { buffer: Buffer.allocUnsafe(READ_BYTES), callback: read };
    const socket = connect({ path: environment.socketPath, onread });
    socket.on('end', () => end('the daemon hung up'));
    socket.on('error', (error) => {
      if (codeOf(error) === 'ECONNREFUSED') rememberRefusal(environment, Date.now());
      end(codeOf(error) || error.message);
    });
    if (question.silenceMs !== undefined)
      socket.setTimeout(question.silenceMs, () => end('the daemon said nothing'));
    socket.write(requestOf(environment, question));
  });
}

/** Reads one answer whole. */
function createCollector(settle: (outcome: Outcome) => void) {
  const parts: Buffer[] = [];
  let size = 0;
  let status = 0;
  let isJson = false;
  return createAnswerReader({
    onHead(head) {
      status = head.status;
      isJson = head.header('content-type')?.includes('json') ?? false;
    },
    onBody(bytes) {
      size += bytes.length;
      if (size > ANSWER_BYTES_MAX) settle({ kind: 'garbage', problem: 'the answer is too long' });
      else parts.push(bytes);
    },
    onEnd: () => settle({ kind: 'answer', status, isJson, text: Buffer.concat(parts).toString('utf8') }),
    onBroken: (problem) => settle({ kind: 'garbage', problem }),
  });
}

function requestOf(environment: Environment, { path, body, token }: Question): Buffer {
  const head =
    `POST ${path} HTTP/1.1\r\nhost: orc\r\nconnection: close\r\n` +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n` +
    `authorization: Bearer ${plain(token)}\r\nx-orc-agent: ${plain(environment.agent)}\r\n` +
    `x-orc-pane: ${plain(environment.pane)}\r\nx-orc-client-pid: ${plain(environment.clientPid)}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** A variable of the environment may hold anything, a line end included; no header may. */
function plain(value: string): string {
  return value.includes('\n') || value.includes('\r') ? '' : value;
}
