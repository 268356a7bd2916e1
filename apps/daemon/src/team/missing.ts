/** What is known of an agent's surroundings before it is started. */
export interface Surroundings {
  /** Why its client cannot be started; `null` when it can. */
  readonly clientProblem: string | null;
  readonly projectPath: string;
  readonly isProjectThere: boolean;
  /** `null` for one that works in none. */
  readonly worktreePath: string | null;
  readonly isWorktreeThere: boolean;
  readonly hasSpec: boolean;
}

/** What a start of the agent would lack, each with what to do or what orc does about it; empty when nothing. */
export function missingFrom(surroundings: Surroundings): string[] {
  const { clientProblem, projectPath, isProjectThere, worktreePath, isWorktreeThere, hasSpec } = surroundings;
  return [
    clientProblem,
    isProjectThere ? null : `the project's directory ${projectPath} is not there: bring it back first`,
    worktreePath === null || isWorktreeThere
      ? null
      : `its worktree ${worktreePath} is not there: a start makes it again from its branch`,
    hasSpec ? null : 'the project has no spec: give one with "orc up --spec"',
  ].filter((each) => each !== null);
}
