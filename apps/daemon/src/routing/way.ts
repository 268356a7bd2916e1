import type { Project } from '@orc/registry';
import { judgeRoute, type RouteVerdict } from '@orc/routing';
import { errors } from '../errors.ts';
import { whyLanesAreClosed } from '../git/lane-switch.ts';
import type { Parts } from '../parts.ts';
import type { Teams } from './matrix.ts';

export interface WayInput {
  /** Names of the ledger. */
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly tags: readonly string[];
  /** It answers something that the recipient has sent to the sender. */
  readonly isReply: boolean;
}

export interface Ways {
  /** What the matrix says of a message; whoever judges messages asks this. */
  judge(project: Project, about: WayInput): RouteVerdict;
  /** Warnings for the sender, or a refusal where that is the policy. @throws ORC_DAEMON_NOT_ROUTED */
  check(project: Project, about: WayInput & { readonly id: string }): string[];
}

/** Whether a message goes the way that the team has decided on. */
export function createWays(parts: Pick<Parts, 'bus' | 'config' | 'gitJournal'>, teams: Teams): Ways {
  const { bus, config } = parts;
  const { enforcement, allow, deny, fastLanes } = config.routing;
  const judge: Ways['judge'] = (project, { from, to, ...about }) =>
    judgeRoute({
      ...about,
      from: teams.partyOf(from),
      to: teams.partyOf(to),
      matrix: teams.matrixOf(project),
      overrides: { allow, deny },
      isLaneOpen: fastLanes && whyLanesAreClosed(parts, project.slug) === null,
    });
  return {
    judge,
    check(project, { id, ...about }) {
      if (enforcement === 'off') return [];
      const verdict = judge(project, about);
      if (verdict.isAllowed) return [];
      const { because, why, instead } = verdict;
      const { from, to, kind } = about;
      bus.publish(
        'message.off_route',
        { from, to, kind, because, why, isRefused: enforcement === 'refuse' },
        { source: 'routing', project: project.slug, agent: from, message: id, severity: 'notice' },
      );
      if (enforcement === 'refuse') throw errors.notRouted(why, instead ?? '');
      return [`${why} ${instead ?? ''}`.trim()];
    },
  };
}
