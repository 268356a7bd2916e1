import { describe, expect, it } from 'vitest';
import { displayPath, joinPaths, unquotePath } from './path-bytes.ts';

describe('unquotePath', () => {
  it.each([
    ['plain name.txt', 'plain name.txt'],
    [String.raw`"a\nb\tc\"d\\e"`, 'a\nb\tc"d\\e'],
    [String.raw`"\303\274.txt"`, 'ü.txt'],
    [String.raw`"\a\b\v\f\r"`, '\x07\b\v\f\r'],
    [String.raw`"\\303"`, '\\303'],
  ])('reads %s', (quoted, path) => {
    expect(displayPath(unquotePath(quoted))).toBe(path);
  });

  it('keeps bytes that are no UTF-8', () => {
    expect(joinPaths([unquotePath(String.raw`"\377\376"`), unquotePath('a')])).toEqual(
      Buffer.from([0xff, 0xfe, 0, 0x61, 0]),
    );
  });
});
