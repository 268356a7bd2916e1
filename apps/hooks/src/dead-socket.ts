import { existsSync, readFileSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './environment.ts';

/*
 * A daemon that was killed leaves its socket behind. To find that out by calling costs more than all the rest
 * of a hook, so it is found out once: a socket that refused a call never answers again, because a new daemon
 * makes a new one. Which socket it was is told by its inode and the time of its last change.
 */

/** Between `bind` and `listen` a socket refuses too; one so young may yet come to life. */
const AGE_MS_MIN = 10_000;

/** False when there is no socket, or one that is known to be dead. Never throws: a call finds it out as well. */
export function mayBeAlive(environment: Pick<Environment, 'home' | 'socketPath'>): boolean {
  const mark = markOf(environment);
  if (!existsSync(mark)) return existsSync(environment.socketPath);
  try {
    const socket = statSync(environment.socketPath, { throwIfNoEntry: false });
    if (!socket || readFileSync(mark, 'latin1') === nameOf(socket)) return false;
    rmSync(mark, { force: true });
  } catch {
    // Another hook has taken the mark away meanwhile.
  }
  return true;
}

/** Remembers that the socket refused a call. Never throws: it only saves time. `now` in ms since 1970. */
export function rememberRefusal(environment: Pick<Environment, 'home' | 'socketPath'>, now: number): void {
  try {
    const socket = statSync(environment.socketPath);
    if (now - socket.ctimeMs > AGE_MS_MIN)
      writeFileSync(markOf(environment), nameOf(socket), { mode: 0o600 });
  } catch {
    // The next hook finds it out itself.
  }
}

function nameOf({ ino, ctimeMs }: Stats): string {
  return `${ino} ${ctimeMs}`;
}

function markOf(environment: Pick<Environment, 'home'>): string {
  return join(environment.home, 'spool', 'dead-socket');
}
