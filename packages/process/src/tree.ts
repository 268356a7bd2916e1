import { readStats, type Stat } from './proc.ts';

/** One look at the process table, by pid and by parent. */
export interface ProcessIndex {
  readonly byPid: ReadonlyMap<number, Stat>;
  readonly byParent: ReadonlyMap<number, readonly Stat[]>;
}

export function indexProcesses(): ProcessIndex {
  const stats = readStats();
  const byParent = new Map<number, Stat[]>();
  for (const stat of stats) {
    const siblings = byParent.get(stat.parent);
    if (siblings) siblings.push(stat);
    else byParent.set(stat.parent, [stat]);
  }
  return { byPid: new Map(stats.map((stat) => [stat.pid, stat])), byParent };
}

/** Everything below a process, children before grandchildren. */
export function listBelow({ byParent }: ProcessIndex, pid: number): Stat[] {
  const found = [...(byParent.get(pid) ?? [])];
  // The list grows while it is walked: children are added behind their parent.
  for (const { pid: parent } of found) found.push(...(byParent.get(parent) ?? []));
  return found;
}
