import { expect, test } from 'vitest';
import { cut, makeVisible, widthOf, wrap } from './text-width.ts';

test('counts wide characters twice and combining ones not at all', () => {
  expect(widthOf('abc')).toBe(3);
  expect(widthOf('漢字😀')).toBe(6);
  expect(widthOf('e\u0301')).toBe(1);
  expect(widthOf('❯ ⎿ ─ ✻')).toBe(7);
});

test('wraps at spaces, and inside a word that is too long', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrap('x'.repeat(10), 4)).toEqual(['xxxx', 'xxxx', 'xx']);
  expect(wrap('a\n\nb', 8)).toEqual(['a', '', 'b']);
  for (const row of wrap('漢'.repeat(9), 5)) expect(widthOf(row)).toBeLessThanOrEqual(5);
});

test('cuts to a width without splitting a wide character', () => {
  expect(cut('漢字', 3)).toBe('漢');
  expect(cut('abc', 9)).toBe('abc');
});

test('takes everything out that could drive a terminal', () => {
  expect(makeVisible('a\u001b[31mred\u001b[0m\u001b]0;title\u0007\u009b1m\tb\nc\u0000')).toBe(
    'ared]0;title1m    b\nc',
  );
});
