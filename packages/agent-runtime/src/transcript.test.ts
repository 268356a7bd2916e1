import { describe, expect, it } from 'vitest';
import { factsOfTranscript } from '../fixtures/read.ts';
import { createTranscriptReader } from './transcript.ts';
import type { TranscriptFact } from './transcript-facts.ts';

/** Each fact as `line type ids`, for the types that concern the delivery of texts. */
function deliveriesOf(facts: readonly TranscriptFact[]): string[] {
  return facts.flatMap((fact) => {
    if (!('ids' in fact)) return [];
    return [`${fact.line} ${fact.type === 'lost' ? `lost (${fact.why})` : fact.type} ${fact.ids.join(' ')}`];
  });
}

const ofType = <Type extends TranscriptFact['type']>(facts: readonly TranscriptFact[], type: Type) =>
  facts.filter((fact): fact is Extract<TranscriptFact, { type: Type }> => fact.type === type);

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
const request = (id: string) => ({ type: 'api-request', id, timestamp: '2026-11-21T00:00:00.000Z' });
const answer = (requestRef?: string, requestId = requestRef ?? 'r') => ({
  type: 'assistant',
  uuid: uuid(),
  requestId,
  ...(requestRef !== undefined && { requestRef }),
  message: { role: 'assistant', model: 'claude-opus-5-5', content: [], usage: { output_tokens: 1 } },
});

describe('recorded transcripts', () => {
  it('follows text that a hook brought, through all four steps', () => {
    expect(deliveriesOf(factsOfTranscript('hook-context-seen')).slice(5)).toEqual([
      '11 received PostToolUse-ok',
      '12 accepted PostToolUse-ok',
      '14 received PostToolBatch-ok',
      '15 accepted PostToolBatch-ok',
      '17 sent PostToolUse-ok PostToolBatch-ok',
      '18 answered PostToolUse-ok PostToolBatch-ok',
      '19 received Stop-ok',
      '20 accepted Stop-ok',
      '23 sent Stop-ok',
      '24 answered Stop-ok',
    ]);
  });

  it('never counts the output of a hook that the client refused', () => {
    expect(JSON.stringify(factsOfTranscript('hook-context-seen'))).not.toContain('PostToolUse-bad');
  });

  it('leaves what was sent in a turn that met a usage limit unanswered, and reads the reset time', () => {
    const facts = factsOfTranscript('hook-context-then-usage-limit');
    expect(deliveriesOf(facts).slice(-2)).toEqual([
      '15 accepted PostToolBatch-ok',
      '17 sent PostToolUse-ok PostToolBatch-ok',
    ]);
    expect(ofType(facts, 'limit')).toEqual([
      {
        type: 'limit',
        resetsAt: 1_795_226_852_000,
        limitType: 'five_hour',
        text: "You've hit your 5-hour limit · resets 2:07am (UTC)",
        at: Date.parse('2026-11-21T00:07:32.902Z'),
        sessionId: 'c9a189f6-9d50-40c6-b926-45b249400d1c',
        line: 18,
      },
    ]);
  });

  it('follows a wake-up of an idle session', () => {
    expect(deliveriesOf(factsOfTranscript('async-rewake-idle'))).toEqual([
      '7 accepted wake-1',
      '11 sent wake-1',
      '12 answered wake-1',
    ]);
  });

  it('follows text that waits in the queue of a busy client, and ignores what tools and answers quote', () => {
    const facts = factsOfTranscript('wake-and-typed-while-busy');
    expect(deliveriesOf(facts)).toEqual([
      '1 accepted launch-1',
      '13 sent launch-1',
      '14 answered launch-1',
      '17 accepted wake-busy',
      '18 accepted typed-busy',
      '20 received post-1',
      '21 accepted post-1',
      '29 sent post-1 wake-busy typed-busy',
      '30 answered post-1 wake-busy typed-busy',
      '37 accepted wake-idle',
      '41 sent wake-idle',
      '42 answered wake-idle',
    ]);
    expect(JSON.stringify(facts)).not.toContain('quoted');
  });

  it('says that text was withdrawn when somebody took it back out of the queue', () => {
    const deliveries = deliveriesOf(factsOfTranscript('withdrawn-blocked-compacted'));
    expect(deliveries.slice(0, 2)).toEqual(['15 accepted typed-pop', '16 lost (withdrawn) typed-pop']);
  });

  it('follows text that a hook brought by exit code 2', () => {
    expect(deliveriesOf(factsOfTranscript('withdrawn-blocked-compacted')).slice(2)).toEqual([
      '28 accepted block-1',
      '30 sent block-1',
      '31 answered block-1',
      '32 accepted stopblock-1',
      '34 sent stopblock-1',
      '35 answered stopblock-1',
    ]);
  });

  it('says that a prompt and its context are lost when Esc took the turn back, though they were sent', () => {
    expect(deliveriesOf(factsOfTranscript('rewound-by-esc'))).toEqual([
      '16 accepted typed-esc',
      '17 accepted ctx-esc',
      '19 sent typed-esc ctx-esc',
      '20 lost (rewound) typed-esc ctx-esc',
    ]);
  });

  it('keeps what stood before a turn that Esc took back', () => {
    expect(deliveriesOf(factsOfTranscript('rewound-first-prompt'))).toEqual([
      '1 received start-1',
      '2 accepted start-1',
      '14 sent start-1',
      '26 answered start-1',
      '50 received resume-1',
      '51 accepted resume-1',
      '54 sent resume-1',
      '55 answered resume-1',
    ]);
  });

  it('does not mistake parallel tools for a rewind', () => {
    expect(deliveriesOf(factsOfTranscript('parallel-tools'))).toEqual([
      '19 received par-1',
      '20 accepted par-1',
      '24 sent par-1',
      '25 answered par-1',
    ]);
  });

  it('notes a refused permission, which no hook tells', () => {
    expect(factsOfTranscript('permission-rejected').map(({ type }) => type)).toEqual([
      'usage',
      'interrupted',
    ]);
  });

  it('notes the ends of turns, compactions and every cost once', () => {
    const facts = factsOfTranscript('wake-and-typed-while-busy');
    expect(ofType(facts, 'usage').map(({ requestId }) => requestId)).toEqual([
      'req_mock_9',
      'req_mock_10',
      'req_mock_11',
      'req_mock_12',
    ]);
    expect(ofType(facts, 'usage')[0]).toMatchObject({
      model: 'claude-opus-5-5',
      tokens: { input: 3_090, output: 58, cacheRead: 0, cacheCreation: 0, cacheCreation1h: 0 },
    });
    expect(ofType(facts, 'turn-ended').map(({ durationMs }) => durationMs)).toEqual([4_835, 176]);
    expect(ofType(factsOfTranscript('withdrawn-blocked-compacted'), 'compacted')[0]?.trigger).toBe('manual');
  });
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
