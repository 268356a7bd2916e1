import { expect, test } from 'vitest';
import { parseKey } from './keys.ts';

test.each(['Enter', 'Escape', 'C-a', 'C-j', 'C-z', 'M-Enter', 'Up'])('%s may be pressed', (key) => {
  expect(parseKey(key)).toBe(key);
});

test.each(['', 'enter', 'S-Enter', 'C-Enter', 'C-;', 'C-A', 'NoSuchKey', 'a', 'Enter ', '-X', 'F1'])(
  '%j may not be pressed: tmux would type it, or worse',
  (key) => {
    expect(() => parseKey(key)).toThrow(expect.objectContaining({ code: 'ORC_TMUX_BAD_KEY' }));
  },
);
