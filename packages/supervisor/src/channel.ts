import { checkNumber } from './check-number.ts';
import type { ChannelPolicy } from './config.ts';

/** What is known of one way into a client. Times are in ms since 1970. */
export interface ChannelHistory {
  readonly proofs: number;
  /** Failures since the last proof. */
  readonly failuresInRow: number;
  readonly failedAt: number | null;
  /** `dropped`: the client took a text and did not use it. `silent`: nothing was heard of it. */
  readonly failure: 'dropped' | 'silent' | null;
}

export interface ChannelVerdict {
  /** `probing`: it was given up, and one text may try it again. */
  readonly verdict: 'untested' | 'works' | 'doubtful' | 'broken' | 'probing';
  readonly why: string;
}

/**
 * Judges a channel by what became of the texts that went through it. A text that the client dropped is
 * proof against it; silence may have other reasons, so one silence decides nothing. A broken channel is
 * tried again after a while that doubles each time it fails.
 *
 * @throws ORC_SUPERVISOR_BAD_INPUT
 */
export function judgeChannel(
  history: ChannelHistory | undefined,
  now: number,
  policy: ChannelPolicy,
): ChannelVerdict {
  checkNumber('now', now);
  if (history === undefined || (history.proofs === 0 && history.failuresInRow === 0))
    return { verdict: 'untested', why: 'no text has gone through it yet' };
  const { failuresInRow, failure, failedAt } = history;
  if (failuresInRow === 0 || failedAt === null) return { verdict: 'works', why: 'its last text arrived' };
  checkNumber('failedAt', failedAt);
  const isBroken = failure === 'dropped' || failuresInRow >= policy.silencesMax;
  const what =
    failure === 'dropped' ? 'the client dropped its last text' : 'nothing was heard of its last text';
  if (!isBroken) return { verdict: 'doubtful', why: what };
  const surplus = Math.max(0, failuresInRow - (failure === 'dropped' ? 1 : policy.silencesMax));
  const restMs = Math.min(policy.retryMs * 2 ** surplus, policy.retryMaxMs);
  // A failure from the future is a clock that was set back; it must not close the channel until then.
  const isRested = now - failedAt >= restMs || failedAt > now;
  return isRested
    ? { verdict: 'probing', why: `${what}; it is tried once more` }
    : { verdict: 'broken', why: `${what}; it is tried again later` };
}
