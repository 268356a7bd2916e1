import type { Project } from '@orc/registry';
import type { RoleDependencies } from '@orc/routing';
import { getRole, type Catalogue } from '@orc/team-planner';
import type { Parts } from '../parts.ts';
import type { Teams } from './matrix.ts';

export interface Dependencies {
  /** What each role of a project waits for: as it was set, else as the catalogue has it. */
  of(project: Project): RoleDependencies;
  /** The same with where it comes from. */
  list(project: Project): { role: string; needs: string[]; origin: 'catalogue' | 'set' }[];
  /** @throws ORC_PLANNER_UNKNOWN_ROLE, ORC_ROUTING_SELF_DEPENDENCY, ORC_ROUTING_DEPENDENCY_CYCLE */
  set(project: Project, role: string, needs: readonly string[]): void;
}

/** What roles wait for. The catalogue knows some of it (monitoringops needs sysadmin), the team sets the rest. */
export function createDependencies(
  { book }: Pick<Parts, 'book'>,
  teams: Teams,
  catalogue: Catalogue,
): Dependencies {
  const defaultsOf = (project: Project): RoleDependencies => {
    const roles = new Set(teams.membersOf(project.slug).map(({ role }) => role));
    return Object.fromEntries(
      Object.entries(catalogue.prerequisites)
        .filter(([role]) => roles.has(role))
        .map(([role, { needs }]) => [role, needs.filter((need) => roles.has(need))]),
    );
  };
  const of = (project: Project): RoleDependencies => ({
    ...defaultsOf(project),
    ...book.ownDependencies(project.slug),
  });
  return {
    of,
    list(project) {
      const own = book.ownDependencies(project.slug);
      return Object.entries(of(project))
        .map(([role, needs]) => ({
          role,
          needs: [...needs],
          origin: own[role] === undefined ? ('catalogue' as const) : ('set' as const),
        }))
        .sort((a, b) => a.role.localeCompare(b.role));
    },
    set(project, role, needs) {
      const idOf = (name: string) => getRole(catalogue, name).id;
      book.setNeeds(project.slug, idOf(role), needs.map(idOf), defaultsOf(project));
    },
  };
}
