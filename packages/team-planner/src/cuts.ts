import type { Catalogue, Plan, Size } from './catalogue.ts';
import type { Candidate } from './candidates.ts';

export interface Cut {
  readonly candidate: Candidate;
  readonly reason: string;
  readonly by: 'plan' | 'size';
}

export interface CutTeam {
  readonly kept: readonly Candidate[];
  readonly cuts: readonly Cut[];
}

interface Bounds {
  readonly prerequisites: Catalogue['prerequisites'];
  readonly plan: Plan;
  readonly size: Size;
  /** A size that was only measured bounds what is added by itself, and never what somebody asked for. */
  readonly isSizeAsked: boolean;
}

/** Leaves out what size and then plan have no room for, the least needed first. The order of the rest stays. */
export function cutTeam(wanted: readonly Candidate[], bounds: Bounds): CutTeam {
  const { plan, size, isSizeAsked, prerequisites } = bounds;
  const cuts: Cut[] = [];
  /** Whoever was needed only by somebody who left is needed no more. */
  const withoutIdle = (team: readonly Candidate[]) =>
    team.filter(
      ({ role, group }) =>
        group !== 'needed' || team.some((each) => prerequisites[each.role]?.needs.includes(role)),
    );
  const cut = (
    team: readonly Candidate[],
    among: (candidate: Candidate) => boolean,
    max: number | null,
    by: Cut['by'],
    reason: string,
  ): Candidate[] => {
    const bounded = team.filter(among);
    if (max === null || bounded.length <= max) return [...team];
    const leaving = byRank(bounded).slice(max);
    cuts.push(...leaving.map((candidate) => ({ candidate, reason, by })));
    return team.filter((candidate) => !leaving.includes(candidate));
  };
  const { base, optional } = size;
  const onTop = (candidate: Candidate) =>
    candidate.group === 'optional' || (isSizeAsked && candidate.group === 'asked');
  let team: Candidate[] = [...wanted];
  if (isSizeAsked)
    team = cut(
      team,
      ({ group }) => group === 'base',
      base.max,
      'size',
      `size ${size.id} has at most ${base.max ?? 0} base agents`,
    );
  team = cut(
    team,
    onTop,
    optional.max,
    'size',
    `size ${size.id} has at most ${optional.max ?? 0} optional agents`,
  );
  const { agentsMax } = plan;
  team = cut(
    withoutIdle(team),
    () => true,
    agentsMax,
    'plan',
    `plan ${plan.id} carries at most ${agentsMax ?? 0} agents`,
  );
  return { kept: withoutIdle(team), cuts };
}

/** Stable: among equals the first chosen stays longest. */
function byRank(team: readonly Candidate[]): Candidate[] {
  return [...team].sort((left, right) => left.rank - right.rank);
}
