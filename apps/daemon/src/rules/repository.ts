import { createGit } from '@orc/git';
import type { Project } from '@orc/registry';
import type { Parts } from '../parts.ts';

/** What rules want to know of a repository beside what the git monitor sees. */
export interface RepositoryLooks {
  marks(project: Pick<Project, 'path' | 'parentBranch'>): Promise<Marks>;
  /** Whether a push replaces commits that the remote has; `undefined` when git cannot say. */
  isForced(path: string, push: PushedRef): Promise<boolean | undefined>;
}

export interface PushedRef {
  readonly localSha: string;
  readonly remoteSha: string;
}

export interface Marks {
  /** Branches that know where they are pushed to. */
  readonly upstreams: ReadonlySet<string>;
  /** Commits with a tag `stable-…`. */
  readonly stableCommits: ReadonlySet<string>;
  /** When the oldest stash of each branch was made, in ms since 1970. */
  readonly stashes: ReadonlyMap<string, number>;
  /** Branches `integration/…` that the parent does not have yet, with the time of their last commit. */
  readonly integrations: ReadonlyMap<string, number>;
}

const REFS = '--format=%(refname)%00%(upstream)%00%(objectname)%00%(*objectname)';
const NOBODY = /^0+$/;

const OPEN = '--format=%(refname:lstrip=2)%00%(committerdate:unix)';

/** Three commands a look, all of them for programs to read. Nothing is changed. */
export function createRepositoryLooks({ environment }: Pick<Parts, 'environment'>): RepositoryLooks {
  const git = createGit({
    gitPath: 'git',
    timeoutMs: 30_000,
    environment,
    failed: (directory, _args, _exitCode, stderr) => new Error(`git failed in ${directory}: ${stderr}`),
  });
  return {
    async marks({ path, parentBranch }) {
      const refs = await git.attempt(path, ['for-each-ref', REFS, 'refs/heads', 'refs/tags/stable-*']);
      const stash = await git.attempt(path, ['log', '-g', '--format=%ct%x00%gs', 'refs/stash', '--']);
      const open = await git.attempt(path, [
        ...['for-each-ref', OPEN, `--no-merged=${parentBranch}`],
        ...['refs/heads/integration/', 'refs/heads/integration-daily-*'],
      ]);
      const upstreams = new Set<string>();
      const stableCommits = new Set<string>();
      for (const line of linesOf(refs.stdout)) {
        const [name = '', upstream = '', object = '', peeled = ''] = line.split('\0');
        if (name.startsWith('refs/tags/')) stableCommits.add(peeled === '' ? object : peeled);
        else if (upstream !== '') upstreams.add(name.slice('refs/heads/'.length));
      }
      const stashes = new Map<string, number>();
      for (const line of stash.exitCode === 0 ? linesOf(stash.stdout) : []) {
        const [seconds = '', subject = ''] = line.split('\0');
        const branch = /^(?:WIP on|On) (.+?):/.exec(subject)?.[1];
        // The newest comes first, so the oldest is what stays.
        if (branch !== undefined) stashes.set(branch, Number(seconds) * 1_000);
      }
      const integrations = new Map<string, number>();
      for (const line of open.exitCode === 0 ? linesOf(open.stdout) : []) {
        const [branch = '', seconds = ''] = line.split('\0');
        integrations.set(branch, Number(seconds) * 1_000);
      }
      return { upstreams, stableCommits, stashes, integrations };
    },
    async isForced(path, { localSha, remoteSha }) {
      if (NOBODY.test(remoteSha)) return false;
      if (NOBODY.test(localSha)) return true;
      const { exitCode } = await git.attempt(path, ['merge-base', '--is-ancestor', remoteSha, localSha]);
      return exitCode === 0 ? false : exitCode === 1 ? true : undefined;
    },
  };
}

function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}
