import type { ProcessIdentity } from './identity.ts';
import { readMemory, type Stat } from './proc.ts';
import { indexProcesses, listBelow, type ProcessIndex } from './tree.ts';

/** What a process and all that descends from it use. */
export interface TreeUsage {
  /** Percent of one core since the last reading, so 200 is two cores; `null` at the first one. */
  readonly cpuPercent: number | null;
  /** Resident memory; what several of them share counts for each. */
  readonly memoryBytes: number;
  readonly processCount: number;
}

export interface UsageMeter {
  /**
   * Reads all trees at once, so that a hundred cost one look at the process table. The key names the tree;
   * one whose root has ended is left out, and so is everything where there is no `/proc`.
   */
  read<Key>(roots: ReadonlyMap<Key, ProcessIdentity>): Map<Key, TreeUsage>;
}

const TICKS_PER_SECOND = 100;

interface Sample {
  readonly at: number;
  /** Processor time by pid and start time, of every process that belonged to a tree. */
  readonly ticks: ReadonlyMap<string, number>;
}

/**
 * Measures process trees between two readings. A process that began and ended in between is not counted.
 * `now` is a clock in ms that never goes back; by default the one of this process.
 */
export function createUsageMeter({
  now = () => performance.now(),
}: { readonly now?: () => number } = {}): UsageMeter {
  let last: Sample | undefined;
  return {
    read<Key>(roots: ReadonlyMap<Key, ProcessIdentity>) {
      const usages = new Map<Key, TreeUsage>();
      if (roots.size === 0) return usages;
      const at = now();
      const index = indexProcesses();
      const ticks = new Map<string, number>();
      for (const [key, root] of roots) {
        const tree = listTree(index, root);
        if (tree.length === 0) continue;
        for (const stat of tree) ticks.set(keyOf(stat), stat.cpuTicks);
        usages.set(key, {
          cpuPercent: percentOf(tree, root, last, at),
          memoryBytes: tree.reduce((sum, { pid }) => sum + readMemory(pid), 0),
          processCount: tree.length,
        });
      }
      last = { at, ticks };
      return usages;
    },
  };
}

function listTree(index: ProcessIndex, { pid, startedAtTicks }: ProcessIdentity): Stat[] {
  const root = index.byPid.get(pid);
  return root?.startedAtTicks === startedAtTicks ? [root, ...listBelow(index, pid)] : [];
}

function percentOf(
  tree: readonly Stat[],
  root: ProcessIdentity,
  last: Sample | undefined,
  at: number,
): number | null {
  // Of a root that is new to the meter it is not known how much of its time lies before the last reading.
  if (last === undefined || at <= last.at || !last.ticks.has(keyOf(root))) return null;
  const used = tree.reduce((sum, stat) => sum + stat.cpuTicks - (last.ticks.get(keyOf(stat)) ?? 0), 0);
  return Math.max(0, ((used / TICKS_PER_SECOND) * 1_000 * 100) / (at - last.at));
}

function keyOf({ pid, startedAtTicks }: ProcessIdentity): string {
  return `${pid}:${startedAtTicks}`;
}
