import { describe, expect, it } from 'vitest';
import { composeStandup, readAnswer } from './index.ts';

const status =
  'STATUS [shop/developer] [now]\nCompleted:\n- parser, commit 1a2b3c4\n- lexer\nCurrent: printer\nBlocked: the key is missing\nETA: noon';

describe('a standup', () => {
  it('reads the form of a status, and takes free words for what somebody is at', () => {
    expect(readAnswer({ agent: 'shop/developer', text: status })).toEqual({
      agent: 'shop/developer',
      hasAnswered: true,
      completed: ['parser, commit 1a2b3c4', 'lexer'],
      current: 'printer',
      blocked: 'the key is missing',
    });
    expect(readAnswer({ agent: 'a/b', text: 'Still at the printer' })).toMatchObject({
      current: 'Still at the printer',
      blocked: null,
    });
    expect(
      readAnswer({ agent: 'a/b', text: 'Completed:\n- nothing\nCurrent: waiting\nBlocked: no' }),
    ).toMatchObject({
      completed: [],
      blocked: null,
    });
  });

  it('puts blockers first and names who has not answered', () => {
    const text = composeStandup([
      { agent: 'shop/developer', text: status, answeredAt: 1 },
      { agent: 'shop/tester', text: null, answeredAt: null },
    ]);
    expect(text).toBe(
      [
        'STANDUP: 1 of 2 have answered',
        'Blocked:',
        '- shop/developer: the key is missing',
        'Completed:',
        '- shop/developer: parser, commit 1a2b3c4',
        '- shop/developer: lexer',
        'Current:',
        '- shop/developer: printer',
        'No answer:',
        '- shop/tester',
      ].join('\n'),
    );
  });
});
