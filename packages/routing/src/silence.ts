/** What is known of an agent that has begun a task. */
export interface SilenceFacts {
  /** The round of the task it has begun: `shop.t-01` or `shop.t-01.2`. */
  readonly task: string;
  readonly startedAt: number;
  /** Since when it is idle; `null` while it works or is in a state of its own. */
  readonly idleSince: number | null;
  /** The last message or report it sent, if any. */
  readonly lastWordAt: number | null;
  /** When it was asked about this task, and when that was escalated; `null` while it was not. */
  readonly askedAt: number | null;
  readonly escalatedAt: number | null;
}

export interface SilencePolicy {
  readonly silentAfterMs: number;
  readonly noWordAfterMs: number;
  readonly escalateAfterMs: number;
}

export type SilenceVerdict =
  | { readonly action: 'none' }
  | {
      readonly action: 'ask' | 'escalate';
      readonly because: 'silent-completion' | 'no-word';
      readonly why: string;
    };

const NONE: SilenceVerdict = { action: 'none' };
const MINUTE_MS = 60_000;

/**
 * Finds work that seems over and was not reported, and work that nobody has heard of for long. It is asked
 * about once, then escalated once; a word of the agent in between ends the matter until the next silence.
 */
export function judgeSilence(facts: SilenceFacts, now: number, policy: SilencePolicy): SilenceVerdict {
  const { task, startedAt, idleSince, lastWordAt, askedAt, escalatedAt } = facts;
  if (escalatedAt !== null) return NONE;
  if (askedAt !== null) {
    const hasAnswered = lastWordAt !== null && lastWordAt > askedAt;
    if (hasAnswered || now - askedAt < policy.escalateAfterMs) return NONE;
    const minutes = minutesOf(now - askedAt);
    const because = idleSince === null ? 'no-word' : 'silent-completion';
    return {
      action: 'escalate',
      because,
      why: `it was asked about ${task} ${minutes} ago and has not said a word`,
    };
  }
  const quietSince = Math.max(startedAt, lastWordAt ?? 0);
  if (idleSince !== null && now - Math.max(idleSince, quietSince) >= policy.silentAfterMs) {
    const why = `it is idle since ${minutesOf(now - idleSince)}, and ${task} has no report`;
    return { action: 'ask', because: 'silent-completion', why };
  }
  if (now - quietSince >= policy.noWordAfterMs) {
    const why = `nothing was heard of ${task} for ${minutesOf(now - quietSince)}`;
    return { action: 'ask', because: 'no-word', why };
  }
  return NONE;
}

function minutesOf(ms: number): string {
  return `${Math.max(1, Math.floor(ms / MINUTE_MS))} min`;
}
