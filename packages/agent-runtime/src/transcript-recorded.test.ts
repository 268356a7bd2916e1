import { describe, expect, it } from 'vitest';
import { deliveriesOf, factsOfTranscript, ofType } from '../fixtures/read.ts';

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

  it('knows that a text was sent whose record the client wrote after the request', () => {
    expect(deliveriesOf(factsOfTranscript('request-written-first'))).toEqual([
      '1 accepted wake-1',
      '5 sent wake-1',
      '6 answered wake-1',
      '11 received post-1',
      '12 accepted post-1',
      '12 sent post-1',
      '13 answered post-1',
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
