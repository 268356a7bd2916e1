import type { Project } from '@orc/registry';
import type { Parts } from '../parts.ts';
import { ownWorktrees } from '../team/down.ts';

/** The place in a project's worktrees where orc itself merges; no agent has this name. */
const ROLE = 'integration';

/**
 * A worktree on one of orc's own branches, made from a commit when the branch is new. One of an earlier
 * integration gives way; whatever somebody left in it is rescued first.
 */
export async function ensureIntegrationWorktree(
  parts: Parts,
  project: Project,
  { branch, from }: { readonly branch: string; readonly from: string },
): Promise<string> {
  const { worktrees } = parts;
  const known = await findIntegrationWorktree(parts, project);
  if (known && known.branch !== branch) await worktrees.remove({ path: known.path, force: true });
  const { path } = await worktrees.ensure({
    repository: project.path,
    project: project.slug,
    role: ROLE,
    branch,
    parent: from,
    // Commits are made on this branch and tested in the worktree, so the two must be one.
    exact: true,
  });
  return path;
}

export async function findIntegrationWorktree(
  parts: Parts,
  project: Project,
): Promise<{ readonly path: string; readonly branch: string | null } | undefined> {
  return (await ownWorktrees(parts, project)).find(({ role, isMissing }) => role === ROLE && !isMissing);
}

/** Makes the worktree be its branch's commit; what somebody left in it is kept under a rescue ref. */
export async function keepAndReset(
  { worktrees, integrator }: Pick<Parts, 'worktrees' | 'integrator'>,
  project: Project,
  path: string,
): Promise<void> {
  await worktrees.rescue({ path, agentId: `${project.slug}/${ROLE}`, reason: 'an integration goes on' });
  await integrator.reset(path);
}
