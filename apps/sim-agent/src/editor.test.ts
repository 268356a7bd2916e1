import { expect, test } from 'vitest';
import { createEditor } from './editor.ts';

const makeEditor = () => createEditor({ newPasteId: () => 'p1' });
const lines = (count: number) =>
  Array.from({ length: count }, (_item, index) => `line ${index + 1}`).join('\n');

test('takes up to three pasted lines as they are', () => {
  const editor = makeEditor();
  editor.paste(lines(3));
  expect(editor.content).toEqual({ shown: lines(3), text: lines(3) });
});

test('shows four pasted lines as one placeholder and gives the model the marked whole', () => {
  const editor = makeEditor();
  editor.insert('prefix: ');
  editor.paste(lines(4));
  expect(editor.content).toEqual({
    shown: 'prefix: [Pasted text #1 +3 lines]',
    text: `prefix: \n\n<pasted_content id="p1">\n${lines(4)}\n</pasted_content id="p1">\n`,
  });
  expect(editor.hasPlaceholder).toBe(true);
});

test('does the same from a thousand characters on, and never for what is typed', () => {
  const editor = makeEditor();
  editor.paste('x'.repeat(999));
  editor.insert('y'.repeat(3_000));
  expect(editor.hasPlaceholder).toBe(false);
  editor.paste('x'.repeat(1_000));
  expect(editor.content.shown).toMatch(/\[Pasted text #1\]$/);
});

test('clears one visible row at a time', () => {
  const editor = makeEditor();
  editor.insert(`${'a'.repeat(25)}\nlast`);
  expect(editor.rows(10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5), 'last']);
  editor.clearRow(10);
  expect(editor.rows(10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5), '']);
  editor.clearRow(10);
  editor.clearRow(10);
  expect(editor.rows(10)).toEqual(['a'.repeat(10), 'a'.repeat(10)]);
  for (let press = 0; press < 5; press += 1) editor.clearRow(10);
  expect(editor.isEmpty).toBe(true);
});

test('takes a placeholder out with one backspace', () => {
  const editor = makeEditor();
  editor.insert('a');
  editor.paste(lines(9));
  editor.backspace();
  expect(editor.content.shown).toBe('a');
});
