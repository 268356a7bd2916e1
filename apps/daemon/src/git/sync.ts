import type { GitSync } from '@orc/contracts';
import type { AgentFacts } from '@orc/git-monitor';
import type { Agent, Project } from '@orc/registry';
import type { Parts } from '../parts.ts';
import type { GitTools } from './tools.ts';

interface SyncInput {
  readonly project: Project;
  readonly agent: Agent;
  /** Another agent, whose branch is taken over instead of the parent. */
  readonly from: Agent | undefined;
  /** The agent asks for itself, so that nothing changes under its hands. */
  readonly isSelf: boolean;
  readonly isBusy: boolean;
}

/**
 * Brings an agent's branch up to date with the parent, or with another agent's branch: in its own worktree,
 * and only when that is clean and git can merge it. Else nothing changes, and the answer says what to do.
 */
export async function syncAgent(parts: Parts, { watch }: GitTools, input: SyncInput): Promise<GitSync> {
  const { integrator, gitJournal, clock, bus } = parts;
  const { project, agent, from } = input;
  const before = await watch.look(project, { isFresh: true });
  const problem = before.remote === null ? null : await integrator.fetch(project.path, before.remote);
  const facts = await watch.look(project, { isFresh: true });
  const own = facts.agents.find(({ owner }) => owner === agent.id);
  const other = from && facts.agents.find(({ owner }) => owner === from.id);
  const source = from ? (other?.branch ?? from.id) : project.parentBranch;
  const tip = from ? (other?.head ?? null) : await furtherOf(parts, project, facts.parent);
  const base = {
    agent: agent.id,
    branch: own?.branch ?? null,
    source,
    conflicts: [],
    head: own?.head ?? null,
  };
  const fetched = problem === null ? '' : ` (${before.remote} could not be asked: ${problem})`;
  const left = (text: string, more: Partial<GitSync> = {}): GitSync => ({
    ...base,
    behind: own?.behind ?? 0,
    status: 'left',
    text: `${text}${fetched}`,
    ...more,
  });
  if (!own || own.isMissing || own.head === null)
    return left(`${agent.id} has no worktree to bring up to date`);
  if (tip === null) return left(`there is no commit of ${source} to take over`);
  const behind = from ? await integrator.countMissing(project.path, tip, own.head) : (own.behind ?? 0);
  if (await integrator.isAncestor(project.path, tip, own.head)) {
    finishSyncs(parts, project, agent);
    return { ...base, behind: 0, status: 'current', text: `${agent.id} has all of ${source}${fetched}` };
  }
  const obstacle = obstacleOf(own, input, source);
  if (obstacle !== null) return left(obstacle, { behind });
  const merged = await integrator.mergeWorktree({
    worktree: own.path,
    tip,
    message: `Merge ${source} into ${own.branch}`,
  });
  if (merged.status === 'conflict') {
    const files = merged.conflicts.map(({ file, kind }) => `${file} (${kind})`).join(', ');
    return left(
      `${source} and ${own.branch} are in conflict: ${files || merged.why}. In ${own.path}: git merge ${source}, solve it, commit.`,
      { behind, conflicts: merged.conflicts },
    );
  }
  const head = merged.status === 'merged' ? merged.head : own.head;
  bus.publish(
    'git.synced',
    { source, behind, head },
    { source: 'git', project: project.slug, agent: agent.id },
  );
  finishSyncs({ gitJournal, clock }, project, agent);
  return {
    ...base,
    head,
    behind,
    status: 'merged',
    text: `took over ${behind} commits of ${source}${fetched}`,
  };
}

function obstacleOf(own: AgentFacts, { agent, isSelf, isBusy }: SyncInput, source: string): string | null {
  const how = `then: git merge ${source}`;
  if (own.branch === null) return `HEAD is detached. Make a branch ("git switch -c NAME"), ${how}`;
  if (own.operation !== null) return `A ${own.operation} is under way in ${own.path}. End it, ${how}`;
  if (own.isIndexLocked) return `Another git is at work in ${own.path}. Try again`;
  const unsaved = own.dirtyFiles.length + own.untrackedFiles.length;
  if (unsaved > 0) return `${unsaved} files are not committed. Commit them, ${how}`;
  if (isBusy && !isSelf)
    return `${agent.id} is at work, and nothing changes under its hands. Ask it to run "orc git sync"`;
  return null;
}

/** Here or on the remote, whichever has more. */
async function furtherOf(
  { integrator }: Parts,
  { path }: Project,
  { commit, remoteCommit }: { readonly commit: string | null; readonly remoteCommit: string | null },
): Promise<string | null> {
  if (commit === null || remoteCommit === null) return commit ?? remoteCommit;
  return (await integrator.isAncestor(path, commit, remoteCommit)) ? remoteCommit : commit;
}

/** What the agent owed is paid; how long that took is measured (F-08). */
function finishSyncs(
  { gitJournal, clock }: Pick<Parts, 'gitJournal' | 'clock'>,
  { slug }: Project,
  agent: Agent,
): void {
  const at = clock.now();
  for (const sync of gitJournal.openSyncs(slug)) {
    if (sync.agent !== agent.id) continue;
    gitJournal.finishSync(slug, agent.id, sync.sha, at);
    gitJournal.recordTiming({
      project: slug,
      kind: 'merge-to-pull',
      subject: `${agent.id} ${sync.sha}`,
      durationMs: at - sync.askedAt,
      at,
    });
  }
}

/** Notes who has what they owed, however they got it, and who is late. Each is told of once. */
export async function watchSyncs(
  { gitJournal, gitMonitor, integrator, registry, clock, bus }: Parts,
  project: Project,
): Promise<void> {
  const facts = gitMonitor.snapshot(project.slug);
  if (!facts) return;
  for (const sync of gitJournal.openSyncs(project.slug)) {
    const agent = registry.findAgent(sync.agent);
    const own = facts.agents.find(({ owner }) => owner === sync.agent);
    if (!agent || agent.desired === 'ended')
      gitJournal.finishSync(project.slug, sync.agent, sync.sha, clock.now());
    else if (own?.head && (await integrator.isAncestor(project.path, sync.sha, own.head)))
      finishSyncs({ gitJournal, clock }, project, agent);
    else if (clock.now() > sync.dueAt && gitJournal.markOverdue(project.slug, sync.agent, sync.sha))
      bus.publish(
        'git.sync_overdue',
        { sha: sync.sha, askedAt: sync.askedAt, dueAt: sync.dueAt },
        { source: 'git', project: project.slug, agent: sync.agent, severity: 'warning' },
      );
  }
}
