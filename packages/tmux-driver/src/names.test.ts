import { describe, expect, test } from 'vitest';
import { checkSessionName, checkWindowName, parsePaneId, parseSessionId, parseWindowId } from './names.ts';

const badName: unknown = expect.objectContaining({ code: 'ORC_TMUX_BAD_NAME' });
const badId: unknown = expect.objectContaining({ code: 'ORC_TMUX_BAD_ID' });

describe('a name', () => {
  test.each(['a', 'web-shop_2', 'x'.repeat(64), 'Orc-ctl', '-x'])('may be %s', (name) => {
    expect(checkSessionName(name)).toBe(name);
    expect(checkWindowName(name)).toBe(name);
  });

  test.each([
    '',
    'a.b',
    'a:b',
    'a b',
    'é',
    '#{pid}',
    '$1',
    'a\n',
    'x'.repeat(65),
    '=a',
    'a*',
    'orc-ctl',
    'orc-view-1',
    'orc-new-session',
  ])('may not be %j', (name) => {
    expect(() => checkSessionName(name)).toThrow(badName);
    expect(() => checkWindowName(name)).toThrow(badName);
  });

  test('of a window may not be a number, which would be read as an index', () => {
    expect(checkSessionName('42')).toBe('42');
    expect(() => checkWindowName('42')).toThrow(badName);
  });
});

describe('an id', () => {
  test('is of its kind', () => {
    expect([parseSessionId('$3'), parseWindowId('@5'), parsePaneId('%7')]).toEqual(['$3', '@5', '%7']);
  });

  test.each(['', '%', '7', '%7 ', '%7\n', '%-1', '$7x', 'proj', '=proj:'])('is never %j', (text) => {
    expect(() => parseSessionId(text)).toThrow(badId);
    expect(() => parseWindowId(text)).toThrow(badId);
    expect(() => parsePaneId(text)).toThrow(badId);
  });

  test('of one kind is not one of another', () => {
    expect(() => parsePaneId('@5')).toThrow(badId);
    expect(() => parseWindowId('$5')).toThrow(badId);
    expect(() => parseSessionId('%5')).toThrow(badId);
  });
});
