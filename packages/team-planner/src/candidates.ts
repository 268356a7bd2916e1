import { findRole, getRole, type Catalogue, type Role, type Size, type Template } from './catalogue.ts';
import { holds, type ProjectFacts } from './project-facts.ts';
import type { RoleChoice } from './team-types.ts';

/** Somebody who could be in the team. */
export interface Candidate {
  readonly role: string;
  /** 1 for the first of a role. */
  readonly instance: number;
  readonly reason: string;
  /** Smaller is kept longer when there is too little room. */
  readonly rank: number;
  /** `base` is of the template, `optional` stands on top of it, `asked` was named by the user. */
  readonly group: 'base' | 'optional' | 'asked' | 'needed';
}

// What is kept when room is short: orchestrator, who implements, project manager, tester, then all others.
const RANK = {
  orchestrator: 0,
  implementing: 1,
  'project-manager': 2,
  tester: 3,
  core: 4,
  asked: 5,
  condition: 6,
  fill: 7,
};

function rankOf(role: string, template: Template, otherwise: 'core' | 'asked'): number {
  if (role === 'orchestrator') return RANK.orchestrator;
  if (role === template.implementing) return RANK.implementing;
  if (role === 'project-manager') return RANK['project-manager'];
  if (role === 'tester') return RANK.tester;
  return RANK[otherwise];
}

/** How many of each role were asked for: `developer,developer` is two, and so is `developer-2`. */
function countAsked(catalogue: Catalogue, names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  const numbered = new Map<string, number>();
  for (const name of names) {
    const { role, instance } = readAsked(catalogue, name);
    if (instance === undefined) counts.set(role.id, (counts.get(role.id) ?? 0) + 1);
    else numbered.set(role.id, Math.max(numbered.get(role.id) ?? 0, instance));
    if (!counts.has(role.id)) counts.set(role.id, 0);
  }
  for (const [role, instance] of numbered) counts.set(role, Math.max(counts.get(role) ?? 0, instance));
  return counts;
}

function readAsked(catalogue: Catalogue, name: string): { readonly role: Role; readonly instance?: number } {
  const role = findRole(catalogue, name);
  const [, base, instance] = /^(.*\D)-([2-9])$/.exec(name.trim()) ?? [];
  if (role || base === undefined) return { role: role ?? getRole(catalogue, name) };
  return { role: getRole(catalogue, base), instance: Number(instance) };
}

/** The team that was named: it replaces the template's, and the orchestrator is in it in any case. */
export function namedTeam(catalogue: Catalogue, template: Template, names: readonly string[]): Candidate[] {
  const counts = new Map([['orchestrator', 1], ...countAsked(catalogue, names)]);
  const isAsked = countAsked(catalogue, names).has('orchestrator');
  return [...counts].flatMap(([role, count]) =>
    instances(count, (instance) => ({
      role,
      instance,
      reason:
        role === 'orchestrator' && !isAsked ? 'every team has an orchestrator' : 'asked for with --roles',
      rank: instance === 1 ? rankOf(role, template, 'core') : RANK.asked,
      group: 'base',
    })),
  );
}

export function templateTeam(template: Template): Candidate[] {
  return template.core.map((role) => ({
    role,
    instance: 1,
    reason:
      role === 'project-manager'
        ? 'every team of a template has a project manager'
        : `core role of ${template.id}`,
    rank: rankOf(role, template, 'core'),
    group: 'base',
  }));
}

/** What `--add-roles` adds to a team. A role that is in it already is added only when more of it are asked for. */
export function addedRoles(
  catalogue: Catalogue,
  team: readonly Candidate[],
  names: readonly string[],
): Candidate[] {
  return [...countAsked(catalogue, names)].flatMap(([role, count]) =>
    instances(count, (instance) => ({
      role,
      instance,
      reason: 'asked for with --add-roles',
      rank: RANK.asked,
      group: 'asked' as const,
    })).filter(({ instance }) => !team.some((each) => each.role === role && each.instance === instance)),
  );
}

export interface Suggestions {
  readonly added: Candidate[];
  readonly offered: RoleChoice[];
}

/** What the conditions of the catalogue say about this project, for roles that are not in the team. */
export function suggestRoles(
  { conditions }: Catalogue,
  template: Template,
  size: Size,
  facts: ProjectFacts,
  team: readonly Candidate[],
): Suggestions {
  const added: Candidate[] = [];
  const offered: RoleChoice[] = [];
  const isIn = (choices: readonly { readonly role: string }[], role: string) =>
    choices.some((each) => each.role === role);
  for (const condition of conditions) {
    const { role, effect, reason, types = [template.id] } = condition;
    if (isIn(team, role) || isIn(added, role) || !types.includes(template.id) || !holds(condition, facts))
      continue;
    const joins = effect === 'add' ? template.optional.includes(role) : size.addsOffered;
    if (joins) added.push({ role, instance: 1, reason, rank: RANK.condition, group: 'optional' });
    else if (!isIn(offered, role)) offered.push({ role, reason });
  }
  return { added, offered: offered.filter(({ role }) => !isIn(added, role)) };
}

/** Optional roles of the template that bring a large team to the size it has. */
export function fillTeam(
  template: Template,
  size: Size,
  team: readonly Candidate[],
  room: number,
): Candidate[] {
  const missing = Math.min(size.base.min - team.length, room);
  if (missing <= 0 || !size.addsOffered) return [];
  return template.optional
    .filter((role) => !team.some((each) => each.role === role))
    .slice(0, missing)
    .map((role) => ({
      role,
      instance: 1,
      reason: `a team of size ${size.id} has at least ${size.base.min} agents`,
      rank: RANK.fill,
      group: 'optional',
    }));
}

/** The roles that others cannot do without, and that nobody chose. */
export function neededRoles({ prerequisites }: Catalogue, team: readonly Candidate[]): Candidate[] {
  const needed: Candidate[] = [];
  const all = () => [...team, ...needed];
  for (let index = 0; index < all().length; index += 1) {
    const candidate = all()[index];
    const rule = candidate === undefined ? undefined : prerequisites[candidate.role];
    if (!candidate || !rule) continue;
    for (const role of rule.needs) {
      if (all().some((each) => each.role === role)) continue;
      // Half a step behind its dependant's group: a missing prerequisite never pushes out another chosen role of it.
      const rank = Math.max(candidate.rank, RANK.core) + 0.5;
      const reason = `${candidate.role} needs it: ${rule.reason}`;
      needed.push({ role, instance: 1, reason, rank, group: 'needed' });
    }
  }
  return needed;
}

function instances(count: number, make: (instance: number) => Candidate): Candidate[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}
