import { expect, test } from 'vitest';
import { createInputDecoder, type Key } from './input-decoder.ts';

const decode = (...pieces: (string | Buffer)[]): Key[] => {
  const decoder = createInputDecoder();
  return pieces.flatMap((piece) => decoder.push(Buffer.from(piece as string)));
};

test('tells Enter from a line break that is typed', () => {
  expect(decode('a\rb\nc')).toEqual([
    { kind: 'text', text: 'a' },
    { kind: 'enter' },
    { kind: 'text', text: 'b' },
    { kind: 'newline' },
    { kind: 'text', text: 'c' },
  ]);
});

test('keeps a bracketed paste together and submits only with the Enter after it', () => {
  expect(decode('\u001b[200~one\r\ntwo\rthree\u001b[201~\r')).toEqual([
    { kind: 'paste', text: 'one\ntwo\nthree' },
    { kind: 'enter' },
  ]);
});

test('turns the tabs of a paste into four spaces and keeps everything else', () => {
  expect(decode('\u001b[200~a\tb $HOME `x` 漢 😀 \u001b[31m\u001b[201~')).toEqual([
    { kind: 'paste', text: 'a    b $HOME `x` 漢 😀 \u001b[31m' },
  ]);
});

test('gives the same keys wherever the bytes are cut', () => {
  const bytes = Buffer.from('é漢😀\u001b[A\u001b[200~x\ny\u001b[201~\u0015\u0003\u001b[Z\r');
  const merge = (keys: Key[]) =>
    keys.map((key) => (key.kind === 'text' || key.kind === 'paste' ? key.text : `<${key.kind}>`)).join('');
  const whole = merge(createInputDecoder().push(bytes));
  for (let at = 1; at < bytes.length; at += 1) {
    const decoder = createInputDecoder();
    expect(merge([...decoder.push(bytes.subarray(0, at)), ...decoder.push(bytes.subarray(at))])).toBe(whole);
  }
  expect(whole).toBe('é漢😀<up>x\ny<clearRow><interrupt><shiftTab><enter>');
});

test('waits with an Esc until it is clear that nothing follows', () => {
  const decoder = createInputDecoder();
  expect(decoder.push(Buffer.from('\u001b'))).toEqual([]);
  expect(decoder.isPending).toBe(true);
  expect(decoder.flush()).toEqual([{ kind: 'escape' }]);
  expect(decoder.isPending).toBe(false);
  expect(decoder.push(Buffer.from('a'))).toEqual([{ kind: 'text', text: 'a' }]);
});

test('reads Alt-Enter as a line break and leaves other Alt keys and unknown sequences out', () => {
  expect(decode('\u001b\r\u001bx\u001b[1;5Dz')).toEqual([{ kind: 'newline' }, { kind: 'text', text: 'z' }]);
});
