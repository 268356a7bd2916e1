import { describe, expect, test } from 'vitest';
import { isAtLeast, parseVersion } from './version.ts';

describe('the version', () => {
  test.each([
    ['tmux 3.3a', 3, 3],
    ['3.2', 3, 2],
    ['tmux 3.10', 3, 10],
    ['tmux next-3.7', 3, 7],
    ['tmux master', 99, 0],
    ['tmux openbsd-7.5', 99, 0],
  ])('%s is read', (words, major, minor) => {
    expect(parseVersion(words)).toMatchObject({ major, minor });
  });

  test.each(['tmux 3.1c', 'tmux 2.9', 'tmux 1.8'])('%s is too old', (words) => {
    expect(() => parseVersion(words)).toThrow(expect.objectContaining({ code: 'ORC_TMUX_TOO_OLD' }));
  });

  test('is compared by number', () => {
    const version = parseVersion('tmux 3.10');
    expect(isAtLeast(version, 3, 7)).toBe(true);
    expect(isAtLeast(version, 3, 11)).toBe(false);
    expect(isAtLeast(version, 4, 0)).toBe(false);
  });
});
