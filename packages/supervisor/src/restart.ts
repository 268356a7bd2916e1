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
  const waitMs = Math.round(
    waitBefore(attempt, policy) * (attempt === 1 ? 1 : 1 + policy.jitter * randomness),
  );
  return {
    action: 'restart',
    at: now + Math.min(waitMs, policy.backoffMaxMs),
    attempt,
    why: `restart ${attempt} of ${policy.restartsMax} after ${exit.cause}`,
  };
}

/** How long the `attempt`-th restart of a window waits, before chance adds to it. */
function waitBefore(attempt: number, { firstDelayMs, backoffMs, backoffMaxMs }: RestartPolicy): number {
  return attempt === 1 ? firstDelayMs : Math.min(backoffMaxMs, backoffMs * 2 ** (attempt - 2));
}

/** Counts back from now: a restart was futile if it led to the same end within `futileMs` of life. */
function countFutile(
  recent: readonly RestartRecord[],
  exit: Exit,
  now: number,
  policy: RestartPolicy,
): number {
  const ends = [...recent, { at: now, cause: exit.cause }];
  let count = 0;
  for (let index = recent.length - 1; index >= 0; index -= 1) {
    const [end, next] = [ends[index], ends[index + 1]];
    if (!end || !next) break;
    // A record stands at the end that it answered; the life that it gave began only after the wait.
    const livedMs = next.at - end.at - waitBefore(index + 1, policy);
    if (end.cause !== next.cause || livedMs > policy.futileMs) break;
    count += 1;
  }
  return count;
}
