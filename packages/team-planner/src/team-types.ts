import type { TypeDecision } from './detect-type.ts';

/** Who is in a team, under which name. `name` is the part of the agent's id after the project. */
export type TeamMember = {
  /** The role's id, with `-2` and so on for further members of the same role. */
  readonly name: string;
  readonly role: string;
  readonly title: string;
  readonly branchPrefix: string;
  readonly windowName: string;
  /** What a temporary agent is for; `null` for the others. */
  readonly purpose: string | null;
  /** Why it is in the team, for a person. */
  readonly reason: string;
};

export type RoleChoice = { readonly role: string; readonly reason: string };

/** Who may talk to whom in this team, by member name. */
export type TeamMatrix = {
  readonly id: string;
  readonly profile: string;
  /** The member that reports go to. */
  readonly hub: string;
  readonly talksTo: Readonly<Record<string, string[]>>;
  /** Direct messages between members that are fine when they carry one of the tags. */
  readonly handoffs: { readonly from: string; readonly to: string; readonly tags: string[] }[];
};

export type TeamPlan = {
  readonly type: string;
  readonly typeDecision: TypeDecision;
  readonly size: string;
  readonly sizeReason: string;
  readonly plan: string;
  readonly planReason: string;
  readonly tokenFactor: number;
  /** The orchestrator is always the first. */
  readonly members: TeamMember[];
  /** Roles that belong to the team and that plan or size leave no room for. */
  readonly dropped: RoleChoice[];
  /** Roles that could help and are added on request only. */
  readonly offered: RoleChoice[];
  readonly warnings: string[];
  readonly advice: string[];
  readonly matrix: TeamMatrix;
  readonly checkIns: { readonly name: string; readonly minutes: number }[];
};
