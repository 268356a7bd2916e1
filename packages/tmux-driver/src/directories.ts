import { readlink, realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from './errors.ts';

/** The real path of an existing directory. @throws ORC_TMUX_NO_DIRECTORY */
export async function resolveDirectory(directory: string): Promise<string> {
  if (!isAbsolute(directory) || directory.includes('\0')) throw errors.noDirectory(directory);
  try {
    const path = await realpath(directory);
    if ((await stat(path)).isDirectory()) return path;
  } catch {
    // Missing, or behind a directory that may not be entered: either way nothing could start there.
  }
  throw errors.noDirectory(directory);
}

const startMs = 2_000;

/**
 * Waits until the process runs its program, and returns the directory it is in if that is not the expected
 * one. `undefined` also where nobody can tell: the program has ended already, or there is no `/proc`.
 *
 * tmux starts a program in the home directory, without a word, when it may not enter the right one.
 */
export async function findOtherDirectory(
  pid: number,
  expected: string,
  serverPid: number,
): Promise<string | undefined> {
  const deadline = performance.now() + startMs;
  for (;;) {
    // Asked before the directory: once it is no longer tmux, the directory was already changed.
    const program = await findLink(`/proc/${pid}/exe`);
    const isStarted = program !== (await findLink(`/proc/${serverPid}/exe`));
    const found = await findLink(`/proc/${pid}/cwd`);
    if (found === undefined || found === expected) return undefined;
    if (isStarted || performance.now() > deadline) return found;
    await sleep(1);
  }
}

async function findLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch {
    return undefined; // ended, or not ours to look at
  }
}
