import { describe, expect, it } from 'vitest';
import { mergePlan } from './index.ts';

const known = [
  { id: 'shop.t-01-parser', title: 'Write the parser' },
  { id: 'shop.t-02-test', title: 'Test it' },
];

describe('mergePlan', () => {
  it('adds nothing when the titles are the same, whatever their ids are now', () => {
    const inputs = [
      { id: 't-01-lexer', title: '  write the  PARSER', role: 'developer' },
      { id: 't-02-test', title: 'Test it', role: 'tester' },
    ];
    expect(mergePlan('shop', known, inputs)).toEqual({ added: [], gone: [] });
  });

  it('gives a new task a free id, lets it wait for what is there, and names what is gone', () => {
    const inputs = [
      { id: 't-01-parser', title: 'Write the parser, second part', role: 'developer' },
      { id: 'shop.t-02-parser', title: 'Write the parser', role: 'developer' },
      { id: 't-03-print', title: 'Print it', role: 'developer', after: ['t-01-parser', 'shop.t-02-parser'] },
    ];
    expect(mergePlan('shop', known, inputs)).toEqual({
      added: [
        { id: 'shop.t-01-parser-2', title: 'Write the parser, second part', role: 'developer', after: [] },
        {
          id: 'shop.t-03-print',
          title: 'Print it',
          role: 'developer',
          after: ['shop.t-01-parser-2', 'shop.t-01-parser'],
        },
      ],
      gone: [{ id: 'shop.t-02-test', title: 'Test it' }],
    });
  });

  it('takes each task of the board for one of the plan only, and keeps ids short', () => {
    const long = `t-${'a'.repeat(53)}`;
    const twice = [1, 2].map(() => ({ id: long, title: 'Same', role: 'developer' }));
    const { added } = mergePlan('shop', [{ id: `shop.${long}`, title: 'Same' }], twice);
    expect(added).toHaveLength(1);
    expect(added[0]?.id.length).toBeLessThanOrEqual(60);
    expect(added[0]?.id).not.toBe(`shop.${long}`);
  });
});
