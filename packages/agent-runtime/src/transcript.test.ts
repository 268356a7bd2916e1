import { describe, expect, it } from 'vitest';
import { deliveriesOf, ofType } from '../fixtures/read.ts';
import { createTranscriptReader } from './transcript.ts';
import type { TranscriptFact } from './transcript-facts.ts';

/** Feeds records to one reader, numbered from 1. */
function read(...records: readonly object[]): TranscriptFact[] {
  const reader = createTranscriptReader();
  return records.flatMap((record, index) => reader.read(record, index + 1));
}

let counter = 0;
const uuid = () => `uuid-${(counter += 1)}`;
const context = (text: string, rest: object = {}) => ({
  type: 'attachment',
  uuid: uuid(),
  attachment: { type: 'hook_additional_context', content: [text], hookEvent: 'PostToolUse' },
  ...rest,
});
const user = (content: unknown, rest: object = {}) => ({
  type: 'user',
  uuid: uuid(),
  message: { role: 'user', content },
  ...rest,
});
const message = (hash: string, content: unknown) => ({
  type: 'api-request-blob',
  hash,
  message: { role: 'user', content },
});
const request = (id: string, tail: readonly string[] = []) => ({
  type: 'api-request',
  id,
  timestamp: '2026-11-21T00:00:00.000Z',
  tail,
});
const answer = (requestRef?: string, requestId = requestRef ?? 'r') => ({
  type: 'assistant',
  uuid: uuid(),
  requestId,
  ...(requestRef !== undefined && { requestRef }),
  message: { role: 'assistant', model: 'claude-opus-5-5', content: [], usage: { output_tokens: 1 } },
});

describe('answered', () => {
  it('does not count an answer to a request that was on its way when the text came', () => {
    const facts = read(request('one'), user('[orc:m1] note'), answer('one'), request('two'), answer('two'));
    expect(deliveriesOf(facts)).toEqual(['2 accepted m1', '4 sent m1', '5 answered m1']);
  });

  it('does not count a late answer to an earlier request, even after the text was sent', () => {
    const facts = read(
      request('one'),
      context('[orc:m1] note'),
      request('two'),
      answer('one'),
      answer('two'),
    );
    expect(deliveriesOf(facts)).toEqual(['2 accepted m1', '3 sent m1', '5 answered m1']);
  });

  it('counts an answer to a request that held the text, though its record came later', () => {
    const facts = read(
      message('hash-1', '[orc:m1] note'),
      request('one', ['other', 'hash-1']),
      context('[orc:m1] note'),
      answer('one'),
    );
    expect(deliveriesOf(facts)).toEqual(['3 accepted m1', '3 sent m1', '4 answered m1']);
  });

  it('does not count an answer to a request that held another message', () => {
    const facts = read(
      message('hash-1', '[orc:m1] note'),
      request('one', ['other']),
      context('[orc:m1] note'),
      answer('one'),
      request('two', ['hash-1']),
      answer('two'),
    );
    expect(deliveriesOf(facts)).toEqual(['3 accepted m1', '5 sent m1', '6 answered m1']);
  });

  it('does not count what a tool printed as a text of the request', () => {
    const result = [{ type: 'tool_result', content: '[orc:m1] note' }];
    const facts = read(
      message('hash-1', result),
      request('one', ['hash-1']),
      context('[orc:m1] note'),
      answer('one'),
    );
    expect(deliveriesOf(facts)).toEqual(['3 accepted m1']);
  });

  it('forgets what an answered request held, so that a second delivery needs a request of its own', () => {
    const facts = read(
      message('hash-1', '[orc:m1] note'),
      request('one', ['hash-1']),
      answer('one'),
      context('[orc:m1] note'),
      answer('one'),
    );
    expect(deliveriesOf(facts)).toEqual(['4 accepted m1']);
  });

  it('waits for the next good answer after an error of the API, and does not ask for a second delivery', () => {
    const failed = {
      type: 'assistant',
      uuid: uuid(),
      isApiErrorMessage: true,
      error: 'server_error',
      apiErrorStatus: 500,
      message: {
        role: 'assistant',
        model: '<synthetic>',
        content: [{ type: 'text', text: 'API Error: 500' }],
      },
    };
    const facts = read(
      context('[orc:m1] note'),
      request('one'),
      failed,
      user('go on'),
      request('two'),
      answer('two'),
    );
    expect(deliveriesOf(facts)).toEqual(['1 accepted m1', '2 sent m1', '6 answered m1']);
    expect(ofType(facts, 'api-error')[0]).toMatchObject({
      error: 'server_error',
      status: 500,
      text: 'API Error: 500',
    });
  });

  it('does not count what the client itself put in the place of an answer', () => {
    const synthetic = { ...answer('one'), message: { role: 'assistant', model: '<synthetic>', content: [] } };
    expect(deliveriesOf(read(context('[orc:m1] note'), request('one'), synthetic))).toEqual([
      '1 accepted m1',
      '2 sent m1',
    ]);
  });

  it('does not count what a sub-agent received or answered', () => {
    const side = { isSidechain: true };
    const facts = read(context('[orc:m1] x', side), context('[orc:m2] x'), request('one'), {
      ...answer('one'),
      ...side,
    });
    expect(deliveriesOf(facts)).toEqual(['2 accepted m2', '3 sent m2']);
  });

  it('goes by the answers alone where a client writes no requests', () => {
    const facts = read(user('[orc:m1] note'), answer(undefined, 'r1'));
    expect(deliveriesOf(facts)).toEqual(['1 accepted m1', '2 sent m1', '2 answered m1']);
  });

  it('does not count the rest of an answer that had begun before the text came', () => {
    const facts = read(
      answer(undefined, 'r1'),
      context('[orc:m1] x'),
      answer(undefined, 'r1'),
      answer(undefined, 'r2'),
    );
    expect(deliveriesOf(facts)).toEqual(['2 accepted m1', '4 sent m1', '4 answered m1']);
  });

  it('takes an answer to a request that it has forgotten for one to the latest', () => {
    const facts = read(context('[orc:m1] x'), request('one'), answer('long-ago'));
    expect(deliveriesOf(facts)).toEqual(['1 accepted m1', '2 sent m1', '3 answered m1']);
  });
});

describe('lost', () => {
  it('says which texts a compaction swallowed, and keeps those it preserved and those in the queue', () => {
    const kept = context('[orc:kept] x');
    const queued = { type: 'queue-operation', operation: 'enqueue', content: '[orc:queued] x' };
    const boundary = {
      type: 'system',
      subtype: 'compact_boundary',
      uuid: uuid(),
      parentUuid: null,
      compactMetadata: { trigger: 'auto', preservedMessages: { allUuids: [kept.uuid], uuids: [] } },
    };
    const facts = read(context('[orc:gone] x'), kept, queued, boundary, request('one'), answer('one'));
    expect(deliveriesOf(facts)).toEqual([
      '1 accepted gone',
      '2 accepted kept',
      '3 accepted queued',
      '4 lost (compacted) gone',
      '5 sent kept',
      '6 answered kept',
    ]);
  });

  it('can be delivered again, and is followed anew', () => {
    const first = user('[orc:m1] x', { parentUuid: null });
    const facts = read(
      first,
      request('one'),
      user('other', { parentUuid: null }),
      context('[orc:m1] x'),
      request('two'),
      answer('two'),
    );
    expect(deliveriesOf(facts)).toEqual([
      '1 accepted m1',
      '2 sent m1',
      '3 lost (rewound) m1',
      '4 accepted m1',
      '5 sent m1',
      '6 answered m1',
    ]);
  });

  it('does not conclude anything from a parent that it does not know', () => {
    const facts = read(
      context('[orc:m1] x'),
      user('next', { parentUuid: 'damaged-line' }),
      request('one'),
      answer('one'),
    );
    expect(deliveriesOf(facts)).toEqual(['1 accepted m1', '3 sent m1', '4 answered m1']);
  });

  it('does not take what the client puts in by itself for the beginning of a turn', () => {
    const before = answer('zero');
    const feedback = user('Stop hook feedback: x', { parentUuid: before.uuid, isMeta: true });
    const facts = read(before, context('[orc:m1] x'), feedback, request('one'), answer('one'));
    expect(deliveriesOf(facts)).toEqual(['2 accepted m1', '4 sent m1', '5 answered m1']);
  });
});

describe('markers', () => {
  it.each([
    ['an id without its marker', 'm1 is done'],
    ['a defused marker', '(orc:m1] note'],
    ['an unclosed marker', '[orc:m1 note'],
    ['an empty marker', '[orc:] note'],
    ['a marker with a space', '[orc:m 1] note'],
    ['an id that is too long', `[orc:${'m'.repeat(200)}] note`],
  ])('does not count %s', (_, text) => {
    expect(read(context(text))).toEqual([]);
  });

  it('finds every id of a text once, task ids and ids with a slash included', () => {
    expect(
      deliveriesOf(read(context('[orc:m1] a\n\n[orc:shop.cart-1.2] b\n\n[orc:m1] c [orc:a/b:c_d]'))),
    ).toEqual(['1 accepted m1 shop.cart-1.2 a/b:c_d']);
  });

  it('reads prompts of text blocks, and never the result of a tool', () => {
    const blocks = [
      { type: 'text', text: '[orc:m1] a' },
      { type: 'image' },
      { type: 'text', text: '[orc:m2] b' },
    ];
    expect(deliveriesOf(read(user(blocks)))).toEqual(['1 accepted m1 m2']);
    expect(read(user([{ type: 'tool_result', content: '[orc:m1] a' }]))).toEqual([]);
  });

  it.each([
    ['a summary of the conversation', { isCompactSummary: true }, 'Summary: [orc:m1] was answered'],
    ['the output of a local command', {}, '<local-command-stdout>[orc:m1] note</local-command-stdout>'],
    ['the output of the shell mode', {}, '<bash-stdout>[orc:m1] note</bash-stdout>'],
  ])('does not count what stands in %s', (_, rest, text) => {
    expect(read(user(text, rest))).toEqual([]);
  });

  it('accepts a text once, however often it comes', () => {
    expect(deliveriesOf(read(context('[orc:m1] x'), context('[orc:m1] x'), user('[orc:m1] x')))).toEqual([
      '1 accepted m1',
    ]);
  });
});

describe('anything else', () => {
  it.each([
    [null],
    [1],
    ['text'],
    [[]],
    [{}],
    [{ type: 'brand-new' }],
    [{ type: 'user' }],
    [{ type: 'user', message: 'x' }],
    [{ type: 'attachment' }],
    [{ type: 'attachment', attachment: { type: 'hook_additional_context', content: 7 } }],
    [{ type: 'assistant' }],
    [{ type: 'assistant', isApiErrorMessage: true }],
    [{ type: 'system', subtype: 'compact_boundary' }],
    [{ type: 'queue-operation', operation: 'popAll' }],
    [{ type: 'api-request' }],
    [{ type: 'user', timestamp: 'no time' }],
  ])('does not trip over %j', (record) => {
    const reader = createTranscriptReader();
    expect(() => reader.read(record, 1)).not.toThrow();
  });

  it('takes the time of the last record for one without, and never goes back', () => {
    const facts = read({ ...user('[orc:m1] x'), timestamp: '2026-11-21T00:00:10.000Z' }, user('[orc:m2] x'), {
      ...user('[orc:m3] x'),
      timestamp: '2026-11-21T00:00:05.000Z',
    });
    expect(new Set(facts.map(({ at }) => at))).toEqual(new Set([Date.parse('2026-11-21T00:00:10.000Z')]));
  });

  it('forgets what was answered, and costs the same at the end of a long transcript as at its beginning', () => {
    const reader = createTranscriptReader();
    const turns = (from: number, count: number) => {
      const began = performance.now();
      for (let n = from; n < from + count; n += 1) {
        reader.read(context(`[orc:m${n}] x`), n);
        reader.read(request(`q${n}`), n);
        expect(reader.read(answer(`q${n}`), n)[0]).toMatchObject({ type: 'answered', ids: [`m${n}`] });
      }
      return performance.now() - began;
    };
    turns(0, 2_000); // lets the compiler warm up
    const early = turns(2_000, 5_000);
    turns(7_000, 30_000);
    const late = turns(37_000, 5_000);
    expect(late).toBeLessThan(5 * early);
  });

  it('stays bounded when nothing is ever answered', () => {
    const reader = createTranscriptReader();
    for (let n = 0; n < 5_000; n += 1) reader.read(context(`[orc:m${n}] x`), n);
    const sent = reader.read(request('one'), 5_000)[0];
    expect(sent).toMatchObject({ type: 'sent' });
    expect((sent as { ids: string[] }).ids).toHaveLength(2_000);
  });
});
