import type { Environment, Git } from '@orc/git';
import { createGh, readPulls } from './pulls.ts';
import type { PullRequest } from './facts.ts';

/** A pull request, or why there is none. */
export type PullOutcome =
  | { readonly status: 'done'; readonly pull: PullRequest }
  | { readonly status: 'unavailable'; readonly why: string };

/** What goes to a remote and to GitHub. Failures are answers: `null` is done, a text is why not. */
export interface Remote {
  fetch(directory: string, remote: string): Promise<string | null>;
  /** With `lease`, also backwards, and only while the remote still has that commit. */
  push(
    directory: string,
    remote: string,
    refspec: string,
    options?: { readonly lease?: { readonly branch: string; readonly commit: string } },
  ): Promise<string | null>;
  /** The pull request of a branch; opened when there is none. */
  openPull(input: {
    readonly directory: string;
    readonly head: string;
    readonly base: string;
    readonly title: string;
    readonly body: string;
  }): Promise<PullOutcome>;
  /** Merges it with a merge commit; past required reviews only with `admin`. */
  mergePull(directory: string, number: number, options: { readonly admin: boolean }): Promise<string | null>;
}

export function createRemote(
  git: Git,
  options: { readonly ghPath: string | null; readonly timeoutMs: number; readonly environment: Environment },
): Remote {
  const { ghPath, timeoutMs, environment } = options;
  const gh = ghPath === null ? undefined : createGh({ ghPath, timeoutMs, environment });
  const findPull = async (directory: string, head: string): Promise<PullOutcome | undefined> => {
    if (!gh) return { status: 'unavailable', why: 'gh is switched off in the configuration' };
    const listed = await readPulls(gh, directory, 0, ['--head', head]);
    if (listed.status === 'unknown') return { status: 'unavailable', why: listed.why };
    const pull = listed.pulls.find((each) => each.head === head && each.state !== 'closed');
    return pull && { status: 'done', pull };
  };
  return {
    async fetch(directory, remote) {
      const args = ['fetch', '--quiet', '--prune', '--no-recurse-submodules', remote];
      return reason(await git.attempt(directory, args));
    },
    async push(directory, remote, refspec, { lease } = {}) {
      const force = lease ? [`--force-with-lease=refs/heads/${lease.branch}:${lease.commit}`] : [];
      return reason(await git.attempt(directory, ['push', '--quiet', ...force, remote, refspec]));
    },
    async openPull({ directory, head, base, title, body }) {
      const known = await findPull(directory, head);
      if (known || !gh) return known ?? { status: 'unavailable', why: 'there is no gh' };
      const made = await gh(directory, [
        'pr',
        'create',
        '--head',
        head,
        '--base',
        base,
        '--title',
        title,
        '--body',
        body,
      ]);
      if (made.exitCode !== 0) return { status: 'unavailable', why: made.stderr.trim() };
      const found = await findPull(directory, head);
      return found ?? { status: 'unavailable', why: 'gh made a pull request and does not list it' };
    },
    async mergePull(directory, number, { admin }) {
      if (!gh) return 'gh is switched off in the configuration';
      return reason(
        await gh(directory, ['pr', 'merge', String(number), '--merge', ...(admin ? ['--admin'] : [])]),
      );
    },
  };
}

function reason({
  exitCode,
  stderr,
}: {
  readonly exitCode: number | null;
  readonly stderr: string;
}): string | null {
  return exitCode === 0 ? null : stderr.trim().split('\n').slice(-3).join(' ') || `exit code ${exitCode}`;
}
