import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { agentIdOf } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import type { TeamMember } from '@orc/team-planner';
import { hashToken } from '../http/auth.ts';
import type { Parts } from '../parts.ts';

/** Makes what an agent needs before it can be started: its worktree and its record. Repeating changes nothing. */
export async function ensureAgent(
  { registry, worktrees, layout }: Parts,
  project: Project,
  member: TeamMember,
): Promise<{ agent: Agent; isNew: boolean }> {
  const id = agentIdOf(project.slug, member.name);
  const known = registry.findAgent(id);
  const worktree = await worktrees.ensure({
    repository: project.path,
    project: project.slug,
    role: member.name,
    branch: `${member.branchPrefix}${project.slug}-${member.name}`,
    parent: project.parentBranch,
  });
  if (known && known.desired !== 'ended') {
    if (known.worktreePath !== worktree.path || known.branch !== worktree.branch)
      registry.updateAgent(id, { worktreePath: worktree.path, branch: worktree.branch });
    return { agent: registry.getAgent(id), isNew: false };
  }
  registry.saveAgent({
    id,
    project: project.slug,
    role: member.name,
    title: member.title,
    windowName: member.windowName,
    branch: worktree.branch,
    worktreePath: worktree.path,
    runtime: project.runtime,
    // Nobody has this token; the one that the agent gets is made when it is launched.
    tokenHash: hashToken(randomBytes(24).toString('base64url')),
    desired: 'stopped',
    launchCount: 0,
    ...nothingRuns,
    isTemporary: member.purpose !== null,
    purpose: member.purpose,
  });
  return { agent: registry.getAgent(id), isNew: true };
}

/** An agent before its first launch. */
const nothingRuns = {
  paneId: null,
  tmuxServer: null,
  pid: null,
  pidStartedAt: null,
  sessionId: null,
  transcriptPath: null,
  launchedAt: null,
} as const;

/** Where an agent's window history goes when it ends. */
export function archivePath(layout: Parts['layout'], agent: Agent, at: number): string {
  const stamp = new Date(at).toISOString().replace(/[-:]/g, '').replace('T', '_').slice(0, 15);
  return join(layout.home, 'registry', 'logs', `${agent.project}_${agent.role}_${stamp}.log`);
}
