/** How an answer begins. */
export interface AnswerHead {
  readonly status: number;
  /** By its name in small letters. */
  readonly header: (name: string) => string | undefined;
}

export interface AnswerListeners {
  onHead(head: AnswerHead): void;
  onBody(bytes: Buffer): void;
  onEnd(): void;
  /** It is no answer, or was cut short. Nothing more is told. */
  onBroken(problem: string): void;
}

export interface AnswerReader {
  push(bytes: Buffer): void;
  /** No more bytes will come. */
  close(): void;
}

/**
 * Where the reader is: before the end of the head, in a body of known length, in one that ends with the
 * connection, before a chunk's size, in a chunk, before the line end behind it, behind the last chunk, or done.
 */
type Place = 'head' | 'body' | 'rest' | 'size' | 'chunk' | 'chunk end' | 'trailer' | 'over';

interface State {
  readonly listeners: AnswerListeners;
  place: Place;
  bytes: Buffer;
  /** Of the body or the chunk. */
  missing: number;
}

const HEAD_BYTES_MAX = 16_384;
const LINE_BYTES_MAX = 1_024;
const EMPTY = Buffer.alloc(0);

/**
 * Reads one answer of HTTP/1.1 as its bytes come. By hand, because loading Node's HTTP client takes longer
 * than a whole run of a hook or of `orc send`, and the daemon on the other side is our own.
 */
export function createAnswerReader(listeners: AnswerListeners): AnswerReader {
  const state: State = { listeners, place: 'head', bytes: EMPTY, missing: 0 };
  return {
    push(bytes) {
      state.bytes = state.bytes.length === 0 ? bytes : Buffer.concat([state.bytes, bytes]);
      while (state.place !== 'over' && read(state));
    },
    close() {
      if (state.place === 'rest') finish(state);
      else if (state.place !== 'over') fail(state, 'the answer was cut short');
    },
  };
}

/** Takes what can be taken; false when more bytes are needed. */
function read(state: State): boolean {
  switch (state.place) {
    case 'head':
      return readHead(state);
    case 'size':
      return readSize(state);
    case 'chunk end':
      return readChunkEnd(state);
    case 'trailer':
      return readTrailer(state);
    default:
      return readBody(state);
  }
}

function readHead(state: State): boolean {
  const { bytes } = state;
  const start = bytes.toString('latin1', 0, 9);
  if (!start.startsWith('HTTP/1.'.slice(0, start.length))) return fail(state, 'the answer is not HTTP');
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return bytes.length > HEAD_BYTES_MAX ? fail(state, 'the head never ends') : false;
  const text = bytes.toString('latin1', 0, end);
  const status = Number(text.slice(9, 12));
  if (!(status >= 100)) return fail(state, 'the answer has no status');
  state.bytes = bytes.subarray(end + 4);
  if (status < 200) return true;
  const header = (name: string) => headerOf(text, name);
  state.listeners.onHead({ status, header });
  if (status === 204) return finish(state);
  if (header('transfer-encoding')?.toLowerCase().endsWith('chunked')) {
    state.place = 'size';
    return true;
  }
  const length = header('content-length');
  if (length === undefined) {
    state.place = 'rest';
    return true;
  }
  if (!/^\d+$/.test(length)) return fail(state, 'the length is no number');
  state.place = 'body';
  state.missing = Number(length);
  return state.missing === 0 ? finish(state) : true;
}

/** By hand: making a regular expression for each name takes longer than reading the whole answer. */
function headerOf(head: string, name: string): string | undefined {
  const start = head.toLowerCase().indexOf(`\r\n${name}:`);
  if (start < 0) return undefined;
  const valueStart = start + name.length + 3;
  const end = head.indexOf('\r\n', valueStart);
  return head.slice(valueStart, end < 0 ? head.length : end).trim();
}

function readBody(state: State): boolean {
  const { bytes, place } = state;
  if (bytes.length === 0) return false;
  const taken = place === 'rest' ? bytes : bytes.subarray(0, state.missing);
  state.bytes = bytes.subarray(taken.length);
  state.missing -= taken.length;
  state.listeners.onBody(taken);
  if (place === 'rest' || state.missing > 0) return false;
  if (place === 'body') return finish(state);
  state.place = 'chunk end';
  return true;
}

function readSize(state: State): boolean {
  const end = state.bytes.indexOf('\r\n');
  if (end < 0)
    return state.bytes.length > LINE_BYTES_MAX ? fail(state, 'the chunks are not well formed') : false;
  const size = /^[0-9a-f]{1,8}(?=[;\s]|$)/i.exec(state.bytes.toString('latin1', 0, end))?.[0];
  if (size === undefined) return fail(state, 'the chunks are not well formed');
  state.bytes = state.bytes.subarray(end + 2);
  state.missing = Number.parseInt(size, 16);
  state.place = state.missing === 0 ? 'trailer' : 'chunk';
  return true;
}

function readChunkEnd(state: State): boolean {
  if (state.bytes.length < 2) return false;
  if (state.bytes[0] !== 13 || state.bytes[1] !== 10) return fail(state, 'the chunks are not well formed');
  state.bytes = state.bytes.subarray(2);
  state.place = 'size';
  return true;
}

/** Fields behind the last chunk are of no interest; an empty line is the end. */
function readTrailer(state: State): boolean {
  const end = state.bytes.indexOf('\r\n');
  if (end < 0) return state.bytes.length > HEAD_BYTES_MAX ? fail(state, 'the trailer never ends') : false;
  state.bytes = state.bytes.subarray(end + 2);
  return end === 0 ? finish(state) : true;
}

function finish(state: State): false {
  state.place = 'over';
  state.listeners.onEnd();
  return false;
}

function fail(state: State, problem: string): false {
  state.place = 'over';
  state.listeners.onBroken(problem);
  return false;
}
