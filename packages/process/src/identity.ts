import { readdirSync, readFileSync } from 'node:fs';
import { isErrno } from '@orc/errors';

/**
 * A process, told apart from a later one that got the same pid. `startedAtTicks` is the kernel's start
 * time; it is `null` where there is no `/proc`, and then the pid alone has to do.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAtTicks: string | null;
}

interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly startedAtTicks: string;
}

const hasProc = process.platform === 'linux';

/** The identity of a process that runs now, or `undefined`. A zombie does not run. */
export function findIdentity(pid: number): ProcessIdentity | undefined {
  if (!hasProc) return canSignal(pid) ? { pid, startedAtTicks: null } : undefined;
  const stat = readStat(pid);
  return stat && stat.state !== 'Z' && stat.state !== 'X'
    ? { pid, startedAtTicks: stat.startedAtTicks }
    : undefined;
}

/** True while exactly this process runs; false for a zombie and for another process with its pid. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = findIdentity(identity.pid);
  return now !== undefined && now.startedAtTicks === identity.startedAtTicks;
}

/** Every process below this one, children before grandchildren; empty where there is no `/proc`. */
export function listDescendants(pid: number): ProcessIdentity[] {
  if (!hasProc) return [];
  const children = new Map<number, ProcessIdentity[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readStat(Number(entry));
    if (!stat || stat.state === 'Z') continue;
    const siblings = children.get(stat.parent) ?? [];
    siblings.push({ pid: Number(entry), startedAtTicks: stat.startedAtTicks });
    children.set(stat.parent, siblings);
  }
  const found: ProcessIdentity[] = [];
  const queue = [pid];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const child of children.get(next) ?? []) {
      found.push(child);
      queue.push(child.pid);
    }
  }
  return found;
}

/** Sends a signal to exactly this process. Returns false when it no longer runs. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false;
    throw error;
  }
}

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // ended between listing and reading
  }
  // The name stands in parentheses and may hold anything, spaces and parentheses included.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  const startedAtTicks = fields[19];
  if (state === undefined || parent === undefined || startedAtTicks === undefined) return undefined;
  return { state, parent: Number(parent), startedAtTicks };
}

function canSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}
