import { describe, expect, it } from 'vitest';
import { decideFailureCourse, FailurePolicy } from './index.ts';

const NOW = Date.UTC(2030, 0, 1);
const policy = FailurePolicy.parse({});
const decide = (error: string, failuresBefore = 0) =>
  decideFailureCourse({ error, failuresBefore, now: NOW, policy });

describe('decideFailureCourse', () => {
  it('leaves a usage limit to whoever watches over the account', () => {
    expect(decide('rate_limit')).toEqual({ course: 'limit' });
  });

  it.each(['server_error', 'overloaded', 'max_output_tokens', 'unknown', 'constructor', 'new_in_2030'])(
    'lets an agent go on by itself after %s, later each time',
    (error) => {
      expect(decide(error)).toEqual({ course: 'retry', retryAt: NOW + 30_000, mustTell: false });
      expect(decide(error, 3)).toMatchObject({ retryAt: NOW + 240_000 });
      expect(decide(error, 60)).toMatchObject({ retryAt: NOW + 900_000 });
    },
  );

  it('says so once, when the first attempt to go on has failed as well', () => {
    const told = [0, 1, 2, 3].map((failures) => decide('server_error', failures));
    expect(told.map((course) => 'mustTell' in course && course.mustTell)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it.each([
    'authentication_failed',
    'oauth_org_not_allowed',
    'billing_error',
    'invalid_request',
    'model_not_found',
  ])('asks for a person at once after %s, says what to do, and looks again now and then', (error) => {
    expect(decide(error)).toMatchObject({ course: 'person', retryAt: NOW + 300_000, mustTell: true });
    expect(decide(error)).toHaveProperty('remedy');
    expect(decide(error, 1)).toMatchObject({ retryAt: NOW + 600_000, mustTell: false });
    expect(decide(error, 10)).toMatchObject({ retryAt: NOW + 3_600_000 });
  });

  it('refuses a time that is none', () => {
    expect(() => decideFailureCourse({ error: 'x', failuresBefore: 0, now: Number.NaN, policy })).toThrow(
      expect.objectContaining({ code: 'ORC_SUPERVISOR_BAD_INPUT' }) as Error,
    );
  });
});
