/** A process that was started for an agent, as its environment says. */
export interface Suspect {
  readonly pid: number;
  /** The kernel's start time, in ticks. */
  readonly startedAtTicks: string;
  /** The agent it was started for. */
  readonly agent: string;
}

export interface OrphanInput<Process extends Suspect> {
  readonly suspects: readonly Process[];
  /** When the program that each agent runs now was started; agents that run none are left out. */
  readonly programs: ReadonlyMap<string, string>;
  /** Processes that something alive stands above, such as the program of a window. */
  readonly kept: ReadonlySet<number>;
}

/**
 * Finds what outlived the program that it was started for. A process that an agent cut loose from itself
 * belongs to it for as long as the program runs that started it, and is an orphan from then on.
 */
export function findOrphans<Process extends Suspect>({
  suspects,
  programs,
  kept,
}: OrphanInput<Process>): Process[] {
  return suspects.filter(({ pid, startedAtTicks, agent }) => {
    if (kept.has(pid)) return false;
    const program = programs.get(agent);
    return program === undefined || Number(startedAtTicks) < Number(program);
  });
}
