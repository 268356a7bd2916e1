import { expect, test } from 'vitest';
import { findMatchedValue, isMatch } from './hook-events.ts';

test('runs every hook without a matcher, with an empty one and with a star', () => {
  for (const matcher of [undefined, '', '*']) expect(isMatch(matcher, 'Bash')).toBe(true);
});

test('takes plain words as exact names', () => {
  expect(isMatch('Bash', 'Bash')).toBe(true);
  expect(isMatch('Bash', 'BashOutput')).toBe(false);
  expect(isMatch('Write|Edit', 'Edit')).toBe(true);
  expect(isMatch('Write, Edit', 'Edit')).toBe(true);
});

test('takes anything else as an unanchored regular expression', () => {
  expect(isMatch('^Ba.h', 'BashOutput')).toBe(true);
  expect(isMatch('mcp__.*', 'mcp__orc__send')).toBe(true);
  expect(isMatch('Ba(', 'Ba(')).toBe(false);
});

test('holds a Notification against its type and not its message', () => {
  const fields = { message: 'Claude is waiting for your input', notification_type: 'idle_prompt' };
  expect(findMatchedValue('Notification', fields)).toBe('idle_prompt');
});

test('ignores the matcher of an event that has nothing to match', () => {
  expect(findMatchedValue('Stop', {})).toBeUndefined();
  expect(isMatch('Bash', undefined)).toBe(true);
});
