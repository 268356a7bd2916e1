import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OrcError } from './orc-error.ts';
import { systemReason } from './system-reason.ts';

it('gives the reason of an error of the operating system', () => {
  try {
    readFileSync('/');
    expect.unreachable();
  } catch (error) {
    expect(systemReason(error)).toBe('illegal operation on a directory');
  }
});

it.each([
  [new Error('broken')],
  [new OrcError('ORC_QUEUE_FULL', 'refused', {})],
  [Object.assign(new Error('odd'), { errno: 1_000_000 })],
  [{ errno: -2 }],
  [undefined],
])('knows none for %o', (error) => {
  expect(systemReason(error)).toBeUndefined();
});
