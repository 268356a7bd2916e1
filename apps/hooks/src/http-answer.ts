/** What the daemon said, or why that cannot be used. */
export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly isJson: boolean; readonly text: string }
  | { readonly kind: 'garbage'; readonly problem: string };

const HEAD_BYTES_MAX = 16_384;
const ANSWER_BYTES_MAX = 1_048_576;

/** The answer in the bytes so far; undefined while more of it is to come. */
export function parseAnswer(bytes: Buffer, isClosed: boolean): Answer | undefined {
  const garbage = (problem: string): Answer => ({ kind: 'garbage', problem });
  if (bytes.length > ANSWER_BYTES_MAX) return garbage('the answer is too long');
  const more = isClosed ? garbage('the answer was cut short') : undefined;
  const start = bytes.toString('latin1', 0, 9);
  if (!start.startsWith('HTTP/1.'.slice(0, start.length))) return garbage('the answer is not HTTP');
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return bytes.length > HEAD_BYTES_MAX ? garbage('the head never ends') : more;
  const head = bytes.toString('latin1', 0, headEnd);
  const status = Number(head.slice(9, 12));
  if (!(status >= 100)) return garbage('the answer has no status');
  const rest = bytes.subarray(headEnd + 4);
  if (status < 200) return parseAnswer(rest, isClosed);
  const header = (name: string) => headerOf(head, name);
  const isJson = header('content-type')?.includes('json') ?? false;
  const answer = (body: Buffer): Answer => ({ kind: 'answer', status, isJson, text: body.toString('utf8') });
  if (status === 204) return answer(rest.subarray(0, 0));
  if (header('transfer-encoding')?.toLowerCase().endsWith('chunked')) {
    const body = decodeChunks(rest);
    if (body === 'wrong') return garbage('the chunks are not well formed');
    return body ? answer(body) : more;
  }
  const length = header('content-length');
  if (length === undefined) return isClosed ? answer(rest) : undefined;
  if (!/^\d+$/.test(length)) return garbage('the length is no number');
  return rest.length >= Number(length) ? answer(rest.subarray(0, Number(length))) : more;
}

/** By hand: making a regular expression for each name takes longer than reading the whole answer. */
function headerOf(head: string, name: string): string | undefined {
  const start = head.toLowerCase().indexOf(`\r\n${name}:`);
  if (start < 0) return undefined;
  const valueStart = start + name.length + 3;
  const end = head.indexOf('\r\n', valueStart);
  return head.slice(valueStart, end < 0 ? head.length : end).trim();
}

function decodeChunks(bytes: Buffer): Buffer | 'wrong' | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = /^[0-9a-f]+/i.exec(bytes.toString('latin1', at, lineEnd))?.[0];
    if (size === undefined) return 'wrong';
    const length = parseInt(size, 16);
    if (length === 0) return Buffer.concat(parts);
    const end = lineEnd + 2 + length;
    if (bytes.length < end + 2) return undefined;
    if (bytes.toString('latin1', end, end + 2) !== '\r\n') return 'wrong';
    parts.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}
