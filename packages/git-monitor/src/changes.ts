import type { AgentFacts, GitChange, PullRequest, RepositoryFacts } from './facts.ts';

/** What happened between two looks. */
export function compareFacts(before: RepositoryFacts, after: RepositoryFacts): GitChange[] {
  const { key, at } = after;
  const changes: GitChange[] = [];
  if (before.parent.commit !== after.parent.commit)
    changes.push({ key, at, type: 'parent-moved', from: before.parent.commit, to: after.parent.commit });
  for (const now of after.agents) {
    const old = before.agents.find(({ owner }) => owner === now.owner);
    if (!old || old.isMissing || now.isMissing) continue;
    if (old.branch !== now.branch)
      changes.push({ key, at, type: 'branch-changed', owner: now.owner, from: old.branch, to: now.branch });
    changes.push(...compareCommits(key, at, old, now), ...comparePulls(key, at, old, now));
  }
  return changes;
}

function compareCommits(key: string, at: number, old: AgentFacts, now: AgentFacts): GitChange[] {
  const { owner, branch } = now;
  const known = new Set(old.ownCommits.map(({ sha }) => sha));
  const changes: GitChange[] = now.ownCommits
    .filter(({ sha }) => !known.has(sha))
    .reverse()
    .map((commit) => ({ key, at, type: 'committed', owner, branch, commit }));
  // A branch that was left behind with its unpushed commits was not pushed.
  const isSameLine = now.branch === old.branch;
  const count = (old.unpushed?.count ?? 0) - (now.unpushed?.count ?? 0) + changes.length;
  const oldestAt = old.unpushed?.oldestAt ?? now.ownCommits[0]?.at ?? null;
  if (isSameLine && now.unpushed?.count === 0 && count > 0 && oldestAt !== null && old.unpushed !== null)
    changes.push({ key, at, type: 'pushed', owner, branch, count, afterMs: Math.max(0, at - oldestAt) });
  return changes;
}

function comparePulls(key: string, at: number, old: AgentFacts, now: AgentFacts): GitChange[] {
  const { owner, pull } = now;
  if (!isPull(pull) || old.pull === 'unknown') return [];
  const isSame = isPull(old.pull) && old.pull.number === pull.number;
  const changes: GitChange[] = [];
  if (!isSame) changes.push({ key, at, type: 'pull-opened', owner, pull });
  if (pull.state === 'merged' && !(isSame && isPull(old.pull) && old.pull.state === 'merged'))
    changes.push({ key, at, type: 'pull-merged', owner, pull });
  return changes;
}

function isPull(pull: AgentFacts['pull']): pull is PullRequest {
  return pull !== null && pull !== 'unknown';
}
