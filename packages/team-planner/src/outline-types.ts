/** A unit of work. It has what a task board takes, and nothing else. */
export type PlannedTask = {
  /** The same for the same specification: its place and the first words of its title. */
  readonly id: string;
  readonly title: string;
  readonly objective: string;
  /** At least one. */
  readonly criteria: string[];
  /** The role of a member of the team. */
  readonly role: string;
  /** Ids of tasks that must be done first. */
  readonly after: string[];
  /** 0 low, 5 normal, 30 high, 75 critical. */
  readonly priority: number;
  /** Id of its phase. */
  readonly phase: string;
};

export type PlannedPhase = { readonly id: string; readonly title: string; readonly tasks: string[] };

/** Tasks with the reasons for whom they are given to and what they wait for. */
export type WorkPlan = {
  /** Who planned: `outline` or `claude`. */
  readonly planner: string;
  readonly phases: PlannedPhase[];
  readonly tasks: PlannedTask[];
  readonly assignments: { readonly task: string; readonly role: string; readonly reason: string }[];
  readonly links: { readonly task: string; readonly after: string; readonly reason: string }[];
  /** Titles of items that the specification has checked off. */
  readonly done: string[];
  readonly warnings: string[];
};
