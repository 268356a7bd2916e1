import { checkNumber } from './check-number.ts';
import type { RestartPolicy } from './config.ts';

/** How an agent's program ended. */
export interface Exit {
  readonly status: number | null;
  readonly signal: string | null;
  /** What it ended of, in words that are the same when it happens again: `exit status 1`. */
  readonly cause: string;
  /** Somebody asked for it. */
  readonly wasRequested?: boolean;
  /** The account's usage is used up, so that a new start would end as well. */
  readonly isLimited?: boolean;
}

/** A restart that was decided on. Kept by the caller, over restarts of its own. */
export interface RestartRecord {
  /** When the program was or will be started again: `at` of the decision. */
  readonly at: number;
  /** `cause` of the exit that led to it. */
  readonly cause: string;
  /**
   * What became of it: `worked` once the agent got as far as a turn of its model, `crashed` when it ended
   * before. Without one it counts as a restart that has not led to anything yet.
   */
  readonly outcome?: 'worked' | 'crashed' | null;
}

export interface RestartInput {
  /** Restarts of this agent, at least those of the last window, in any order. */
  readonly history: readonly RestartRecord[];
  readonly exit: Exit;
  /** The time of the exit, in ms since 1970. */
  readonly now: number;
  readonly policy: RestartPolicy;
  /** From 0 to 1; decides the jitter. */
  readonly randomness: number;
}

export type RestartDecision =
  | {
      readonly action: 'restart';
      /** Start it then; keep this with the exit's cause as a `RestartRecord`. */
      readonly at: number;
      /** 1 for the first restart within the window. */
      readonly attempt: number;
      readonly why: string;
    }
  /** Leave it ended until a person decides, and tell them once. */
  | { readonly action: 'block'; readonly because: 'too-many' | 'futile'; readonly why: string }
  /** Nothing is wrong; whoever stopped or parked it starts it again. */
  | { readonly action: 'none'; readonly why: string };

// Sent from outside, by a person or by a system short of memory: such an end says nothing about whether
// the program can run. The window still counts these restarts.
const OUTSIDE_SIGNALS = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);

/**
 * Decides what happens after an agent's program has ended. Pure: the same input gives the same decision.
 * When every decision to restart is kept in the history, no window ever holds more than `restartsMax`.
 *
 * @throws ORC_SUPERVISOR_BAD_INPUT
 */
export function decideRestart(input: RestartInput): RestartDecision {
  checkInput(input);
  const { exit, now, policy, randomness } = input;
  if (exit.wasRequested === true) return { action: 'none', why: 'the stop was asked for' };
  if (exit.isLimited === true)
    return { action: 'none', why: 'its usage limit is reached; it starts again after the reset' };
  // Counted back from now and not from the later start: what is on the edge of the window still counts.
  // A record from the future is a clock that was set back, and counts as well.
  const recent = input.history
    .filter(({ at }) => at >= now - policy.windowMs)
    .sort((one, other) => one.at - other.at);
  const window = describeDuration(policy.windowMs);
  if (recent.length >= policy.restartsMax) {
    const why = `${exit.cause}; it was restarted ${times(recent.length)} within ${window}, and more is not allowed`;
    return { action: 'block', because: 'too-many', why };
  }
  const futile = countFutile(recent, exit);
  if (futile >= policy.futileMax) {
    const why = `${exit.cause}; ${times(futile)} in a row a restart led to that and to no work`;
    return { action: 'block', because: 'futile', why };
  }
  const attempt = recent.length + 1;
  const at = now + delayOf(attempt, policy, randomness);
  const why = `${exit.cause}; restart ${attempt} of at most ${policy.restartsMax} within ${window}`;
  return { action: 'restart', at, attempt, why };
}

/** The delays of two attempts never overlap, so that a later one is never shorter, whatever the jitter. */
function delayOf(attempt: number, policy: RestartPolicy, randomness: number): number {
  const { firstDelayMaxMs, delayMaxMs, jitterRatio } = policy;
  const delay =
    attempt === 1
      ? firstDelayMaxMs * randomness
      : shortestDelay(attempt, policy) * (1 + jitterRatio * randomness);
  return Math.round(Math.min(delay, delayMaxMs));
}

function shortestDelay(attempt: number, policy: RestartPolicy): number {
  if (attempt === 1) return 0;
  const second = Math.max(policy.delayMs, policy.firstDelayMaxMs);
  return Math.min(second * 2 ** (attempt - 2), policy.delayMaxMs);
}

/** Restarts up to this exit, in a row, after which the agent ended of the same cause before it had worked. */
function countFutile(recent: readonly RestartRecord[], exit: Exit): number {
  if (exit.signal !== null && OUTSIDE_SIGNALS.has(exit.signal)) return 0;
  const last = recent.findLastIndex(({ cause, outcome }) => cause !== exit.cause || outcome === 'worked');
  return recent.length - 1 - last;
}

function checkInput({ history, now, randomness }: RestartInput): void {
  checkNumber('now', now);
  checkNumber('randomness', randomness, 1);
  for (const { at } of history) checkNumber('a restart record', at);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function describeDuration(ms: number): string {
  if (ms % 3_600_000 === 0) return ms === 3_600_000 ? 'an hour' : `${ms / 3_600_000} hours`;
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${ms / 1000} s`;
}
