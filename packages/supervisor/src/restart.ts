import type { RestartPolicy } from './policy.ts';

/** How a program ended. `cause` is what two ends are compared by, such as `signal 9` or `exit code 1`. */
export interface Exit {
  readonly status: number | null;
  readonly signal: string | number | null;
  readonly cause: string;
}

/** One restart that was decided; the caller keeps them across its own restarts. */
export interface RestartRecord {
  /** When the decision fell, in ms since 1970. */
  readonly at: number;
  /** The cause of the end that it answered. */
  readonly cause: string;
}

export interface RestartInput {
  /** In any order; only those within the policy's window count. */
  readonly history: readonly RestartRecord[];
  readonly exit: Exit;
  readonly now: number;
  readonly policy: RestartPolicy;
  /** 0 up to, but not including, 1. */
  readonly randomness: number;
}

export type Decision =
  | { readonly action: 'restart'; readonly at: number; readonly attempt: number; readonly why: string }
  | { readonly action: 'block'; readonly why: string };

/**
 * Decides about an agent that ended although it should run. Pure: the same input gives the same answer.
 *
 * The first restart of a window comes at once, later ones wait twice as long each time. Two things end the
 * trying: too many restarts in the window, or restarts that lead to the same end at once, which only cost.
 */
export function decideRestart({ history, exit, now, policy, randomness }: RestartInput): Decision {
  const recent = history.filter(({ at }) => at > now - policy.windowMs).sort((a, b) => a.at - b.at);
  const minutes = Math.round(policy.windowMs / 60_000);
  if (recent.length >= policy.restartsMax)
    return {
      action: 'block',
      why: `it ended ${recent.length + 1} times within ${minutes} min, last with ${exit.cause}`,
    };
  const futile = countFutile(recent, exit, now, policy);
  if (futile >= policy.futileMax)
    return { action: 'block', why: `${futile} restarts led to the same end at once: ${exit.cause}` };
  const attempt = recent.length + 1;
  const waitMs = attempt === 1 ? policy.firstDelayMs : backoff(attempt, policy, randomness);
  return {
    action: 'restart',
    at: now + waitMs,
    attempt,
    why: `restart ${attempt} of ${policy.restartsMax} after ${exit.cause}`,
  };
}

function backoff(
  attempt: number,
  { backoffMs, backoffMaxMs, jitter }: RestartPolicy,
  randomness: number,
): number {
  const base = backoffMs * 2 ** (attempt - 2);
  return Math.round(Math.min(backoffMaxMs, base * (1 + jitter * randomness)));
}

/** Counts back from now: a restart was futile if the program met the same end again within `futileMs` of it. */
function countFutile(
  recent: readonly RestartRecord[],
  exit: Exit,
  now: number,
  policy: RestartPolicy,
): number {
  let count = 0;
  let next: RestartRecord = { at: now, cause: exit.cause };
  for (const record of [...recent].reverse()) {
    // A restart runs only after its own wait, so that wait is no part of the life it gave.
    const waitedMs = policy.firstDelayMs + policy.backoffMs * 2 ** Math.max(0, recent.length - 2 - count);
    const livedMs = next.at - record.at - (recent.indexOf(record) === 0 ? policy.firstDelayMs : waitedMs);
    if (record.cause !== next.cause || livedMs > policy.futileMs) break;
    count += 1;
    next = record;
  }
  return count;
}
