import { isObject, numberAt, textAt } from './json.ts';
import type { AgentFact } from './state-edges.ts';

/** A usage limit that nothing has lifted since. */
export interface Limit {
  readonly at: number;
  /** Milliseconds since 1970; a guess when the client did not say. */
  readonly until: number;
  readonly why: string;
  readonly source: string;
  readonly isGuess: boolean;
}

// Long enough not to run into the same wall at once, short enough not to sleep through its end.
const UNKNOWN_LIMIT_MS = 5 * 60_000;

/** The limit that holds or has just run out; a later answer of the model lifts it for good. */
export function findLimit(facts: readonly AgentFact[]): Limit | undefined {
  const limits = facts
    .map(limitOf)
    .filter((limit) => limit !== undefined)
    .filter((limit) => !facts.some((fact) => fact.at > limit.at && isLifting(fact)))
    .sort((one, other) => other.at - one.at);
  const told = limits.find(({ isGuess }) => !isGuess);
  const guess = limits.find(({ isGuess }) => isGuess);
  // The transcript knows when a limit ends; what others say meanwhile is about the same one.
  return told && (guess === undefined || guess.at <= told.until) ? told : guess;
}

function limitOf({ kind, source, value, at }: AgentFact): Limit | undefined {
  if (!isObject(value)) return undefined;
  const guess = { at, until: at + UNKNOWN_LIMIT_MS, source, isGuess: true };
  if (source === 'transcript' && kind === 'limit') {
    const resetsAt = numberAt(value, 'resetsAt');
    const type = textAt(value, 'limitType') ?? 'usage';
    if (resetsAt === null) return { ...guess, why: `it hit its ${type} limit` };
    const why = `it hit its ${type} limit, which ends at ${new Date(resetsAt).toISOString()}`;
    return { at, until: resetsAt, why, source, isGuess: false };
  }
  if (kind === 'turn.failed' || kind === 'api-error')
    return textAt(value, 'error') === 'rate_limit'
      ? { ...guess, why: 'its requests are limited' }
      : undefined;
  const shown = kind === 'screen' ? textAt(value, 'limit') : null;
  return shown === null ? undefined : { ...guess, why: `its screen says: ${shown}` };
}

/** Something that can only happen when the model answers again. */
function isLifting({ kind, source, value }: AgentFact): boolean {
  if (source === 'transcript') return kind === 'usage';
  if (source !== 'hook') return false;
  if (kind === 'turn.stopped') return true;
  if (!isObject(value)) return false;
  // A sub-agent's tool may still end after the agent itself has hit the limit.
  if (kind === 'tool.finished') return textAt(value, 'subagentId') === null;
  return kind === 'notified' && value['type'] === 'quota_auto_resume_fired';
}
