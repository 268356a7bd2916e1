import { isObject, numberAt, textAt } from './json.ts';
import type { AgentFact } from './state-edges.ts';

/** A usage limit that an agent waits for. */
export interface Limit {
  readonly since: number;
  readonly why: string;
  /** Who said that there is one. */
  readonly source: string;
  /** Nobody has said until when. */
  readonly isGuess: boolean;
  /** False for an agent that waits because others of its account have met the limit. */
  readonly isOwn: boolean;
}

/**
 * The limit that holds, as whoever keeps the accounts has recorded it. What transcripts, hooks and screens
 * say about limits is evidence for that one, and not judged a second time here.
 */
export function findLimit(facts: readonly AgentFact[]): Limit | undefined {
  const latest = facts
    .filter(({ kind, source }) => kind === 'limit' && source === 'credits')
    .reduce<AgentFact | undefined>((last, fact) => (last && last.at > fact.at ? last : fact), undefined);
  if (!latest || !isObject(latest.value) || latest.value['isHeld'] !== true) return undefined;
  const { value, at } = latest;
  return {
    since: numberAt(value, 'since') ?? at,
    why: textAt(value, 'why') ?? 'its usage limit is reached',
    source: textAt(value, 'source') ?? 'credits',
    isGuess: value['isEstimate'] === true,
    isOwn: value['isOwn'] !== false,
  };
}
