import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { describeError, isErrno, isOrcError, OrcError } from './index.ts';

const leaseLost = () =>
  new OrcError('ORC_QUEUE_LEASE_LOST', 'Message m1 is no longer leased.', { messageId: 'm1' });

/** What a second bundle of this package would throw: same shape, another class. */
class OtherCopy extends Error {
  readonly code = 'ORC_QUEUE_LEASE_LOST';
}

describe('OrcError', () => {
  it('is an Error that carries its code, its details and its cause', () => {
    const cause = new Error('the disk');
    const error = new OrcError('ORC_X_Y', 'It failed.', { path: 'a' }, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'OrcError', code: 'ORC_X_Y', message: 'It failed.', cause });
    expect(error.details.path).toBe('a');
  });
});

describe('isOrcError', () => {
  it('knows an error by its code', () => {
    expect(isOrcError(leaseLost())).toBe(true);
    expect(isOrcError(leaseLost(), 'ORC_QUEUE_LEASE_LOST')).toBe(true);
    expect(isOrcError(leaseLost(), 'ORC_QUEUE_FULL')).toBe(false);
  });

  it('knows an error of another loaded copy of this package', () => {
    expect(isOrcError(new OtherCopy('lost'), 'ORC_QUEUE_LEASE_LOST')).toBe(true);
  });

  it('does not mistake other errors for its own', () => {
    const missing = readMissingFile();
    expect(isOrcError(missing)).toBe(false);
    expect(isOrcError(Object.assign(new Error('x'), { code: 42 }))).toBe(false);
    expect(isOrcError(Object.assign(new Error('x'), { code: 'ERR_ORC_X' }))).toBe(false);
  });

  it.each([undefined, null, 'ORC_X_Y', 7, { code: 'ORC_X_Y' }])(
    'says no to %j, which is no error',
    (value) => {
      expect(isOrcError(value)).toBe(false);
    },
  );
});

describe('isErrno', () => {
  it('knows an error of the operating system by its code', () => {
    expect(isErrno(readMissingFile(), 'ENOENT')).toBe(true);
    expect(isErrno(readMissingFile(), 'EACCES')).toBe(false);
    expect(isErrno('ENOENT', 'ENOENT')).toBe(false);
  });
});

describe('describeError', () => {
  it('puts the code in front of the message', () => {
    expect(describeError(leaseLost())).toBe('ORC_QUEUE_LEASE_LOST: Message m1 is no longer leased.');
  });

  it('gives the message of any other error', () => {
    expect(describeError(new TypeError('not a function'))).toBe('not a function');
  });

  it('gives the message of an error that comes from another context', () => {
    expect(describeError(runInNewContext('new Error("far away")'))).toBe('Error: far away');
  });

  it('stays on one line', () => {
    expect(describeError(new Error('git failed:\r\n  fatal: no repository\n'))).toBe(
      'git failed: fatal: no repository ',
    );
  });

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    ['a string', 'a string'],
    [Symbol('s'), 'Symbol(s)'],
    [Object.create(null), 'an object that has no text'],
    [{ toString: () => ({}) }, 'an object that has no text'],
  ])('never throws, whatever was thrown (case %#)', (value, text) => {
    expect(describeError(value)).toBe(text);
  });
});

function readMissingFile(): unknown {
  try {
    return readFileSync('/no/such/file');
  } catch (error) {
    return error;
  }
}
