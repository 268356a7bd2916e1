import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lineOf, listRegistrations, type Git, type Registration } from '@orc/git';
import type { BranchFacts } from './facts.ts';

/** Every ref and worktree of a repository, read in one round. */
export interface Scan {
  readonly commonDir: string;
  readonly remote: string | null;
  /** Full name to commit, of branches and remote branches. */
  readonly refs: ReadonlyMap<string, string>;
  readonly branches: readonly BranchFacts[];
  readonly worktrees: readonly Registration[];
}

interface Settings {
  readonly stamp: string;
  readonly remote: string | null;
}

/** What of a repository does not change between two looks. */
export interface ScanMemory {
  commonDir?: string;
  settings?: Settings;
}

const FORMAT = '%(refname)%00%(objectname)%00%(*objectname)%00%(committerdate:unix)';

/** Two git commands; the name of the remote is read again only when the settings file has changed. */
export async function scanRepository(git: Git, path: string, memory: ScanMemory): Promise<Scan> {
  const commonDir = (memory.commonDir ??= lineOf(
    await git.run(path, ['rev-parse', '--path-format=absolute', '--git-common-dir']),
  ));
  const [listed, worktrees, remote] = await Promise.all([
    git.run(path, ['for-each-ref', `--format=${FORMAT}`, 'refs/heads', 'refs/remotes']),
    listRegistrations(git, path),
    readRemote(git, path, commonDir, memory),
  ]);
  const refs = new Map<string, string>();
  const branches: BranchFacts[] = [];
  // A reference name holds no newline.
  for (const line of listed.split('\n')) {
    const [name = '', commit = '', , seconds = '0'] = line.split('\0');
    if (name === '') continue;
    refs.set(name, commit);
    if (name.startsWith('refs/heads/'))
      branches.push({
        name: name.slice('refs/heads/'.length),
        commit,
        committedAt: Number(seconds) * 1000,
      });
  }
  return { commonDir, remote, refs, branches, worktrees };
}

/** `origin`, or the only remote, or the first by name. */
async function readRemote(
  git: Git,
  path: string,
  commonDir: string,
  memory: ScanMemory,
): Promise<string | null> {
  const found = await stat(join(commonDir, 'config')).catch(() => undefined);
  const stamp = found ? `${found.mtimeMs}:${found.size}` : '';
  if (memory.settings?.stamp === stamp && stamp !== '') return memory.settings.remote;
  const names = (await git.run(path, ['remote'])).split('\n').filter((name) => name !== '');
  const remote = names.includes('origin') ? 'origin' : (names.sort()[0] ?? null);
  memory.settings = { stamp, remote };
  return remote;
}
