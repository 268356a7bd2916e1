import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Programs that would run a pasted line. A hint: any program can call itself anything. */
export const shells: readonly string[] = ['sh', 'bash', 'zsh', 'fish', 'dash', 'ksh'];

/**
 * Who would read what is typed:
 * - `shell`: nothing but a shell.
 * - `waiting-shell`: a shell leads, but it waits for a program of the same group (`sh -c 'program; true'`).
 * - `program`: something else.
 * - `unknown`: the process has ended, or there is no `/proc`.
 */
export type Foreground = 'shell' | 'waiting-shell' | 'program' | 'unknown';

/** Looks at the process group that owns the terminal of this process. */
export function readForeground(pid: number): Foreground {
  const group = readStat(pid)?.foregroundGroup;
  if (group === undefined || group <= 0) return 'unknown';
  if (!isShell(group)) return 'program';
  return listGroup(group).every(isShell) ? 'shell' : 'waiting-shell';
}

function isShell(pid: number): boolean {
  const name = read(`/proc/${pid}/comm`)?.trim() ?? '';
  const [program = ''] = read(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
  // A login shell is called `-bash`.
  return [name, basename(program)].some((word) => shells.includes(word.replace(/^-/, '')));
}

/** Reads all of `/proc`, so only where the leader is a shell, which is rare. */
function listGroup(group: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && readStat(Number(entry))?.group === group)
    .map(Number);
}

function readStat(pid: number): { group: number; foregroundGroup: number } | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name stands in parentheses and may hold anything. After it: state, parent, group, session, terminal,
  // and the group in the foreground of that terminal.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { group: Number(fields[2]), foregroundGroup: Number(fields[5]) };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined; // ended between two looks
  }
}
