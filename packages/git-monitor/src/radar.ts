import { displayPath, type Git, type PathBytes } from '@orc/git';
import type { AgentFacts } from './facts.ts';
import { rehearse, type Conflict, type Rehearsal } from './merge-tree.ts';
import { suggestOrder, type Candidate, type SuggestedOrder } from './order.ts';
import type { Scratch } from './scratch.ts';
import type { WorktreeStatus } from './worktree-status.ts';

export interface RadarConflict extends Conflict {
  /** At least one side has not committed its version of this file yet. */
  readonly isUncommitted: boolean;
}

/** What merging two agents' work would come to at this moment. */
export interface RadarPair {
  /** In the order of their names. */
  readonly owners: readonly [string, string];
  /** `overlap`: both changed the same files, and git can put that together. `unknown`: git could not try. */
  readonly status: 'clean' | 'overlap' | 'conflict' | 'unknown';
  readonly conflicts: readonly RadarConflict[];
  /** Files that both changed and that merge. */
  readonly overlaps: readonly string[];
  readonly order: SuggestedOrder;
  readonly why: string | null;
}

export interface Radar {
  readonly key: string;
  readonly at: number;
  /** Agents with work that the parent does not have, in the order of their names. */
  readonly owners: readonly string[];
  readonly pairs: readonly RadarPair[];
  /** How many merges had to be rehearsed; the others were known. */
  readonly rehearsed: number;
}

export interface RadarMemory {
  readonly pairs: Map<string, Rehearsal>;
  readonly sides: Map<
    string,
    { readonly key: string; readonly commit: string; readonly files: readonly string[] }
  >;
}

interface Side extends Candidate {
  /** Its HEAD, or a commit of its files on HEAD. Says everything about the merge, so it is the cache's key. */
  readonly commit: string;
  readonly unsaved: ReadonlySet<string>;
}

export interface RadarInput {
  readonly key: string;
  readonly path: string;
  readonly at: number;
  readonly parents: readonly string[];
  readonly agents: readonly AgentFacts[];
  readonly statuses: ReadonlyMap<string, WorktreeStatus>;
  readonly untrackedMax: number;
}

const PAIRS_KEPT_MAX = 5_000;

/** Rehearses every pair of agents that both have work of their own. A pair of known commits costs nothing. */
export async function scanPairs(
  git: Git,
  scratch: Scratch,
  memory: RadarMemory,
  input: RadarInput,
): Promise<Radar> {
  const sides: Side[] = [];
  for (const agent of input.agents) {
    const side = await readSide(git, scratch, memory, input, agent);
    if (side) sides.push(side);
  }
  sides.sort((one, other) => (one.owner < other.owner ? -1 : 1));
  const pairs: RadarPair[] = [];
  let rehearsed = 0;
  const used = new Map<string, Rehearsal>();
  for (const [index, one] of sides.entries())
    for (const other of sides.slice(index + 1)) {
      const key = `${one.commit} ${other.commit}`;
      let verdict = memory.pairs.get(key);
      if (!verdict) {
        verdict = await rehearse(git, input.path, [one.commit, other.commit], scratch.env);
        rehearsed += 1;
      }
      used.set(key, verdict);
      pairs.push(judgePair(one, other, verdict));
    }
  keepUsed(memory, used);
  return { key: input.key, at: input.at, owners: sides.map(({ owner }) => owner), pairs, rehearsed };
}

/** Pairs that are in use come last, so that the oldest go first when there are too many. */
function keepUsed({ pairs }: RadarMemory, used: ReadonlyMap<string, Rehearsal>): void {
  for (const [key, verdict] of used) {
    pairs.delete(key);
    pairs.set(key, verdict);
  }
  for (const key of pairs.keys()) {
    if (pairs.size <= PAIRS_KEPT_MAX) break;
    pairs.delete(key);
  }
}

/** `undefined` for an agent without work of its own. */
async function readSide(
  git: Git,
  scratch: Scratch,
  memory: RadarMemory,
  { path, parents, statuses, untrackedMax }: RadarInput,
  agent: AgentFacts,
): Promise<Side | undefined> {
  const { owner, role, head, ownCommits, operation } = agent;
  const status = statuses.get(owner);
  if (head === null || !status) return undefined;
  // In the middle of a merge the files hold both sides; what is committed is all that can be said.
  const hasUnsaved = operation === null && status.dirty.length + status.untracked.length > 0;
  if (!hasUnsaved && (agent.ahead ?? ownCommits.length) === 0) return undefined;
  const key = [head, ...parents, hasUnsaved ? status.stamp : ''].join('\0');
  let known = memory.sides.get(owner);
  if (known?.key !== key) {
    const commit = hasUnsaved
      ? await scratch.commitFiles(agent.path, head, {
          gitDir: status.gitDir,
          withUntracked: status.untracked.length <= untrackedMax,
        })
      : head;
    known = { key, commit, files: await changedFiles(git, path, parents, commit, scratch) };
    memory.sides.set(owner, known);
  }
  return {
    owner,
    role,
    files: known.files,
    startedAt: ownCommits.at(-1)?.at ?? null,
    commit: known.commit,
    unsaved: new Set(hasUnsaved ? [...status.dirty, ...status.untracked].map(displayPath) : []),
  };
}

/** What a commit changed since it left the parent. */
export async function changedFiles(
  git: Git,
  path: string,
  parents: readonly string[],
  commit: string,
  { env }: Pick<Scratch, 'env'>,
): Promise<string[]> {
  const [parent] = parents;
  const base =
    parent === undefined ? undefined : await git.attempt(path, ['merge-base', parent, commit], { env });
  const start = base?.exitCode === 0 ? base.stdout.trim() : undefined;
  const output = await git.run(
    path,
    start === undefined
      ? ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]
      : ['diff-tree', '-r', '-z', '--name-only', '--no-renames', start, commit],
    { encoding: 'latin1', env },
  );
  return output
    .split('\0')
    .filter((name) => name !== '')
    .map((name) => displayPath(name as PathBytes));
}

function judgePair(one: Side, other: Side, verdict: Rehearsal): RadarPair {
  const isUnsaved = (file: string) =>
    [one, other].some(({ unsaved }) =>
      [...unsaved].some((each) => each === file || (each.endsWith('/') && file.startsWith(each))),
    );
  const base = { owners: [one.owner, other.owner] as const, order: suggestOrder(one, other) };
  if (verdict.status === 'unknown')
    return { ...base, status: 'unknown', conflicts: [], overlaps: [], why: verdict.why };
  const { overlaps } = verdict;
  if (verdict.status === 'clean')
    return {
      ...base,
      status: overlaps.length > 0 ? 'overlap' : 'clean',
      conflicts: [],
      overlaps,
      why: null,
    };
  const conflicts = verdict.conflicts.map((each) => ({ ...each, isUncommitted: isUnsaved(each.file) }));
  return { ...base, status: 'conflict', conflicts, overlaps, why: null };
}
