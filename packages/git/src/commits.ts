import { lineOf, type Git } from './git.ts';

export interface Head {
  /** `null` when detached. */
  readonly branch: string | null;
  /** `null` on a branch without a commit. */
  readonly head: string | null;
}

export async function readHead(git: Git, directory: string): Promise<Head> {
  const [symbolic, commit] = await Promise.all([
    git.attempt(directory, ['symbolic-ref', '--quiet', 'HEAD']),
    git.attempt(directory, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
  ]);
  const ref = symbolic.exitCode === 0 ? lineOf(symbolic.stdout) : '';
  return {
    branch: ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null,
    head: commit.exitCode === 0 ? lineOf(commit.stdout) : null,
  };
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
