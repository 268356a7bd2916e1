import { describe, expect, test } from 'vitest';
import { createRandom, makeHostileText } from '../test/random.ts';
import { filterPasteText } from './paste-text.ts';

describe('text for a paste', () => {
  test('keeps tabs, line feeds and all of Unicode that is no control character', () => {
    const text = 'a\tb\nç 漢字 👩‍👩‍👧 a\u0301 \u2028 $(id) #{pane_id} ;';
    expect(filterPasteText(text)).toBe(text);
  });

  test('has one line end', () => {
    expect(filterPasteText('a\r\nb\rc\n\r\nd')).toBe('a\nb\nc\n\nd');
  });

  test('cannot hold the end marker of a bracketed paste, in either encoding', () => {
    expect(filterPasteText('a\x1b[201~b')).toBe('a[201~b');
    expect(filterPasteText('a\u009b201~b')).toBe('a201~b');
    expect(filterPasteText('a\x1b\x1b[201~\x1b[201~b')).toBe('a[201~[201~b');
  });

  test('holds no control character whatever it was made of', () => {
    const random = createRandom(3);
    for (let round = 0; round < 1_000; round += 1) {
      const control = String.fromCharCode(1 + random(31), 127 + random(33));
      const filtered = filterPasteText(`x${control}${makeHostileText(random)}`);
      // eslint-disable-next-line no-control-regex -- control characters are the subject
      expect(filtered).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
    }
  });

  test.each([
    ['a NUL', 'a\0b'],
    ['half a character', 'a\udc00'],
    ['nothing', ''],
    ['nothing but control characters', '\x1b\x07'],
  ])('is refused with %s', (_, text) => {
    expect(() => filterPasteText(text)).toThrow(expect.objectContaining({ code: 'ORC_TMUX_BAD_TEXT' }));
  });
});
