import type { Verdict } from './judge.ts';
import { isAtLeast, type Rule, type Severity } from './rule-schema.ts';

/** What is kept of one episode: the same rule violated by the same agent, until it is over. */
export interface Episode {
  readonly severity: Severity;
  readonly state: 'open' | 'resolved';
  readonly firstAt: number;
  readonly lastAt: number;
  /** How often it was seen; of a state that goes on, once. */
  readonly count: number;
  /** Since when the fact is gone; `null` while it holds. */
  readonly goneSince: number | null;
  readonly escalatedAt: number | null;
  readonly resolvedAt: number | null;
  /** Who or what ended it: `gone`, `quiet`, or a person's name. */
  readonly resolvedBy: string | null;
}

export type Step =
  /** The rule is violated, now. */
  | { readonly type: 'violated'; readonly verdict: Pick<Verdict, 'severity'> }
  /** The rule was looked at and holds. */
  | { readonly type: 'kept' }
  /** Time has passed. */
  | { readonly type: 'tick' };

export interface Advanced {
  /** `undefined` when there is nothing to keep. */
  readonly episode: Episode | undefined;
  /** What others may have to be told; one episode is opened once. */
  readonly news: 'opened' | 'reopened' | 'escalated' | 'resolved' | null;
}

type Policy = Pick<Rule, 'cooldownMs' | 'settleMs' | 'escalate'> & { readonly looks: boolean };

/** A rule that looks at states sees them end; of single messages and commits only silence can be seen. */
export function policyOf(rule: Rule): Policy {
  const { cooldownMs, settleMs, escalate, watches, on } = rule;
  return { cooldownMs, settleMs, escalate, looks: watches === 'workflow' || on.includes('look') };
}

/**
 * The next state of an episode. Opened by a violation; while open, more of the same is counted and told to
 * nobody; over when a state was gone for the settling time, or nothing more came for the cooldown. What comes
 * back within the cooldown belongs to the same episode.
 */
export function advance(current: Episode | undefined, step: Step, policy: Policy, now: number): Advanced {
  if (step.type === 'violated') return onViolated(current, step.verdict.severity, policy, now);
  if (!current || current.state === 'resolved') return { episode: current, news: null };
  if (step.type === 'kept' && current.goneSince === null && policy.looks)
    return ended({ ...current, goneSince: now }, policy, now);
  return ended(current, policy, now);
}

function onViolated(current: Episode | undefined, severity: Severity, policy: Policy, now: number): Advanced {
  if (current?.state === 'open') {
    // A state that is seen again at each look is still the same one.
    const count = policy.looks && current.goneSince === null ? current.count : current.count + 1;
    return escalated({ ...current, lastAt: now, count, goneSince: null }, policy, now);
  }
  const isRecent = current !== undefined && now - (current.resolvedAt ?? 0) < policy.cooldownMs;
  if (!isRecent)
    return {
      episode: {
        severity,
        state: 'open',
        firstAt: now,
        lastAt: now,
        count: 1,
        goneSince: null,
        escalatedAt: null,
        resolvedAt: null,
        resolvedBy: null,
      },
      news: 'opened',
    };
  // Whoever resolved it by hand has seen it, and is not contradicted at the next look.
  if (current.resolvedBy !== 'gone' && current.resolvedBy !== 'quiet')
    return { episode: current, news: null };
  const episode: Episode = {
    ...current,
    state: 'open',
    lastAt: now,
    count: current.count + 1,
    goneSince: null,
    resolvedAt: null,
    resolvedBy: null,
  };
  const next = escalated(episode, policy, now);
  return next.news === null ? { episode, news: 'reopened' } : next;
}

function escalated(episode: Episode, { escalate }: Policy, now: number): Advanced {
  const isDue =
    escalate !== null &&
    episode.escalatedAt === null &&
    !isAtLeast(episode.severity, escalate.to) &&
    ((escalate.times !== undefined && episode.count >= escalate.times) ||
      (escalate.afterMs !== undefined && now - episode.firstAt >= escalate.afterMs));
  if (!isDue) return { episode, news: null };
  return { episode: { ...episode, severity: escalate.to, escalatedAt: now }, news: 'escalated' };
}

function ended(episode: Episode, policy: Policy, now: number): Advanced {
  const { looks, settleMs, cooldownMs } = policy;
  const isGone = episode.goneSince !== null && now - episode.goneSince >= settleMs;
  const isQuiet = !looks && now - episode.lastAt >= cooldownMs;
  if (!isGone && !isQuiet)
    return episode.goneSince === null ? escalated(episode, policy, now) : { episode, news: null };
  return {
    episode: { ...episode, state: 'resolved', resolvedAt: now, resolvedBy: isGone ? 'gone' : 'quiet' },
    news: 'resolved',
  };
}
