import { operator, parseAgentId } from '@orc/contracts';
import type { Project } from '@orc/registry';
import type { Party, RouteMatrix } from '@orc/routing';
import { getProfile, teamMatrix, type Catalogue } from '@orc/team-planner';
import { SYSTEM, type Parts } from '../parts.ts';
import { baseRole } from '../team/base-role.ts';

export interface TeamMemberView {
  /** The part of the agent's id after the project. */
  readonly name: string;
  readonly role: string;
}

export interface Teams {
  membersOf(project: string): TeamMemberView[];
  /** Who may talk to whom now: as it was planned, with those who joined later. */
  matrixOf(project: Project): RouteMatrix;
  /** Whom a name of the ledger stands for. */
  partyOf(name: string): Party;
}

interface PlannedMatrix {
  readonly profile?: string;
  readonly talksTo?: Readonly<Record<string, readonly string[]>>;
}

/** The teams as the registry has them, with the matrix of each. */
export function createTeams({ registry }: Pick<Parts, 'registry'>, catalogue: Catalogue): Teams {
  const membersOf = (project: string): TeamMemberView[] =>
    registry
      .listAgents({ project })
      .filter(({ desired }) => desired !== 'ended')
      .map(({ role }) => ({ name: role, role: baseRole(role) }));

  return {
    membersOf,
    matrixOf(project) {
      const members = membersOf(project.slug);
      const planned = plannedMatrix(project);
      const profile = getProfile(catalogue, planned.profile ?? 'orchestrator-hub').id;
      const now = teamMatrix({ catalogue, type: project.teamType, profile, members });
      const talksTo = Object.fromEntries(
        Object.entries(now.talksTo).map(([name, row]) => {
          const own = planned.talksTo?.[name];
          // A row of the plan stands; only those who joined since are added to it.
          const isNew = (other: string) => planned.talksTo?.[other] === undefined;
          return [name, own === undefined ? row : [...own, ...row.filter(isNew)]];
        }),
      );
      return { ...now, hub: project.hub, talksTo };
    },
    partyOf(name) {
      if (name === operator) return { type: 'person' };
      if (name === SYSTEM) return { type: 'system' };
      const { role } = parseAgentId(name);
      return { type: 'member', name: role, role: baseRole(role) };
    },
  };
}

function plannedMatrix({ planDocument }: Project): PlannedMatrix {
  const plan = planDocument as { team?: { matrix?: PlannedMatrix } } | null;
  return plan?.team?.matrix ?? {};
}
