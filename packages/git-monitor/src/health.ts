import { displayPath, type Git, type PathBytes } from '@orc/git';
import type { RepositoryFacts } from './facts.ts';
import { changedFiles } from './radar.ts';
import type { Scratch } from './scratch.ts';

export interface BranchHealth {
  readonly branch: string;
  /** The agent that is on it. */
  readonly owner: string | null;
  /** As git has it configured; `null` for a branch that was never pushed. */
  readonly upstream: string | null;
  /** Commits that the upstream lacks, and that it has and this branch lacks; `null` without an upstream. */
  readonly ahead: number | null;
  readonly behind: number | null;
  /** Commits of the recorded parent that this branch lacks. */
  readonly behindParent: number | null;
  /** Files that differ from where it left the parent. */
  readonly files: number;
  readonly insertions: number;
  readonly deletions: number;
}

export interface Health {
  /** Of agents, and of every branch that has something the parent lacks. */
  readonly branches: readonly BranchHealth[];
  /** Files that more than one branch changed: to be talked about before anything is merged. */
  readonly overlaps: readonly { readonly file: string; readonly branches: readonly string[] }[];
  /** What came onto the parent since then, newest first. */
  readonly parentCommits: readonly {
    readonly sha: string;
    readonly subject: string;
    readonly author: string;
    readonly at: number;
    readonly isMerge: boolean;
  }[];
  /** The recent graph, drawn by git. */
  readonly graph: readonly string[];
}

const BRANCHES_MAX = 100;
const GRAPH_LINES = 20;

export async function readHealth(
  git: Git,
  scratch: Scratch,
  facts: RepositoryFacts,
  since: number,
): Promise<Health> {
  const parents = [facts.parent.commit, facts.parent.remoteCommit].filter((each) => each !== null);
  const upstreams = await readUpstreams(git, facts.path);
  const changed = new Map<string, string[]>();
  const branches: BranchHealth[] = [];
  for (const { name, commit } of facts.branches.slice(0, BRANCHES_MAX)) {
    if (name === facts.parent.name) continue;
    const owner = facts.agents.find((agent) => agent.branch === name)?.owner ?? null;
    const files = await changedFiles(git, facts.path, parents, commit, scratch);
    if (owner === null && files.length === 0) continue;
    for (const file of files) changed.set(file, [...(changed.get(file) ?? []), name]);
    branches.push({
      branch: name,
      owner,
      ...(await compareUpstream(git, facts.path, commit, upstreams.get(name))),
      behindParent: parents.length === 0 ? null : await count(git, facts.path, [...parents, `^${commit}`]),
      files: files.length,
      ...(await countLines(git, facts.path, parents[0], commit)),
    });
  }
  const overlaps = [...changed]
    .filter(([, names]) => names.length > 1)
    .map(([file, names]) => ({ file, branches: names }));
  return {
    branches,
    overlaps,
    parentCommits: parents.length === 0 ? [] : await readParentCommits(git, facts.path, parents, since),
    graph: await readGraph(git, facts.path),
  };
}

async function readUpstreams(git: Git, path: string): Promise<Map<string, string>> {
  const output = await git.run(path, ['for-each-ref', '--format=%(refname)%00%(upstream)', 'refs/heads']);
  const upstreams = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [name = '', upstream = ''] = line.split('\0');
    if (upstream !== '') upstreams.set(name.slice('refs/heads/'.length), upstream);
  }
  return upstreams;
}

async function compareUpstream(
  git: Git,
  path: string,
  commit: string,
  upstream: string | undefined,
): Promise<Pick<BranchHealth, 'upstream' | 'ahead' | 'behind'>> {
  if (upstream === undefined) return { upstream: null, ahead: null, behind: null };
  const name = upstream.replace(/^refs\/(remotes|heads)\//, '');
  const there = await git.attempt(path, ['rev-parse', '--verify', '--quiet', `${upstream}^{commit}`]);
  if (there.exitCode !== 0) return { upstream: `${name} (gone)`, ahead: null, behind: null };
  const other = there.stdout.trim();
  const ahead = await count(git, path, [commit, `^${other}`]);
  return { upstream: name, ahead, behind: await count(git, path, [other, `^${commit}`]) };
}

async function count(git: Git, path: string, revisions: readonly string[]): Promise<number> {
  return Number(await git.run(path, ['rev-list', '--count', ...revisions, '--']));
}

/** A binary file has no lines. */
async function countLines(
  git: Git,
  path: string,
  parent: string | undefined,
  commit: string,
): Promise<Pick<BranchHealth, 'insertions' | 'deletions'>> {
  if (parent === undefined) return { insertions: 0, deletions: 0 };
  const base = await git.attempt(path, ['merge-base', parent, commit]);
  if (base.exitCode !== 0) return { insertions: 0, deletions: 0 };
  const output = await git.run(
    path,
    ['diff-tree', '-r', '-z', '--numstat', '--no-renames', base.stdout.trim(), commit],
    {
      encoding: 'latin1',
    },
  );
  let [insertions, deletions] = [0, 0];
  for (const entry of output.split('\0')) {
    const [added, removed] = entry.split('\t');
    insertions += Number(added) || 0;
    deletions += Number(removed) || 0;
  }
  return { insertions, deletions };
}

async function readParentCommits(
  git: Git,
  path: string,
  parents: readonly string[],
  since: number,
): Promise<Health['parentCommits']> {
  const output = await git.run(
    path,
    [
      'rev-list',
      '--no-commit-header',
      '--first-parent',
      '--max-count=100',
      `--since=@${Math.floor(since / 1000)}`,
      '--format=%H%x00%ct%x00%an%x00%P%x00%s',
      ...parents,
      '--',
    ],
    { encoding: 'latin1' },
  );
  const text = (value: string) => displayPath(value as PathBytes);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha = '', seconds = '0', author = '', from = '', subject = ''] = line.split('\0');
      const isMerge = from.includes(' ');
      return { sha, subject: text(subject), author: text(author), at: Number(seconds) * 1000, isMerge };
    });
}

async function readGraph(git: Git, path: string): Promise<string[]> {
  const { exitCode, stdout } = await git.attempt(path, [
    'log',
    '--graph',
    '--branches',
    '--no-color',
    '--no-show-signature',
    `--max-count=${GRAPH_LINES}`,
    '--format=%h %D %s',
    '--decorate=short',
    '--',
  ]);
  return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}
