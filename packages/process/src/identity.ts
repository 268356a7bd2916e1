import { isErrno } from '@orc/errors';
import { readStat } from './proc.ts';
import { indexProcesses, listBelow } from './tree.ts';

/**
 * A process, told apart from a later one that got the same pid. `startedAtTicks` is the kernel's start
 * time; it is `null` where there is no `/proc`, and then the pid alone has to do.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAtTicks: string | null;
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

/**
 * Every process below these, children before grandchildren, by one look at the process table; empty where there
 * is no `/proc`.
 */
export function listDescendants(...pids: readonly number[]): ProcessIdentity[] {
  if (!hasProc || pids.length === 0) return [];
  const index = indexProcesses();
  return pids
    .flatMap((pid) => listBelow(index, pid))
    .map(({ pid, startedAtTicks }) => ({ pid, startedAtTicks }));
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

function canSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}
