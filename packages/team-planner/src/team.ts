import {
  getPlan,
  getProfile,
  getRole,
  getSize,
  getTemplate,
  loadCatalogue,
  type Catalogue,
  type Plan,
  type Size,
  type Template,
} from './catalogue.ts';
import {
  addedRoles,
  fillTeam,
  namedTeam,
  neededRoles,
  suggestRoles,
  templateTeam,
  type Candidate,
} from './candidates.ts';
import { cutTeam, type Cut } from './cuts.ts';
import { detectType } from './detect-type.ts';
import { nameKey } from './names.ts';
import { gatherFacts } from './project-facts.ts';
import type { Spec } from './spec-types.ts';
import type { ProjectSurvey } from './survey-types.ts';
import { buildMatrix } from './team-matrix.ts';
import type { RoleChoice, TeamMember, TeamPlan } from './team-types.ts';

export interface PlanTeamInput {
  readonly survey: ProjectSurvey;
  readonly spec: Spec;
  /** Outranks what was detected. */
  readonly teamType?: string;
  /** Replaces the team of the template. */
  readonly roles?: readonly string[];
  /** Joins the team. */
  readonly addRoles?: readonly string[];
  /** Default `max5`. */
  readonly plan?: string;
  /** By default what the project measures, and at least `medium`. */
  readonly size?: string;
  /** Communication profile. Default `orchestrator-hub`. */
  readonly hub?: string;
  readonly catalogue?: Catalogue;
}

/**
 * Composes a team, with a reason for every choice. The same input always gives the same team. What plan and
 * size have no room for is cut, in this order from the end: orchestrator, the role that implements, project
 * manager, tester, the rest of the core, roles that were added; and every cut is a warning.
 *
 * @throws ORC_PLANNER_UNKNOWN_TEAM_TYPE, ORC_PLANNER_UNKNOWN_ROLE, ORC_PLANNER_UNKNOWN_PLAN,
 * ORC_PLANNER_UNKNOWN_SIZE, ORC_PLANNER_UNKNOWN_PROFILE
 */
export function planTeam(input: PlanTeamInput): TeamPlan {
  const { survey, spec, roles = [], addRoles = [], catalogue = loadCatalogue() } = input;
  const typeDecision = detectType({
    survey,
    spec,
    catalogue,
    ...(input.teamType !== undefined && { teamType: input.teamType }),
  });
  const template = getTemplate(catalogue, typeDecision.type);
  const plan = getPlan(catalogue, input.plan ?? 'max5');
  const profile = getProfile(catalogue, input.hub ?? 'orchestrator-hub');
  const size = chooseSize(catalogue, survey, input.size);
  const facts = gatherFacts(catalogue, survey, spec, size.size.id);

  const chosen = roles.length > 0 ? namedTeam(catalogue, template, roles) : templateTeam(template);
  const team = [...chosen, ...addedRoles(catalogue, chosen, addRoles)];
  const suggested = suggestRoles(catalogue, template, size.size, facts, team);
  // Who names a team wants that team: suggestions are offered, not added.
  const added = roles.length > 0 ? [] : suggested.added;
  const offered = roles.length > 0 ? [...suggested.added, ...suggested.offered] : suggested.offered;
  const wanted = [...team, ...added];
  const room = (plan.agentsMax ?? Number.POSITIVE_INFINITY) - wanted.length;
  if (roles.length === 0) wanted.push(...fillTeam(template, size.size, wanted, room));
  wanted.push(...neededRoles(catalogue, wanted));

  const { kept, cuts } = cutTeam(wanted, {
    plan,
    size: size.size,
    isSizeAsked: input.size !== undefined,
    prerequisites: catalogue.prerequisites,
  });
  const members = nameMembers(catalogue, kept);
  const matrix = buildMatrix(catalogue, template, profile, members);
  return {
    type: template.id,
    typeDecision,
    size: size.size.id,
    sizeReason: size.reason,
    plan: plan.id,
    planReason: describePlan(plan),
    tokenFactor: size.size.tokenFactor,
    members,
    dropped: cuts.map(({ candidate, reason }) => ({ role: nameOf(candidate), reason })),
    offered: offered
      .filter(({ role }) => !wanted.some((each) => each.role === role))
      .map(({ role, reason }): RoleChoice => ({ role, reason })),
    warnings: [
      ...warnOfType(catalogue, spec, template),
      ...cuts.map((cut) => warnOfCut(cut, plan)),
      ...warnOfMissing(catalogue, kept),
      ...matrix.warnings,
    ],
    advice: giveAdvice(catalogue, size.size, plan, members.length),
    matrix: matrix.matrix,
    checkIns: members.map(({ name, role }) => ({
      name,
      minutes: Math.max(getRole(catalogue, role).checkInMinutes, plan.checkInMinutesMin),
    })),
  };
}

function chooseSize(
  catalogue: Catalogue,
  survey: ProjectSurvey,
  asked: string | undefined,
): { size: Size; reason: string } {
  if (asked !== undefined) return { size: getSize(catalogue, asked), reason: 'asked for with --size' };
  const { sourceFileCount, linesEstimate } = survey;
  const measured = catalogue.sizes.findLast(
    ({ sourceFilesMin, linesMin }) => sourceFileCount >= sourceFilesMin || linesEstimate >= linesMin,
  );
  const shown = `${sourceFileCount} source files with about ${linesEstimate} lines`;
  const smallest = getSize(catalogue, 'medium');
  const isBelow = !measured || catalogue.sizes.indexOf(measured) <= catalogue.sizes.indexOf(smallest);
  return isBelow
    ? { size: smallest, reason: `the default team; the project has ${shown}` }
    : { size: measured, reason: `the project has ${shown}` };
}

function nameOf({ role, instance }: Pick<Candidate, 'role' | 'instance'>): string {
  return instance === 1 ? role : `${role}-${instance}`;
}

/** The orchestrator first, the others in the order in which they were chosen. */
function nameMembers(catalogue: Catalogue, kept: readonly Candidate[]): TeamMember[] {
  const isFirst = ({ role }: Candidate) => role === 'orchestrator';
  return [...kept.filter(isFirst), ...kept.filter((each) => !isFirst(each))].map((candidate) => {
    const { id, title, branchPrefix, windowName } = getRole(catalogue, candidate.role);
    const suffix = candidate.instance === 1 ? '' : candidate.instance;
    return {
      name: nameOf(candidate),
      role: id,
      title: suffix === '' ? title : `${title} ${suffix}`,
      branchPrefix,
      windowName: suffix === '' ? windowName : `${windowName}-${suffix}`,
      purpose: null,
      reason: candidate.reason,
    };
  });
}

function describePlan({ id, agentsMax }: Plan): string {
  return agentsMax === null ? `${id} sets no limit` : `${id} carries at most ${agentsMax} agents`;
}

function warnOfType({ templates }: Catalogue, { fields }: Spec, template: Template): string[] {
  const field = fields['type'];
  const isKnown = templates.some(({ id, title, aliases }) =>
    [id, title, ...aliases].some((name) => nameKey(name) === nameKey(field ?? '')),
  );
  if (field === undefined || isKnown) return [];
  return [
    `The specification says TYPE: ${field}, which is no team type; the team is that of ${template.id}.`,
  ];
}

function warnOfCut({ candidate, reason, by }: Cut, plan: Plan): string {
  const remedy =
    by === 'plan' ? `A larger plan than ${plan.id} has room for it.` : 'A larger size has room for it.';
  return `${nameOf(candidate)} was left out: ${reason}. ${remedy}`;
}

function warnOfMissing({ prerequisites }: Catalogue, kept: readonly Candidate[]): string[] {
  return kept.flatMap(({ role }) => {
    const rule = prerequisites[role];
    const missing = (rule?.needs ?? []).filter((need) => !kept.some((each) => each.role === need));
    return missing.map((need) => `${role} works without ${need}, though ${rule?.reason ?? 'it needs it'}.`);
  });
}

function giveAdvice({ advice }: Catalogue, size: Size, plan: Plan, count: number): string[] {
  const lines = advice.map((line) => line.replaceAll('{factor}', String(size.tokenFactor)));
  const most = plan.recommended?.max;
  if (most === undefined || most === null || count <= most) return lines;
  return [
    ...lines,
    `${plan.title} runs ${plan.recommended?.min ?? 1} to ${most} agents without haste; ${count} use up its limit sooner.`,
  ];
}
