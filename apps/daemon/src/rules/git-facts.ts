import { agentIdOf } from '@orc/contracts';
import type { GitFact } from '@orc/compliance-rules';
import type { AgentFacts, RepositoryFacts } from '@orc/git-monitor';
import type { Agent, Project } from '@orc/registry';
import type { Parts } from '../parts.ts';
import { baseRole } from '../team/base-role.ts';
import type { Marks } from './repository.ts';

/** What rules need of whoever watches git in this daemon. */
export interface GitSight {
  /** What was seen last; `undefined` before the first look. */
  snapshot(project: string): RepositoryFacts | undefined;
  /** Conflicts that are open now, by rehearsal. */
  conflicts(project: string): readonly {
    readonly owners: readonly string[];
    readonly openedAt: number;
  }[];
  /** Files that the branch of an agent and that of another one change, by the last rehearsal. */
  overlaps(project: string, agent: string): readonly string[];
  /** Integrations that agents have not taken over yet. */
  syncs(project: string): readonly { readonly agent: string; readonly askedAt: number }[];
  /** Whether a test run that passed is recorded for a commit. */
  isTested(project: string, sha: string): boolean;
  /** Whether orc began the integration of this name, with its checklist. */
  isIntegrationKnown(project: string, branch: string): boolean;
  /** When the current round of integration began; `undefined` when there is none. */
  integratingSince(project: string): number | undefined;
}

export interface GitLook {
  readonly project: Project;
  readonly agent: Agent;
  readonly repository: RepositoryFacts;
  readonly facts: AgentFacts;
  readonly marks: Marks;
  readonly now: number;
}

/** Who is judged, whatever it is about. */
export function aboutAgent(project: Project, agent: Pick<Agent, 'id' | 'role'>) {
  return {
    project: project.slug,
    agent: agent.id,
    role: baseRole(agent.role),
    isHub: agent.id === agentIdOf(project.slug, project.hub),
  } as const;
}

export const pushedKey = (agent: string) => `rules.pushed:${agent}`;

/** What was seen of an agent's branch, as rules judge it. What nobody could see is left out. */
export function createGitFacts(
  parts: Pick<Parts, 'board' | 'queue' | 'registry'>,
  sight: GitSight,
): (look: GitLook) => GitFact {
  return (look) => ({
    watches: 'git',
    moment: 'look',
    ...aboutAgent(look.project, look.agent),
    ...branchOf(look),
    ...workOf(look),
    ...pushOf(parts, look),
    ...pullOf(parts, look, sight),
    ...othersOf(look, sight),
    unsavedBefore: unsavedBefore(parts, look),
  });
}

function branchOf({ facts, repository, marks, now }: GitLook): Partial<GitFact> {
  const { branch, naming, branchPrefix, behind, ahead, ownCommits, unpushed } = facts;
  const stashedAt = branch === null ? undefined : marks.stashes.get(branch);
  return {
    branch,
    parentBranch: repository.parent.name,
    isOnParent: naming === 'parent',
    // A branch that orc made, and a detached HEAD, say nothing about what somebody works on.
    hasRolePrefix: naming === 'prefixed' ? true : naming === 'unprefixed' ? false : null,
    expectedPrefix: branchPrefix,
    hasRemote: repository.remote !== null,
    isPushed: unpushed === null ? null : ownCommits.length > unpushed.count,
    hasUpstream: branch === null ? null : marks.upstreams.has(branch),
    stashAge: stashedAt === undefined ? null : now - stashedAt,
    startedFromParent: facts.startedFromParent,
    behind,
    ahead,
  };
}

function workOf({ facts, marks, now }: GitLook): Partial<GitFact> {
  const { dirtyFiles, untrackedFiles, uncommittedSince, unpushed, ownCommits } = facts;
  const [last] = ownCommits;
  return {
    changedFiles: dirtyFiles.length + untrackedFiles.length,
    sinceCommit: uncommittedSince === null ? null : now - uncommittedSince,
    unpushedCommits: unpushed?.count,
    oldestUnpushed: typeof unpushed?.oldestAt === 'number' ? now - unpushed.oldestAt : null,
    ...(last && {
      subject: last.subject,
      lastCommitAge: now - last.at,
      hasStableTag: marks.stableCommits.has(last.sha),
    }),
  };
}

/** Whether the hub or the project manager heard anything from the agent since its last push. */
function pushOf({ registry, queue }: Pick<Parts, 'registry' | 'queue'>, look: GitLook): Partial<GitFact> {
  const { project, agent, now } = look;
  const pushedAt = registry.getValue(pushedKey(agent.id));
  if (typeof pushedAt !== 'number') return {};
  const leads = [project.hub, 'project-manager'].map((role) => agentIdOf(project.slug, role));
  const lastTo = (recipient: string) =>
    queue.list({ sender: agent.id, recipient, order: 'newest', limit: 1 })[0]?.createdAt ?? 0;
  return { sincePush: now - pushedAt, isPushAnnounced: leads.some((lead) => lastTo(lead) >= pushedAt) };
}

/** Without gh nobody knows of pull requests, and nothing is missed. */
function pullOf(
  { registry }: Pick<Parts, 'registry'>,
  { facts, repository, now, project, agent }: GitLook,
  sight: GitSight,
): Partial<GitFact> {
  const { pull, head } = facts;
  if (pull === 'unknown' || repository.pulls.status === 'unknown') return {};
  const pushedAt = registry.getValue(pushedKey(agent.id));
  if (pull === null) return { pushedWithoutPr: typeof pushedAt === 'number' ? now - pushedAt : 0 };
  return {
    prAge: now - pull.createdAt,
    prTitle: pull.title,
    prBranch: pull.head,
    isPrMerged: pull.state === 'merged',
    pushedWithoutPr: 0,
    prTestsPassed: head === null ? null : sight.isTested(project.slug, head),
  };
}

function othersOf({ project, agent, now }: GitLook, sight: GitSight): Partial<GitFact> {
  const conflicts = sight.conflicts(project.slug).filter(({ owners }) => owners.includes(agent.id));
  const sync = sight.syncs(project.slug).find((each) => each.agent === agent.id);
  return {
    conflictsWith: [...new Set(conflicts.flatMap(({ owners }) => owners))].filter(
      (owner) => owner !== agent.id,
    ),
    overlappingFiles: sight.overlaps(project.slug, agent.id),
    conflictAge: conflicts.length === 0 ? 0 : now - Math.min(...conflicts.map(({ openedAt }) => openedAt)),
    sinceIntegration: sync ? now - sync.askedAt : 0,
  };
}

/** Changed files, when the first change is older than the task in hand and another task came before. */
function unsavedBefore({ board }: Pick<Parts, 'board'>, { agent, facts }: GitLook): number {
  const { uncommittedSince, dirtyFiles, untrackedFiles } = facts;
  const tasks = board.list({ project: agent.project, assignee: agent.id });
  const startedAt = tasks.find(({ state }) => state === 'started')?.startedAt ?? null;
  if (startedAt === null || uncommittedSince === null || uncommittedSince >= startedAt) return 0;
  const hadAnother = tasks.some(({ outcomeAt }) => outcomeAt !== null && outcomeAt <= startedAt);
  return hadAnother ? dirtyFiles.length + untrackedFiles.length : 0;
}
