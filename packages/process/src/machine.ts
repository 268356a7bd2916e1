import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** What the machine has for this process and all others. `null` where the system does not say. */
export interface MachineReading {
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number } | null;
  /** Load average of the last minute, and the cores that carry it. */
  readonly load: { readonly average: number; readonly cores: number } | null;
}

export interface MachineOptions {
  /** Where the kernel tells. Default `/proc`. */
  readonly proc?: string;
  /** Where control groups are. Default `/sys/fs/cgroup`. */
  readonly groups?: string;
}

/**
 * Memory that is free or can be freed without swapping, and the load. In a container it is what is left of the
 * container's own memory. Where there is no `/proc`, nothing is known: other systems count free memory in ways
 * that would make a healthy machine look full.
 */
export function readMachine({
  proc = '/proc',
  groups = '/sys/fs/cgroup',
}: MachineOptions = {}): MachineReading {
  const average = Number.parseFloat(read(join(proc, 'loadavg')));
  return {
    memory: readMemory(proc, groups),
    load: Number.isFinite(average) ? { average, cores: availableParallelism() } : null,
  };
}

function readMemory(proc: string, groups: string): MachineReading['memory'] {
  const meminfo = read(join(proc, 'meminfo'));
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1]) * 1024;
  const [totalBytes, availableBytes] = [field('MemTotal'), field('MemAvailable')];
  if (!Number.isFinite(totalBytes) || !Number.isFinite(availableBytes)) return null;
  return groupsOf(proc)
    .map((group) => readGroup(join(groups, group)))
    .filter((group) => group !== undefined)
    .reduce(
      (least, group) => ({
        totalBytes: Math.min(least.totalBytes, group.totalBytes),
        availableBytes: Math.min(least.availableBytes, group.availableBytes),
      }),
      { totalBytes, availableBytes },
    );
}

/** The control group of this process and all above it: the tightest of them counts. */
function groupsOf(proc: string): string[] {
  const own = /^0::(\/.*)$/m.exec(read(join(proc, 'self', 'cgroup')))?.[1];
  if (own === undefined) return [];
  const all = [own];
  for (let group = own; group !== '/'; group = dirname(group)) all.push(dirname(group));
  return all;
}

function readGroup(directory: string): { totalBytes: number; availableBytes: number } | undefined {
  const limit = read(join(directory, 'memory.max')).trim();
  const used = read(join(directory, 'memory.current')).trim();
  if (!/^\d+$/.test(limit) || !/^\d+$/.test(used)) return undefined;
  const stat = read(join(directory, 'memory.stat'));
  // The page cache counts as used, and is given up when somebody needs it.
  const cached = ['inactive_file', 'active_file', 'slab_reclaimable'].reduce(
    (sum, name) => sum + Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0),
    0,
  );
  return {
    totalBytes: Number(limit),
    availableBytes: Math.max(0, Number(limit) - Math.max(0, Number(used) - cached)),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not a Linux, or no such control group
  }
}
