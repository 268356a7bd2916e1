import { describe, expect, test } from 'vitest';
import { createRandom } from '../test/random.ts';
import { createReplyParser, type Framing, type Reply } from './framing.ts';

function createReader(...requests: (readonly [Framing, string])[]) {
  const replies: Reply[] = [];
  const others: string[] = [];
  const parser = createReplyParser({
    onForeignReply: ({ text, failure }) => others.push(`foreign ${failure ?? text}`),
    onNotification: (line) => others.push(line),
    onBareLine: (line) => others.push(`bare ${line}`),
  });
  for (const [framing, nonce] of requests)
    parser.expect({ framing, nonce, settle: (reply) => replies.push(reply) });
  return {
    parser,
    replies,
    others,
    push: (...lines: string[]) => parser.push(Buffer.from(lines.join('\n') + '\n')),
  };
}

const sealed = (nonce: string, number: number) => [`%begin 9 ${number} 1`, nonce, `%end 9 ${number} 1`];

describe('a reply of text', () => {
  test('is what stands between the guards', () => {
    const { replies, push } = createReader(['text', 'n1']);
    push('%begin 9 1 1', 'one', '', 'three', '%end 9 1 1', ...sealed('n1', 2));
    expect(replies).toEqual([{ text: 'one\n\nthree', failure: undefined }]);
  });

  test('may show its own end, in any number, and is read to the true one', () => {
    const { replies, push, parser } = createReader(['text', 'n1'], ['text', 'n2']);
    const screen = [
      '%end 9 1 1',
      '%error 9 1 1',
      '%begin 9 2 1',
      'n0',
      '%end 9 2 1',
      '%exit',
      '%sessions-changed',
    ];
    push('%begin 9 1 1', ...screen, '%end 9 1 1', ...sealed('n1', 2));
    expect(replies).toEqual([{ text: screen.join('\n'), failure: undefined }]);
    push('%begin 9 3 1', 'next', '%end 9 3 1', ...sealed('n2', 4));
    expect(replies[1]).toEqual({ text: 'next', failure: undefined });
    expect(parser.pending).toEqual([]);
  });

  test('does not end at the nonce of another request', () => {
    const { replies, push } = createReader(['text', 'n1']);
    push('%begin 9 1 1', ...sealed('n9', 1), '%end 9 1 1', ...sealed('n1', 2));
    expect(replies[0]?.text).toBe(sealed('n9', 1).join('\n'));
  });

  test('that failed says why', () => {
    const { replies, push } = createReader(['text', 'n1']);
    push('%begin 9 1 1', "can't find pane: %9", '%error 9 1 1', ...sealed('n1', 2));
    expect(replies).toEqual([{ text: '', failure: "can't find pane: %9" }]);
  });

  test('lets notifications through that come before it, after it, and before the nonce', () => {
    const { replies, others, push } = createReader(['text', 'n1']);
    push(
      '%sessions-changed',
      '%begin 9 1 1',
      'x',
      '%end 9 1 1',
      '%window-close @1',
      ...sealed('n1', 2),
      '%exit',
    );
    expect(replies[0]?.text).toBe('x');
    expect(others).toEqual(['%sessions-changed', '%window-close @1', '%exit']);
  });

  test('is the same however the bytes are cut', () => {
    const text = 'é漢👩‍👩‍👧 \u009b %end 9 1 1\n\n';
    const bytes = Buffer.from(['%begin 9 1 1', text, '%end 9 1 1', ...sealed('n1', 2), ''].join('\n'));
    const random = createRandom(7);
    for (let round = 0; round < 300; round += 1) {
      const { replies, parser } = createReader(['text', 'n1']);
      for (let start = 0; start < bytes.length;) {
        const end = start + 1 + random(round === 0 ? 1 : 12);
        parser.push(bytes.subarray(start, end));
        start = end;
      }
      expect(replies).toEqual([{ text, failure: undefined }]);
    }
  });

  test('survives bytes that are no UTF-8', () => {
    const { replies, parser } = createReader(['text', 'n1']);
    parser.push(
      Buffer.from('%begin 9 1 1\n\xff\xfe ok\n%end 9 1 1\n%begin 9 2 1\nn1\n%end 9 2 1\n', 'latin1'),
    );
    expect(replies[0]?.text).toBe('\ufffd\ufffd ok');
  });
});

describe('a reply of several commands', () => {
  test('is their output together', () => {
    const { replies, push } = createReader(['blocks', 'n1']);
    push(
      '%begin 9 1 1',
      '%end 9 1 1',
      '%begin 9 2 1',
      'b',
      '%end 9 2 1',
      '%begin 9 3 1',
      'c',
      '%end 9 3 1',
      ...sealed('n1', 4),
    );
    expect(replies).toEqual([{ text: 'b\nc', failure: undefined }]);
  });

  test('tells the failure of the last that ran', () => {
    const { replies, push } = createReader(['blocks', 'n1']);
    push('%begin 9 1 1', 'a', '%end 9 1 1', '%begin 9 2 1', 'no', '%error 9 2 1', ...sealed('n1', 4));
    expect(replies).toEqual([{ text: 'a', failure: 'no' }]);
  });

  test('leaves out what answers somebody else', () => {
    const { replies, push } = createReader(['blocks', 'n1']);
    push('%begin 9 1 1', 'a', '%end 9 1 1', '%begin 9 2 0', 'x', '%end 9 2 0', ...sealed('n1', 4));
    expect(replies).toEqual([{ text: 'a', failure: undefined }]);
  });
});

describe('one block', () => {
  test('needs no nonce, and ends at its own number only', () => {
    const { replies, push } = createReader(['block', 'n1'], ['block', 'n2']);
    push('%begin 9 1 1', '%7 12', '%end 9 11 1', '%end 9 1 1', '%begin 9 5 1', 'bad', '%error 9 5 1');
    expect(replies).toEqual([
      { text: '%7 12\n%end 9 11 1', failure: undefined },
      { text: '', failure: 'bad' },
    ]);
  });
});

test('a reply to somebody else is not taken for ours', () => {
  const { replies, others, push } = createReader(['text', 'n1']);
  push('%begin 9 1 0', '%end 9 1 0', '%begin 9 2 1', 'ours', '%end 9 2 1', ...sealed('n1', 3));
  expect(others).toEqual(['foreign ']);
  expect(replies[0]?.text).toBe('ours');
});

test('an error that tmux reports outside of any reply is kept apart', () => {
  const { others, push } = createReader();
  push('/missing: No such file or directory', '', '%exit');
  expect(others).toEqual(['bare /missing: No such file or directory', '%exit']);
});
