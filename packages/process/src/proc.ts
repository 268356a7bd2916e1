import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel says of one process. Times are in ticks, of which Linux shows 100 in a second. */
export interface Stat {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly startedAtTicks: string;
  /** Processor time of the process itself, in user and kernel mode. */
  readonly cpuTicks: number;
}

/** Every process that runs; zombies do not. Empty where there is no `/proc`. */
export function readStats(): Stat[] {
  return listDirectory('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => readStat(Number(entry)))
    .filter((stat) => stat !== undefined)
    .filter(({ state }) => state !== 'Z' && state !== 'X');
}

export function readStat(pid: number): Stat | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  // The name stands in parentheses and may hold anything, spaces and parentheses included.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  const startedAtTicks = fields[19];
  if (state === undefined || parent === undefined || startedAtTicks === undefined) return undefined;
  const cpuTicks = Number(fields[11]) + Number(fields[12]);
  return { pid, state, parent: Number(parent), startedAtTicks, cpuTicks };
}

/** Memory that a process holds in RAM, in bytes; what it shares with others counts for each of them. */
export function readMemory(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${pid}/status`))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

/** The environment a process was started with; empty for one of another user. */
export function readEnvironment(pid: number): Map<string, string> {
  const variables = new Map<string, string>();
  for (const entry of readIfThere(`/proc/${pid}/environ`).split('\0')) {
    const at = entry.indexOf('=');
    if (at > 0) variables.set(entry.slice(0, at), entry.slice(at + 1));
  }
  return variables;
}

/** The command line with its words separated by spaces, for people to read. */
export function readCommand(pid: number): string {
  return readIfThere(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // not a Linux
  }
}

/** As UTF-8, which Node reads in one step: a look at the process table is hundreds of these. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // ended between listing and reading, or somebody else's
  }
}
