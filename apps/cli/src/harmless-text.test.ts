import { describe, expect, it } from 'vitest';
import { harmless, harmlessJson } from './harmless-text.ts';

describe('harmless', () => {
  it.each([
    ['a text of several lines', 'one\n\ttwo ✔ 😀\n', 'one\n\ttwo ✔ 😀\n'],
    ['a colour', '\u001b[31mred\u001b[0m', '\u001b[31mred\u001b[0m'],
    ['a line end of another system', 'one\r\ntwo', 'one\ntwo'],
    ['a clipboard that would be filled', '\u001b]52;c;cm0=\u0007', '␛]52;c;cm0=␇'],
    ['a screen that would be cleared', '\u001b[H\u001b[2Jorc: all is well', '␛[H␛[2Jorc: all is well'],
    ['a line that would be written over', 'danger\rharmless', 'danger␍harmless'],
    ['a character that would be taken back', 'no\b\bok\u007f', 'no␈␈ok␡'],
    ['a sequence in one character', '\u009b2J', '\ufffd2J'],
  ])('shows %s', (_, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });
});

describe('harmlessJson', () => {
  it('means the same', () => {
    const value = { body: '\u001b]52;c;cm0=\u0007 \u009b2J \u007f ✔' };
    const json = harmlessJson(JSON.stringify(value));
    expect(json).not.toMatch(/[\u007f-\u009f\u0000-\u001f]/); // eslint-disable-line no-control-regex -- the subject
    expect(JSON.parse(json)).toEqual(value);
  });
});
