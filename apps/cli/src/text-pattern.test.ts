import { describe, expect, it } from 'vitest';
import { compilePattern } from './text-pattern.ts';

describe('a pattern', () => {
  it.each([
    [String.raw`HIGH PRIORITY\|CRITICAL`, '🚨 CRITICAL PM crash', true],
    ['HIGH PRIORITY|CRITICAL', 'all is well\nTags: [critical]', false],
    ['recovery', 'x\nTags: [recovery, status]', true],
    ['^x$', 'a\nx', true],
  ])('%s against %j is %s', (pattern, text, expected) => {
    expect(compilePattern(pattern)(text)).toBe(expected);
  });

  it('that is none is wrong usage', () => {
    expect(() => compilePattern('(')).toThrow(expect.objectContaining({ code: 'ORC_CLI_USAGE' }) as Error);
  });
});
