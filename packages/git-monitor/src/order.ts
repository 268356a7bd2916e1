import { areaOfBranch, rankOf, type Area } from './areas.ts';

/** What decides which of two branches is merged first. */
export interface Candidate {
  readonly owner: string;
  readonly role: string;
  readonly files: readonly string[];
  /** The time of its oldest commit of its own; `null` while nothing is committed. */
  readonly startedAt: number | null;
}

export interface Placed {
  readonly area: Area;
  readonly why: string;
}

export function placeOf({ role, files }: Pick<Candidate, 'role' | 'files'>): Placed {
  return areaOfBranch(role, files);
}

/** Infrastructure and backend, then frontend, then docs, then tests; of equals the one that began first. */
export function compareCandidates(one: Candidate, other: Candidate): number {
  const byArea = rankOf(placeOf(one).area) - rankOf(placeOf(other).area);
  if (byArea !== 0) return byArea;
  const started = ({ startedAt }: Candidate) => startedAt ?? Number.MAX_SAFE_INTEGER;
  const byStart = started(one) - started(other);
  if (byStart !== 0) return byStart;
  return one.owner < other.owner ? -1 : 1;
}

export interface SuggestedOrder {
  readonly first: string;
  readonly second: string;
  readonly why: string;
}

/** Who of two that are in each other's way commits and merges first; the other then takes that over. */
export function suggestOrder(one: Candidate, other: Candidate): SuggestedOrder {
  const [first, second] = compareCandidates(one, other) <= 0 ? [one, other] : [other, one];
  const [placedFirst, placedSecond] = [placeOf(first), placeOf(second)];
  const why =
    placedFirst.area !== placedSecond.area
      ? `${placedFirst.area} is merged before ${placedSecond.area}`
      : first.startedAt !== null && second.startedAt === null
        ? 'it has committed, and the other has not'
        : first.startedAt !== second.startedAt
          ? 'its commits are older'
          : 'both are alike, so the names decide';
  return { first: first.owner, second: second.owner, why };
}
