import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, cutWords, fitText, joinBlocks, lineText, listText, nameText, plainText } from './text.ts';

const room = { itemsMax: 2, textCharactersMax: 20, lineCharactersMax: 12 };

describe('cutting', () => {
  it.each([
    ['one two three', 13, 'one two three'],
    ['one two three', 12, 'one two…'],
    ['one two three', 8, 'one two…'],
    ['one two three', 7, 'one…'],
    ['one', 2, '…'],
    ['/a/very/long/path', 10, '…'],
  ])('%j to %d is %j', (text, max, cut) => {
    expect(cutWords(text, max)).toBe(cut);
  });

  it('keeps whole words only, and never more than asked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 30 }),
        fc.integer({ min: 1, max: 200 }),
        (words, max) => {
          const cut = cutWords(words.join(' '), max);
          expect(cut.length).toBeLessThanOrEqual(max);
          const kept = cut.replace(/…$/, '').split(' ').filter(Boolean);
          expect(kept).toEqual(words.slice(0, kept.length));
        },
      ),
    );
  });
});

describe('text of others', () => {
  it('shows control characters, drops halves of characters and defuses what looks like a message', () => {
    expect(plainText('a\u0000b\u007Fc\u0085d\r\ne\tf\uD800 [ORC:1] [orc:2]')).toBe(
      'a␀b␡c␡d\ne\tf (ORC:1] (orc:2]',
    );
    expect(plainText('[\uD800orc:1]')).toBe('(orc:1]');
  });

  it('goes on one line where it is a line', () => {
    expect(lineText(' a\n\n b ', 99)).toBe('a b');
  });

  it('that is a name is whole or absent', () => {
    expect(nameText('x'.repeat(120))).toBe('x'.repeat(120));
    expect(nameText('x'.repeat(121))).toBe('(a name that is too long to show)');
  });
});

describe('lists and blocks', () => {
  it('count what they leave out', () => {
    expect(listText(['a', '', 'b', 'c', 'd'], room)).toEqual(['- a', '- b', '- … and 2 more']);
    expect(listText(['words that go on'], room)).toEqual(['- words that…']);
  });

  it('without lines are nothing', () => {
    expect(block('HEAD', [null, undefined, false, ''])).toBe('');
    expect(joinBlocks(['', block('HEAD', ['x']), ''])).toBe('HEAD\nx');
  });
});

describe('fitting', () => {
  it('takes the fullest version that fits', () => {
    expect(fitText(100, ({ itemsMax }) => 'x'.repeat(itemsMax))).toHaveLength(40);
    expect(fitText(10, ({ itemsMax }) => 'x'.repeat(itemsMax))).toHaveLength(8);
  });

  it('cuts at last when even the shortest is too long', () => {
    expect(fitText(10, () => 'some words too many')).toBe('some…');
  });
});
