import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswerReader } from './http-answer.ts';

function readAnswer(chunks: readonly (string | Buffer)[], { isClosed = false } = {}) {
  const told = { status: 0, type: '', body: '', end: '', problem: '' };
  const reader = createAnswerReader({
    onHead: ({ status, header }) => {
      told.status = status;
      told.type = header('content-type') ?? '';
    },
    onBody: (bytes) => (told.body += bytes.toString('latin1')),
    onEnd: () => (told.end += 'end'),
    onBroken: (problem) => (told.problem += problem),
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk as string, 'latin1'));
  if (isClosed) reader.close();
  return told;
}

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';

describe('an answer', () => {
  it.each([
    ['of a known length', `${head}Content-Length: 5\r\n\r\nhello`],
    ['in chunks', `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=1\r\nllo\r\n0\r\n\r\n`],
    ['in chunks with a trailer', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n`],
    ['after a provisional one', `HTTP/1.1 100 Continue\r\n\r\n${head}Content-Length: 5\r\n\r\nhello`],
  ])('%s is read the same however its bytes come', (_, text) => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length })), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(readAnswer(chunks)).toEqual({
          status: 200,
          type: 'text/plain',
          body: 'hello',
          end: 'end',
          problem: '',
        });
      }),
    );
  });

  it('without a length ends with the connection', () => {
    expect(readAnswer([`${head}\r\nhel`, 'lo'])).toMatchObject({ body: 'hello', end: '' });
    expect(readAnswer([`${head}\r\nhel`, 'lo'], { isClosed: true })).toMatchObject({ end: 'end' });
  });

  it('may be empty', () => {
    expect(readAnswer(['HTTP/1.1 204 No Content\r\n\r\n'])).toMatchObject({ status: 204, end: 'end' });
    expect(readAnswer([`${head}Content-Length: 0\r\n\r\n`])).toMatchObject({ end: 'end' });
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH'],
    ['has no status', 'HTTP/1.1 OK\r\n\r\n'],
    ['has a head without end', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(5_000)}`],
    ['has a length that is none', `${head}Content-Length: many\r\n\r\nhello`],
    ['has a chunk of no size', `${head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`],
    ['has a chunk without its line end', `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhello`],
  ])('that %s is broken, once', (_, text) => {
    const { end, problem } = readAnswer([text, 'more'], { isClosed: true });
    expect(end).toBe('');
    expect(problem).not.toBe('');
  });

  it('that ends too early is cut short', () => {
    for (const length of [10, head.length + 10])
      expect(
        readAnswer([`${head}Content-Length: 5\r\n\r\nhello`.slice(0, length)], { isClosed: true }),
      ).toMatchObject({ end: '', problem: 'the answer was cut short' });
  });

  it('never makes the reader throw, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        const { end, problem } = readAnswer(
          chunks.map((chunk) => Buffer.from(chunk)),
          { isClosed: true },
        );
        expect(end === '' || problem === '').toBe(true);
      }),
    );
  });
});
