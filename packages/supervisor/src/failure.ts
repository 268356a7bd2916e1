import type { FailurePolicy } from './care-config.ts';
import { checkNumber } from './check-number.ts';

export interface FailureInput {
  /** What the client calls it: `server_error`, `authentication_failed`, `rate_limit` … */
  readonly error: string;
  /** Failures in a row before this one, since the model last answered. */
  readonly failuresBefore: number;
  readonly now: number;
  readonly policy: FailurePolicy;
}

/** How an agent goes on whose turn ended in an error. */
export type FailureCourse =
  /** The account's usage; whoever watches over it decides. */
  | { readonly course: 'limit' }
  /** It passes by itself: the agent is asked to go on at `retryAt`. */
  | Attempt<'retry'>
  /** Somebody has to repair something; at `retryAt` it is tried whether they have. */
  | (Attempt<'person'> & {
      /** What to do, in words for the person at the keyboard. */
      readonly remedy: string;
    });

interface Attempt<Course extends string> {
  readonly course: Course;
  readonly retryAt: number;
  /** True for exactly one failure in a row of them. */
  readonly mustTell: boolean;
}

/** Errors that no waiting repairs, and what does. */
const remedies: Readonly<Record<string, string>> = {
  authentication_failed: 'log in again: open its window and enter /login, or correct the API key',
  oauth_org_not_allowed: 'log in with an account that this organisation allows',
  billing_error: 'add credit to the account, or correct its payment',
  invalid_request:
    'look at its window: what it sends is refused, often because it is too long; /compact or /clear helps then',
  model_not_found: 'choose a model that the account has: the key agents.model of the configuration',
};

/**
 * Decides what follows from a failed turn. Pure. An error that passes by itself is worth a word only when
 * the first attempt to go on has failed as well; one that somebody must repair is told at once.
 *
 * @throws ORC_SUPERVISOR_BAD_INPUT
 */
export function decideFailureCourse({ error, failuresBefore, now, policy }: FailureInput): FailureCourse {
  checkNumber('now', now);
  checkNumber('failuresBefore', failuresBefore);
  if (error === 'rate_limit') return { course: 'limit' };
  const remedy = Object.hasOwn(remedies, error) ? remedies[error] : undefined;
  const [first, longest] =
    remedy === undefined ? [policy.retryMs, policy.retryMaxMs] : [policy.probeMs, policy.probeMaxMs];
  const retryAt = now + Math.min(first * 2 ** failuresBefore, Math.max(first, longest));
  return remedy === undefined
    ? { course: 'retry', retryAt, mustTell: failuresBefore === 1 }
    : { course: 'person', retryAt, mustTell: failuresBefore === 0, remedy };
}
