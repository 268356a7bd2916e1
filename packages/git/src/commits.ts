import { lineOf, type Git } from './git.ts';

export interface Head {
  /** `null` when detached. */
  readonly branch: string | null;
  /** `null` on a branch without a commit. */
  readonly head: string | null;
}

export async function readHead(git: Git, directory: string): Promise<Head> {
  // One git tells both, unless there is no commit yet. Its name comes last: that switch stays on.
  const both = await git.attempt(directory, ['rev-parse', 'HEAD^{commit}', '--symbolic-full-name', 'HEAD']);
  const [head, ref] = lineOf(both.stdout).split('\n');
  if (both.exitCode === 0 && head !== undefined && ref !== undefined) return { branch: branchOf(ref), head };
  const [symbolic, commit] = await Promise.all([
    git.attempt(directory, ['symbolic-ref', '--quiet', 'HEAD']),
    git.attempt(directory, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
  ]);
  return {
    branch: symbolic.exitCode === 0 ? branchOf(lineOf(symbolic.stdout)) : null,
    head: commit.exitCode === 0 ? lineOf(commit.stdout) : null,
  };
}

function branchOf(ref: string): string | null {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
}

/** The commit of a branch, remote branch, tag, full reference name or commit id, in this order. */
export async function findCommit(git: Git, directory: string, name: string): Promise<string | undefined> {
  const candidates = [`refs/heads/${name}`, `refs/remotes/${name}`, `refs/tags/${name}`];
  if (name.startsWith('refs/') || name === 'HEAD' || /^[0-9a-f]{7,64}$/.test(name)) candidates.push(name);
  for (const candidate of candidates) {
    const { exitCode, stdout } = await git.attempt(directory, [
      'rev-parse',
      '--verify',
      '--quiet',
      `${candidate}^{commit}`,
    ]);
    if (exitCode === 0) return lineOf(stdout);
  }
  return undefined;
}
