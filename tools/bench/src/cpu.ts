import { readFileSync } from 'node:fs';

/** The kernel counts the time of a process in hundredths of a second, whatever the clock of the processor. */
const TICKS_PER_SECOND = 100;

/** Milliseconds of a core that a process has used so far, in user and kernel mode. */
export function readCpuMs(pid: number): number {
  return parseCpuMs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Resident memory of a process, in MB of 1024 KB. */
export function readMemoryMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}

/** The name of a program may contain spaces and brackets, so the fields are counted behind its last bracket. */
export function parseCpuMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, kernel] = [Number(fields[11]), Number(fields[12])];
  if (!Number.isFinite(user + kernel)) throw new Error(`This is no line of /proc/<pid>/stat: ${stat}`);
  return ((user + kernel) * 1_000) / TICKS_PER_SECOND;
}
