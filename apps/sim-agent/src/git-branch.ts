import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** The branch that is checked out where the session works; `HEAD` when there is none. Starts no process. */
export function findGitBranch(directory: string): string {
  for (let at = directory; ; at = dirname(at)) {
    const head = readHead(join(at, '.git'), at);
    if (head !== undefined) return /^ref: refs\/heads\/(.+)$/.exec(head.trim())?.[1] ?? 'HEAD';
    if (dirname(at) === at) return 'HEAD';
  }
}

/** In a worktree `.git` is a file that names the directory. */
function readHead(dotGit: string, base: string): string | undefined {
  const direct = readText(join(dotGit, 'HEAD'));
  if (direct !== undefined) return direct;
  const pointed = /^gitdir: (.+)$/m.exec(readText(dotGit) ?? '')?.[1];
  if (pointed === undefined) return undefined;
  return readText(join(isAbsolute(pointed) ? pointed : resolve(base, pointed), 'HEAD'));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
