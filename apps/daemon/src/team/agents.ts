import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { agentIdOf } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import { getRole, type Catalogue, type TeamMember } from '@orc/team-planner';
import { hashToken } from '../http/auth.ts';
import type { Parts } from '../parts.ts';

/** Makes what an agent needs before it can be started: its record and its worktree. Repeating changes nothing. */
export async function ensureAgent(
  parts: Parts,
  project: Project,
  member: TeamMember,
): Promise<{ agent: Agent; isNew: boolean }> {
  const { registry } = parts;
  const id = agentIdOf(project.slug, member.name);
  const known = registry.findAgent(id);
  if (known && known.desired !== 'ended')
    return { agent: await ensureWorktree(parts, project, known), isNew: false };
  registry.saveAgent({
    id,
    project: project.slug,
    role: member.name,
    title: member.title,
    windowName: member.windowName,
    branch: `${member.branchPrefix}${project.slug}-${member.name}`,
    worktreePath: null,
    runtime: project.runtime,
    // Nobody has this token; the one that the agent gets is made when it is launched.
    tokenHash: hashToken(randomBytes(24).toString('base64url')),
    desired: 'stopped',
    launchCount: 0,
    ...nothingRuns,
    isTemporary: member.purpose !== null,
    purpose: member.purpose,
  });
  return { agent: await ensureWorktree(parts, project, registry.getAgent(id)), isNew: true };
}

/** The agent's worktree, made again when `down` or a person removed it. A second call changes nothing. */
export async function ensureWorktree(
  { registry, worktrees }: Parts,
  project: Project,
  agent: Agent,
): Promise<Agent> {
  const { path, branch } = await worktrees.ensure({
    repository: project.path,
    project: project.slug,
    role: agent.role,
    branch: agent.branch ?? `${agent.role}/${project.slug}-${agent.role}`,
    parent: project.parentBranch,
  });
  const isSame = agent.worktreePath === path && agent.branch === branch;
  return isSame ? agent : registry.updateAgent(agent.id, { worktreePath: path, branch });
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

/** Where the window histories of ended agents are. */
export function archivesDirectory({ home }: Parts['layout']): string {
  return join(home, 'registry', 'logs');
}

/** A file that is not there yet; a second end in the same second gets a number. */
export function archivePath(layout: Parts['layout'], agent: Agent, at: number): string {
  const stamp = new Date(at).toISOString().replace(/[-:]/g, '').replace('T', '_').slice(0, 15);
  const name = `${agent.project}_${agent.role}_${stamp}`;
  for (let number = 1; ; number += 1) {
    const path = join(archivesDirectory(layout), `${name}${number === 1 ? '' : `-${number}`}.log`);
    if (!existsSync(path)) return path;
  }
}

/** Why somebody is in a team who was not in its plan. */
export const JOINED_LATER = 'asked for';

/** The member that somebody asked for by its role; one for a `purpose` is temporary and named after it. */
export function memberOf(catalogue: Catalogue, name: string, purpose: string | null): TeamMember {
  const role = getRole(catalogue, name);
  return {
    name: purpose === null ? role.id : `temp-${purpose}`,
    role: role.id,
    title: role.title,
    branchPrefix: role.branchPrefix,
    windowName: purpose === null ? role.windowName : `TEMP-${purpose}`,
    purpose,
    reason: JOINED_LATER,
  };
}
