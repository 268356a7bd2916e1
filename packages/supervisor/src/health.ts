import { checkNumber } from './check-number.ts';
import type { HealthPolicy } from './config.ts';

/** What is known of an agent at one moment. Times are in ms since 1970. */
export interface HealthFacts {
  /** Its program, as the system says: `unknown` where nobody can look. */
  readonly process: 'running' | 'exited' | 'unknown';
  /** What it was doing when it was last heard of. */
  readonly activity: 'working' | 'idle' | 'waiting' | 'unknown';
  /** The latest sign of life of any witness: a hook, its transcript, its own record. */
  readonly lastSignAt: number | null;
  /** The oldest question it has not answered. */
  readonly askedAt: number | null;
}

export interface HealthVerdict {
  readonly verdict: 'alive' | 'unresponsive' | 'dead' | 'unknown';
  /** True when ending and starting it again costs nothing it is doing. */
  readonly mayRestart: boolean;
  readonly why: string;
}

/**
 * Judges an agent by its facts. Only the system's word that the program ended makes it dead. Silence is
 * no fact: an agent that works or waits for a person may be silent for as long as it likes, and an idle one
 * is unresponsive only after it was asked something.
 *
 * @throws ORC_SUPERVISOR_BAD_INPUT
 */
export function judgeHealth(facts: HealthFacts, now: number, policy: HealthPolicy): HealthVerdict {
  checkNumber('now', now);
  if (facts.lastSignAt !== null) checkNumber('lastSignAt', facts.lastSignAt);
  if (facts.askedAt !== null) checkNumber('askedAt', facts.askedAt);
  const { process, activity, lastSignAt, askedAt } = facts;
  if (process === 'exited') return { verdict: 'dead', mayRestart: true, why: 'its program has ended' };
  if (process === 'unknown') return judgeUnseen(lastSignAt, now, policy);
  if (activity === 'working') return alive('it is working, which may take long');
  if (activity === 'waiting') return alive('it waits for somebody else');
  // Anything it did after the question is an answer.
  if (askedAt === null || (lastSignAt !== null && lastSignAt >= askedAt)) return alive('it runs');
  const waitedMs = now - askedAt;
  if (waitedMs <= policy.answerMs) return alive('it runs, and has time left to answer');
  const silence = `it has not answered for ${Math.floor(waitedMs / 1000)} s`;
  // What it does is not known, so a restart could cost a long turn.
  if (activity === 'unknown') return { verdict: 'unresponsive', mayRestart: false, why: silence };
  const mayRestart = waitedMs > policy.restartAfterMs;
  return { verdict: 'unresponsive', mayRestart, why: `${silence}, although it is idle` };
}

function judgeUnseen(lastSignAt: number | null, now: number, policy: HealthPolicy): HealthVerdict {
  const isFresh = lastSignAt !== null && now - lastSignAt <= policy.signFreshMs;
  if (isFresh) return alive('its program cannot be seen, but it was just heard of');
  return { verdict: 'unknown', mayRestart: false, why: 'its program cannot be seen' };
}

function alive(why: string): HealthVerdict {
  return { verdict: 'alive', mayRestart: false, why };
}
