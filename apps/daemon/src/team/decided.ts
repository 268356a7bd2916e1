import { slugOf, type PlanView } from '@orc/contracts';
import type { Project } from '@orc/registry';
import {
  getPlan,
  getProfile,
  getRole,
  getSize,
  getTemplate,
  type Catalogue,
  type TeamMember,
} from '@orc/team-planner';
import { errors } from '../errors.ts';
import { JOINED_LATER } from './agents.ts';
import type { UpRequest } from './plan.ts';

/** What was decided for a project when it began, as far as it is known. */
export interface Decided {
  readonly members: readonly TeamMember[];
  readonly tasks: PlanView['tasks'];
  readonly profile: string;
}

export function readDecided({ planDocument }: Project): Decided {
  const plan = planDocument as {
    team?: { members?: TeamMember[]; matrix?: { profile?: string } };
    tasks?: PlanView['tasks'];
  } | null;
  return {
    members: plan?.team?.members ?? [],
    tasks: plan?.tasks ?? [],
    profile: plan?.team?.matrix?.profile ?? 'orchestrator-hub',
  };
}

/** What a second `up` asks to be different, and can be. */
export interface Changes {
  readonly runtime?: string;
  readonly profile?: string;
  readonly plan?: string;
  readonly spec?: { readonly path: string; readonly text: string };
  readonly addRoles: readonly string[];
}

/**
 * What of a request differs from what was decided. What can be changed in a living project is returned; what
 * cannot is refused as a whole, before anything is touched, and never silently ignored.
 *
 * @throws ORC_DAEMON_DECIDED, and the planner's errors for names it does not know
 */
export function findChanges(
  catalogue: Catalogue,
  project: Project,
  request: UpRequest,
  { isRunning }: { readonly isRunning: boolean },
): Changes {
  const { slug } = project;
  const { members, profile } = readDecided(project);
  const refuse = (flag: string, now: string, how: string) => {
    throw errors.decided(slug, flag, now, how);
  };
  const { name, teamType, size, runtime, roles } = request;
  if (name !== undefined && slugOf(name) !== slug) refuse('--name', slug, 'Leave the flag out.');
  if (teamType !== undefined && getTemplate(catalogue, teamType).id !== project.teamType)
    refuse('--team-type', project.teamType, 'Add to the team with --add-roles.');
  if (size !== undefined && getSize(catalogue, size).id !== project.size)
    refuse('--size', project.size, 'Add to the team with --add-roles, or end agents with "orc agent end".');
  if (runtime !== undefined && runtime !== project.runtime && isRunning)
    refuse(
      '--runtime',
      project.runtime,
      `Take the team down first: orc down --project ${slug}. Then say it again.`,
    );
  if (roles !== undefined) {
    const isSame = isTeam(catalogue, members, ['orchestrator', ...roles]);
    const there = members.map(({ name: member }) => member).join(', ');
    if (!isSame)
      refuse('--roles', there, 'Add to the team with --add-roles, or end agents with "orc agent end".');
  }
  const plan = request.plan === undefined ? project.plan : getPlan(catalogue, request.plan).id;
  const hub = request.hub === undefined ? profile : getProfile(catalogue, request.hub).id;
  return {
    ...(runtime !== undefined && runtime !== project.runtime && { runtime }),
    ...(hub !== profile && { profile: hub }),
    ...(plan !== project.plan && { plan }),
    ...(request.spec !== undefined && request.spec.text !== project.specText && { spec: request.spec }),
    addRoles: request.addRoles ?? [],
  };
}

/** Whether the team is that of these roles: with those that they need, and those that joined later. */
function isTeam(catalogue: Catalogue, members: readonly TeamMember[], names: readonly string[]): boolean {
  const asked = new Set(names.map((name) => getRole(catalogue, name).id));
  const needed = new Set([...asked].flatMap((role) => catalogue.prerequisites[role]?.needs ?? []));
  const there = new Set(members.map(({ role }) => role));
  const isExplained = ({ role, reason }: TeamMember) =>
    asked.has(role) || needed.has(role) || reason === JOINED_LATER;
  return [...asked].every((role) => there.has(role)) && members.every(isExplained);
}
