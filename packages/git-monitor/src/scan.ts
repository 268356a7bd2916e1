import { readdir, stat } from 'node:fs/promises';
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

/** What of a repository does not change between two looks. */
export interface ScanMemory {
  commonDir?: string;
  last?: { readonly fingerprint: string; readonly scan: Scan };
}

const FORMAT = '%(refname)%00%(objectname)%00%(*objectname)%00%(committerdate:unix)';

/** Reads with git only when something in the repository's own files has changed: looking costs no process. */
export async function scanRepository(git: Git, path: string, memory: ScanMemory): Promise<Scan> {
  const commonDir = (memory.commonDir ??= lineOf(
    await git.run(path, ['rev-parse', '--path-format=absolute', '--git-common-dir']),
  ));
  // Taken before git reads: what changes meanwhile is read again by the next look.
  const fingerprint = await takeFingerprint(commonDir);
  if (memory.last?.fingerprint === fingerprint) return memory.last.scan;
  const [listed, worktrees, remotes] = await Promise.all([
    git.run(path, ['for-each-ref', `--format=${FORMAT}`, 'refs/heads', 'refs/remotes']),
    listRegistrations(git, path),
    git.run(path, ['remote']),
  ]);
  const scan = { commonDir, remote: chooseRemote(remotes), worktrees, ...readRefs(listed) };
  memory.last = { fingerprint, scan };
  return scan;
}

function readRefs(listed: string): Pick<Scan, 'refs' | 'branches'> {
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
  return { refs, branches };
}

/** `origin`, or the only remote, or the first by name. */
function chooseRemote(listed: string): string | null {
  const names = listed.split('\n').filter((name) => name !== '');
  return names.includes('origin') ? 'origin' : (names.sort()[0] ?? null);
}

/** Where refs, heads and settings stand, with files or with reftables. Git replaces these files and edits none. */
const STATEFUL = ['config', 'HEAD', 'packed-refs', 'reftable'];
const STATEFUL_TREES = ['refs/heads', 'refs/remotes'];
const STATEFUL_OF_WORKTREE = ['HEAD', 'gitdir', 'locked', 'reftable'];

async function takeFingerprint(commonDir: string): Promise<string> {
  const worktrees = await readdir(join(commonDir, 'worktrees')).catch(() => []);
  const trees = await Promise.all(
    STATEFUL_TREES.map(async (tree) => {
      const entries = await readdir(join(commonDir, tree), { recursive: true }).catch(() => []);
      return entries.map((entry) => join(tree, entry));
    }),
  );
  const files = [
    ...STATEFUL,
    ...trees.flat().sort(),
    ...worktrees.sort().flatMap((name) => STATEFUL_OF_WORKTREE.map((file) => join('worktrees', name, file))),
  ];
  const stamps = await Promise.all(
    files.map(async (file) => {
      const found = await stat(join(commonDir, file), { bigint: true }).catch(() => undefined);
      return found ? `${file} ${found.ino} ${found.mtimeNs} ${found.size}` : `${file} -`;
    }),
  );
  return stamps.join('\n');
}
