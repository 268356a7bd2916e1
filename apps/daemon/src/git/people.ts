import { operator } from '@orc/contracts';
import type { OwnedConflict } from '@orc/git-monitor';
import type { Agent, Project } from '@orc/registry';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { roleOf } from './watched.ts';

/** Who in a team has to do with what git says. */
export interface People {
  /** Agents that have not ended. */
  members(project: Project): Agent[];
  /** The project manager; whom reports go to when the team has none. */
  managerOf(project: Project): string;
  /** Who solves a conflict: tests the tester, code the developer, the rest the project manager (Z-46). */
  solversOf(project: Project, conflicts: readonly OwnedConflict[]): Map<string, OwnedConflict[]>;
}

const SOLVERS = { test: 'tester', code: 'developer', other: 'project-manager' } as const;

export function createPeople({ registry }: Pick<Parts, 'registry'>, notices: Notices): People {
  const members: People['members'] = ({ slug }) =>
    registry.listAgents({ project: slug }).filter(({ desired }) => desired !== 'ended');
  const managerOf: People['managerOf'] = (project) => {
    const manager = members(project).find((agent) => roleOf(agent) === 'project-manager');
    return manager?.id ?? notices.hubOf(project);
  };
  return {
    members,
    managerOf,
    solversOf(project, conflicts) {
      const solvers = new Map<string, OwnedConflict[]>();
      for (const conflict of conflicts) {
        const role = SOLVERS[conflict.fileKind];
        const solver = members(project).find((agent) => roleOf(agent) === role)?.id ?? managerOf(project);
        solvers.set(solver, [...(solvers.get(solver) ?? []), conflict]);
      }
      return solvers;
    },
  };
}

/** Agents and the person at the keyboard, each once. */
export function everybody(people: People, project: Project): string[] {
  return [...people.members(project).map(({ id }) => id), operator];
}
