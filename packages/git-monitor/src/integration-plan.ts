import type { Git } from '@orc/git';
import { fileKind } from './areas.ts';
import type { AgentFacts, RepositoryFacts } from './facts.ts';
import type { IntegrationPlan, IntegrationStep, OwnedConflict, PlanCheck } from './integration-types.ts';
import { rehearse, type Conflict } from './merge-tree.ts';
import { compareCandidates, placeOf } from './order.ts';
import { changedFiles } from './radar.ts';
import type { Scratch } from './scratch.ts';

export interface PlanInput {
  readonly facts: RepositoryFacts;
  /** `none`: there is no remote. `not-asked`: a plan only, which changes nothing. */
  readonly fetched:
    { readonly status: 'done' | 'none' | 'not-asked' } | { readonly status: 'failed'; readonly why: string };
  /** Branches to integrate; every agent's when it is empty. */
  readonly only: readonly string[];
}

interface Found {
  readonly branch: string;
  readonly tip: string;
  readonly agent: AgentFacts | undefined;
}

// What orc itself makes is never merged into what orc makes.
const OWN = /^(integration|rollback)\//;

/** The checklist, and the branches in the order in which they will be merged. Changes nothing. */
export async function planIntegration(
  git: Git,
  scratch: Scratch,
  input: PlanInput,
): Promise<IntegrationPlan> {
  const { facts, only } = input;
  const base = await chooseBase(git, facts);
  const checks: PlanCheck[] = [checkFetch(input.fetched, facts), base.check, checkQuiet(facts.agents)];
  const unsaved = checkSaved(facts.agents);
  if (unsaved) checks.push(unsaved);
  if (base.commit === null) return { checks, base: null, steps: [], skipped: [] };
  const { found, skipped } = await findBranches(git, facts, only);
  const steps: (IntegrationStep & {
    readonly startedAt: number | null;
    readonly names: readonly string[];
  })[] = [];
  for (const { branch, tip, agent } of found) {
    const commits = Number(await git.run(facts.path, ['rev-list', '--count', tip, `^${base.commit}`, '--']));
    if (commits === 0) {
      skipped.push({ branch, why: `${facts.parent.name} has all of it` });
      continue;
    }
    const names = await changedFiles(git, facts.path, [base.commit], tip, scratch);
    const placed = placeOf({ role: agent?.role ?? '', files: names });
    const oldest = agent?.ownCommits.at(-1)?.at ?? null;
    steps.push({
      branch,
      owner: agent?.owner ?? null,
      role: agent?.role ?? null,
      area: placed.area,
      files: names.length,
      commits,
      tip,
      state: 'waiting',
      why: placed.why,
      conflicts: [],
      startedAt: oldest,
      names,
    });
  }
  steps.sort((one, other) => compareCandidates(candidateOf(one), candidateOf(other)));
  checks.push(
    steps.length === 0
      ? { name: 'ready', status: 'failed', text: 'no branch has anything that the parent lacks' }
      : { name: 'ready', status: 'ok', text: `${steps.length} branches are ready` },
  );
  const plain = steps.map(({ startedAt: _, names: __, ...step }) => step);
  return {
    checks,
    base: base.commit,
    steps: await rehearseSteps(git, scratch, facts.path, base.commit, plain),
    skipped,
  };
}

const candidateOf = (step: IntegrationStep & { startedAt: number | null; names: readonly string[] }) => ({
  owner: step.branch,
  role: step.role ?? '',
  files: step.names,
  startedAt: step.startedAt,
});

/** Merges them in memory, one after the other; one that does not go is left out for those behind it. */
async function rehearseSteps(
  git: Git,
  scratch: Scratch,
  path: string,
  base: string,
  steps: readonly IntegrationStep[],
): Promise<IntegrationStep[]> {
  let head = base;
  const rehearsed: IntegrationStep[] = [];
  for (const step of steps) {
    if (await isAncestor(git, path, step.tip, head, scratch.env)) {
      rehearsed.push({ ...step, state: 'contained', why: 'a branch before it brings all of it' });
      continue;
    }
    const verdict = await rehearse(git, path, [head, step.tip], scratch.env);
    if (verdict.status === 'clean') {
      head = await scratch.commitTree(path, verdict.tree, [head, step.tip]);
      rehearsed.push(step);
    } else {
      const conflicts = verdict.status === 'conflict' ? ownConflicts(verdict.conflicts) : [];
      const why = verdict.status === 'conflict' ? step.why : `git cannot merge it: ${verdict.why}`;
      rehearsed.push({ ...step, state: 'conflict', why, conflicts });
    }
  }
  return rehearsed;
}

export function ownConflicts(conflicts: readonly Conflict[]): OwnedConflict[] {
  return conflicts.map((conflict) => ({ ...conflict, fileKind: fileKind(conflict.file) }));
}

export async function isAncestor(
  git: Git,
  path: string,
  older: string,
  newer: string,
  env: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  return (await git.attempt(path, ['merge-base', '--is-ancestor', older, newer], { env })).exitCode === 0;
}

function checkFetch(fetched: PlanInput['fetched'], { remote }: RepositoryFacts): PlanCheck {
  if (fetched.status === 'failed')
    return { name: 'fetch', status: 'failed', text: `${remote} could not be asked: ${fetched.why}` };
  const texts = {
    none: 'there is no remote, so nothing is fetched or pushed',
    done: `${remote} was fetched`,
    'not-asked': `${remote} is not asked for a plan`,
  };
  return { name: 'fetch', status: 'ok', text: texts[fetched.status] };
}

/** Here or on the remote, whichever is further; when each has something of its own, a person must decide. */
async function chooseBase(
  git: Git,
  { path, parent }: RepositoryFacts,
): Promise<{ commit: string | null; check: PlanCheck }> {
  const { name, commit, remoteCommit } = parent;
  const said = (status: PlanCheck['status'], text: string): PlanCheck => ({ name: 'parent', status, text });
  const started = `the project started on ${name}, so everything goes back to ${name} and nowhere else`;
  if (commit === null && remoteCommit === null)
    return { commit: null, check: said('failed', `the recorded parent ${name} is gone`) };
  if (commit === null || remoteCommit === null || commit === remoteCommit)
    return { commit: commit ?? remoteCommit, check: said('ok', started) };
  if (await isAncestor(git, path, remoteCommit, commit))
    return { commit, check: said('ok', `${started}; it is ahead of its remote`) };
  if (await isAncestor(git, path, commit, remoteCommit))
    return { commit: remoteCommit, check: said('ok', `${started}; its remote is ahead, and is taken`) };
  return {
    commit: null,
    check: said(
      'failed',
      `${name} here and on its remote have each something of their own; bring them together first`,
    ),
  };
}

function checkQuiet(agents: readonly AgentFacts[]): PlanCheck {
  const busy = agents.filter(({ operation, isIndexLocked }) => operation !== null || isIndexLocked);
  if (busy.length === 0) return { name: 'quiet', status: 'ok', text: 'nobody is in the middle of a commit' };
  const who = busy.map(({ owner, operation }) => `${owner} is in the middle of a ${operation ?? 'commit'}`);
  return { name: 'quiet', status: 'failed', text: who.join(', ') };
}

function checkSaved(agents: readonly AgentFacts[]): PlanCheck | undefined {
  const dirty = agents
    .map(({ owner, dirtyFiles, untrackedFiles }) => ({
      owner,
      count: dirtyFiles.length + untrackedFiles.length,
    }))
    .filter(({ count }) => count > 0);
  if (dirty.length === 0) return undefined;
  const who = dirty.map(({ owner, count }) => `${count} of ${owner}`);
  return {
    name: 'saved',
    status: 'warning',
    text: `files that are not committed stay out: ${who.join(', ')}`,
  };
}

/** Every branch that an agent is on, or was on in its worktree, and that is still there. */
async function findBranches(
  git: Git,
  facts: RepositoryFacts,
  only: readonly string[],
): Promise<{ found: Found[]; skipped: { branch: string; why: string }[] }> {
  const tips = new Map(facts.branches.map(({ name, commit }) => [name, commit]));
  const owners = new Map<string, AgentFacts>();
  const skipped: { branch: string; why: string }[] = [];
  for (const agent of facts.agents)
    for (const name of await visitedBranches(git, agent)) if (!owners.has(name)) owners.set(name, agent);
  for (const agent of facts.agents) {
    if (agent.branch !== null) owners.set(agent.branch, agent);
    else if (agent.ownCommits.length > 0)
      skipped.push({
        branch: `(detached HEAD of ${agent.owner})`,
        why: `${agent.ownCommits.length} commits are on no branch; make one there with "git switch -c NAME"`,
      });
  }
  const wanted = only.length === 0 ? [...owners.keys()] : only;
  const found: Found[] = [];
  for (const branch of wanted) {
    const tip = tips.get(branch);
    if (branch === facts.parent.name || OWN.test(branch)) continue;
    if (tip === undefined) {
      if (only.length > 0) skipped.push({ branch, why: 'there is no such branch' });
    } else found.push({ branch, tip, agent: owners.get(branch) });
  }
  if (only.length > 0)
    for (const branch of owners.keys())
      if (!only.includes(branch) && tips.has(branch) && branch !== facts.parent.name)
        skipped.push({ branch, why: 'it was not asked for' });
  return { found, skipped };
}

const MOVED = /^checkout: moving from (\S+) to (\S+)$/;

/** Branches that a worktree's HEAD has been on, as its log says. */
async function visitedBranches(git: Git, { path, isMissing }: AgentFacts): Promise<Set<string>> {
  const names = new Set<string>();
  if (isMissing) return names;
  const { exitCode, stdout } = await git.attempt(path, [
    'log',
    '--walk-reflogs',
    '--no-show-signature',
    '--no-color',
    '-z',
    '--format=%gs',
    'HEAD',
    '--',
  ]);
  if (exitCode !== 0) return names;
  for (const line of stdout.split('\0')) for (const name of MOVED.exec(line)?.slice(1) ?? []) names.add(name);
  return names;
}
