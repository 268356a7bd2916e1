import { getProfile, getTemplate, type Catalogue, type Profile, type Template } from './catalogue.ts';
import type { TeamMatrix, TeamMember } from './team-types.ts';

/** What the matrix asks of a member. */
type Member = Pick<TeamMember, 'name' | 'role'>;

export interface TeamMatrixInput {
  readonly catalogue: Catalogue;
  /** A team type of the catalogue. */
  readonly type: string;
  /** A communication profile of the catalogue. */
  readonly profile: string;
  readonly members: readonly Member[];
}

/**
 * Who talks to whom in a team that is there already.
 *
 * @throws ORC_PLANNER_UNKNOWN_TEAM_TYPE, ORC_PLANNER_UNKNOWN_PROFILE
 */
export function teamMatrix({ catalogue, type, profile, members }: TeamMatrixInput): TeamMatrix {
  const template = getTemplate(catalogue, type);
  return buildMatrix(catalogue, template, getProfile(catalogue, profile), members).matrix;
}

/**
 * Who talks to whom in this team: the rows of its matrix, the neighbours of its pattern, and the two who talk to
 * everybody. A role that the matrix of the type does not know keeps its row of another matrix.
 */
export function buildMatrix(
  catalogue: Catalogue,
  template: Template,
  profile: Profile,
  members: readonly Member[],
): { readonly matrix: TeamMatrix; readonly warnings: string[] } {
  const isThere = (role: string) => members.some((member) => member.role === role);
  const hub = isThere(profile.hub) ? profile.hub : 'orchestrator';
  const talksTo = Object.fromEntries(
    members.map(({ name, role }) => {
      const roles = new Set(rolesFor(catalogue, template, profile, role));
      // Nobody is left without somebody to report to when the hub of the profile is not in the team.
      roles.add(hub);
      const others = members.filter((each) => each.name !== name && (roles.has('*') || roles.has(each.role)));
      return [name, others.map((each) => each.name)];
    }),
  );
  const matrix: TeamMatrix = {
    id: template.matrix,
    profile: profile.id,
    hub,
    talksTo,
    handoffs: profile.handoffs.flatMap(({ from, to, tags }) =>
      members
        .filter(({ role }) => role === from)
        .flatMap((sender) =>
          members
            .filter(({ role }) => role === to)
            .map((receiver) => ({ from: sender.name, to: receiver.name, tags })),
        ),
    ),
  };
  const warnings =
    hub === profile.hub
      ? []
      : [`${profile.id} reports to ${profile.hub}, who is not in the team; reports go to ${hub}.`];
  return { matrix, warnings };
}

function rolesFor(catalogue: Catalogue, template: Template, profile: Profile, role: string): string[] {
  const ofProfile = [...(profile.talksTo[role] ?? []), ...(profile.talksTo['*'] ?? [])];
  if (!profile.usesMatrix) return ofProfile;
  const own = catalogue.matrices[template.matrix]?.talksTo ?? {};
  const others = Object.entries(catalogue.matrices).filter(([id]) => id !== template.matrix);
  const row =
    own[role] ?? others.map(([, { talksTo }]) => talksTo[role]).find((each) => each !== undefined) ?? [];
  return [...ofProfile, ...row, ...(own['*'] ?? []), ...neighbours(catalogue, template.id, role)];
}

function neighbours({ patterns }: Catalogue, type: string, role: string): string[] {
  const { lines = [], down = [] } = patterns[type] ?? {};
  const inLine = lines.flatMap((line) =>
    line.filter((_, index) => line[index - 1] === role || line[index + 1] === role),
  );
  return [...inLine, ...down.filter(([from]) => from === role).map(([, to]) => to)];
}
