import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLike } from './like.ts';
import { readText } from './text-facts.ts';
import { findPhrase, hasOnlyWords, wordsOf } from './words.ts';

describe('words of a text', () => {
  it('are whole words, without code, quotes and signs', () => {
    expect(wordsOf('Isn’t it "re-run"? 🎉\n> quoted thanks\n```sh\nskip tests\n```\n`thanks` 3×')).toEqual([
      ...["isn't", 'it', 're', 'run', '3'],
    ]);
  });

  it.each(['Incomplete', 'unblocked', 'abandoned', 'tissue', 'this, think, nothing', 'thanksgiving'])(
    'are not found inside of others: %s',
    (text) => {
      const phrases = ['complete', 'blocked', 'abandon', 'issue', 'hi', 'thanks'];
      expect(findPhrase(text, phrases)).toBeUndefined();
      expect(hasOnlyWords(text, phrases)).toBe(false);
    },
  );

  it.each([
    ['I skipped the tests', true],
    ['I SKIPPED   the\ntests!', true],
    ['I never skipped the tests', false],
    ['we did not, as far as I see, lose work: skipped the tests', true],
    ["I haven't skipped the tests", false],
    ['without having skipped the tests', false],
  ])('make a phrase unless it is negated: %s', (text, isFound) => {
    expect(findPhrase(text, ['skipped the tests'])).toBe(isFound ? 'skipped the tests' : undefined);
  });

  it('are never only of a list when there are none', () => {
    expect(hasOnlyWords('🎉 !!!', ['thanks'])).toBe(false);
  });

  it('of any text are found, and only what stands there', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const lower = text.normalize('NFKC').toLowerCase().replaceAll('’', "'");
        for (const word of wordsOf(text)) expect(lower).toContain(word);
      }),
    );
  });

  it.each(['`', '```', '>', "'", '\n', ' ', 'a\n>', '```\n', 'x '])(
    'of a megabyte of %j are found at once',
    (unit) => {
      const text = unit.repeat(1_000_000 / unit.length);
      expect(wordsOf(text).length).toBeLessThan(66_000);
      expect(readText(text).headings).toBe(0);
    },
  );
});

describe('isLike', () => {
  it.each([
    ['integration/daily-20300102-0304', 'integration/daily-????????-????', true],
    ['integration/daily-2030', 'integration/daily-????????-????', false],
    ['feature/a/b', 'feature/*', true],
    ['features', 'feature', false],
    ['a.b', 'a?b', true],
    ['', '*', true],
    ['', '?', false],
    ['a*b', 'a*b', true],
  ])('says of %j and %j: %s', (text, pattern, expected) => {
    expect(isLike(text, pattern)).toBe(expected);
  });

  it('takes any text apart from its stars', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 5 }), (parts) => {
        const plain = parts.map((part) => part.replaceAll(/[*?]/g, ''));
        expect(isLike(plain.join('xyz'), plain.join('*'))).toBe(true);
      }),
    );
  });

  it('ends for a pattern that is all stars', () => {
    expect(isLike('a'.repeat(2_000), `${'*a'.repeat(200)}b`)).toBe(false);
  });
});
