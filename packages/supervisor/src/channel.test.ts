import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChannelPolicy, judgeChannel, type ChannelHistory } from './index.ts';

const NOW = Date.UTC(2030, 0, 2, 12);
const policy = ChannelPolicy.parse({});
const history = (changes: Partial<ChannelHistory> = {}): ChannelHistory => ({
  proofs: 1,
  failuresInRow: 0,
  failedAt: null,
  failure: null,
  ...changes,
});
const verdictOf = (changes: Partial<ChannelHistory>, now = NOW) =>
  judgeChannel(history(changes), now, policy).verdict;

it('may use a channel of which nothing bad is known', () => {
  expect(judgeChannel(undefined, NOW, policy).verdict).toBe('untested');
  expect(verdictOf({ proofs: 0 })).toBe('untested');
  expect(verdictOf({})).toBe('works');
});

it('takes one silence for a doubt, and two for a broken channel', () => {
  expect(verdictOf({ failuresInRow: 1, failure: 'silent', failedAt: NOW })).toBe('doubtful');
  expect(verdictOf({ failuresInRow: 2, failure: 'silent', failedAt: NOW })).toBe('broken');
});

it('gives a channel up at once that dropped a text', () => {
  expect(verdictOf({ failuresInRow: 1, failure: 'dropped', failedAt: NOW })).toBe('broken');
});

it('is mended by a proof, whatever was before', () => {
  expect(verdictOf({ failuresInRow: 0, failure: 'dropped', failedAt: NOW })).toBe('works');
});

it('tries a broken channel again after a while that doubles, and never waits longer than it may', () => {
  const broken = { failuresInRow: 2, failure: 'silent', failedAt: NOW } as const;
  expect(verdictOf(broken, NOW + policy.retryMs - 1)).toBe('broken');
  expect(verdictOf(broken, NOW + policy.retryMs)).toBe('probing');
  expect(verdictOf({ ...broken, failuresInRow: 3 }, NOW + policy.retryMs)).toBe('broken');
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.constantFrom('dropped', 'silent'),
      (count, failure) => {
        const failed = { failuresInRow: count, failure, failedAt: NOW };
        expect(verdictOf(failed, NOW + policy.retryMaxMs)).toMatch(/probing|doubtful/);
      },
    ),
  );
});

it('is not closed for longer by a clock that was set back', () => {
  expect(verdictOf({ failuresInRow: 2, failure: 'silent', failedAt: NOW + 3_600_000 })).toBe('probing');
});

it('refuses a time that is none', () => {
  expect(() => judgeChannel(undefined, NaN, policy)).toThrow(
    expect.objectContaining({ code: 'ORC_SUPERVISOR_BAD_INPUT' }),
  );
});
