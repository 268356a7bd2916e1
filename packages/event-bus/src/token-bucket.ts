export interface BucketPolicy {
  /** Tokens that come back, evenly: 10 a minute is one each 6 s. */
  readonly perMinute: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

/** Lets through a burst, and after that a steady rate. The caller brings the time, in ms since 1970. */
export interface TokenBucket {
  /** Takes a token; false when there is none. */
  take(now: number): boolean;
  /** When the next `take` will succeed: `now` or later. */
  readyAt(now: number): number;
}

const MINUTE_MS = 60_000;

/** A full bucket. A clock that is set back costs nothing and gives nothing. */
export function createTokenBucket({ perMinute, burst }: BucketPolicy): TokenBucket {
  const tokenMs = MINUTE_MS / perMinute;
  // Counted in time and not in tokens, so that no rounding adds up.
  let creditMs = burst * tokenMs;
  let lastAt = Number.NEGATIVE_INFINITY;
  const refill = (now: number): void => {
    if (now <= lastAt) return;
    creditMs = Math.min(burst * tokenMs, creditMs + (now - lastAt));
    lastAt = now;
  };
  return {
    take(now) {
      refill(now);
      if (creditMs < tokenMs) return false;
      creditMs -= tokenMs;
      return true;
    },
    readyAt(now) {
      refill(now);
      return Math.ceil(Math.max(now, lastAt) + Math.max(0, tokenMs - creditMs));
    },
  };
}
