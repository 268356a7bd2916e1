import type { WatchedRepository } from '@orc/git-monitor';
import type { Agent, Project } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import type { Parts } from '../parts.ts';

/** The role that an agent has: `tester-2` is a tester. */
export function roleOf({ role }: Pick<Agent, 'role'>): string {
  return role.replace(/-\d+$/, '');
}

/** A project as the git monitor watches it: its agents' worktrees, and what their branches should be called. */
export function watchedProject(
  { registry }: Pick<Parts, 'registry'>,
  catalogue: Catalogue,
  project: Project,
): WatchedRepository {
  const prefixes = new Map(catalogue.roles.map(({ id, branchPrefix }) => [id, branchPrefix]));
  const agents = registry
    .listAgents({ project: project.slug })
    .filter(({ desired, worktreePath }) => desired !== 'ended' && worktreePath !== null)
    .map((agent) => ({
      owner: agent.id,
      role: roleOf(agent),
      path: agent.worktreePath ?? '',
      branchPrefix: prefixes.get(roleOf(agent)) ?? null,
      baseBranch: agent.branch,
    }));
  return { key: project.slug, path: project.path, parent: project.parentBranch, agents };
}
