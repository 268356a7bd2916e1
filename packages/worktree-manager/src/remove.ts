import { lineOf, listRegistrations, type Git } from '@orc/git';
import { errors } from './errors.ts';
import { isLinked, readPlace, type EnsureTools } from './ensure.ts';
import { withLock } from './lock.ts';
import { findOccupants } from './occupants.ts';
import { resolveLinks } from './places.ts';
import { inspectRepository } from './repository.ts';
import { rescueWorktree } from './rescue.ts';
import type { Removed } from './types.ts';

export interface RemoveInput {
  readonly path: string;
  readonly force: boolean;
  readonly deleteBranch: boolean;
}

export async function removeWorktree(tools: EnsureTools, input: RemoveInput): Promise<Removed> {
  const { git, places, lockWaitMs } = tools;
  const path = await resolveLinks(input.path);
  const owner = await places.find(path);
  if (!owner) throw errors.notOurs(path);
  if ((await readPlace(path)) === 'missing')
    return { isRemoved: false, rescue: undefined, branch: null, isBranchDeleted: false };
  const repository = await inspectRepository(git, path).catch(() => undefined);
  const commonDir = repository?.commonDir;
  if (!repository?.isWorktreeOfAnother || commonDir === undefined || !(await isLinked(git, path, commonDir)))
    throw errors.notOurs(path);
  return withLock({ git, commonDir, waitMs: lockWaitMs }, () =>
    removeHeld(tools, { ...input, path }, commonDir, `${owner.project}/${owner.role}`),
  );
}

async function removeHeld(
  { git, now }: EnsureTools,
  { path, force, deleteBranch }: RemoveInput,
  commonDir: string,
  agentId: string,
): Promise<Removed> {
  const registration = (await listRegistrations(git, commonDir)).find((each) => each.path === path);
  if (registration?.isLocked === true && !force) throw errors.locked(path, registration.lockReason ?? '');
  await refuseOccupied(path);
  const { branch, head, remotes } = await inspectRepository(git, path);
  // Where there is no remote, nothing can be pushed, and the branch is where the commits belong.
  if (branch !== null && remotes.length > 0 && !force) {
    const unpushed = await countUnmerged(git, commonDir, branch);
    if (unpushed > 0) throw errors.unpushed(path, branch, unpushed);
  }
  const lost = deleteBranch && branch !== null ? await countUnmerged(git, commonDir, branch) : 0;
  if (lost > 0 && !force) throw errors.unmerged(branch ?? '', lost);
  const rescue = await rescueWorktree(git, {
    path,
    agentId,
    reason: 'its worktree was removed',
    at: now(),
    keepHead: lost > 0,
  });
  if (rescue && rescue.skipped.length > 0 && !force) throw errors.notAllKept(path, rescue.skipped);
  // Whoever came in while the work was being kept may have added to it.
  await refuseOccupied(path);
  await git.run(commonDir, ['worktree', 'remove', '--force', '--force', path]);
  const isBranchDeleted = deleteBranch && branch !== null && head !== null;
  if (isBranchDeleted) await git.run(commonDir, ['update-ref', '-d', `refs/heads/${branch}`, head]);
  return { isRemoved: true, rescue, branch, isBranchDeleted };
}

async function refuseOccupied(path: string): Promise<void> {
  const occupants = await findOccupants(path);
  if (occupants.length > 0) throw errors.inUse(path, occupants);
}

/** Commits of a branch that no other branch, tag or remote holds. */
async function countUnmerged(git: Git, commonDir: string, branch: string): Promise<number> {
  const count = await git.run(commonDir, [
    ...['rev-list', '--count', `refs/heads/${branch}`, '--not'],
    // What is excluded from `--branches` is named without `refs/heads/`.
    ...[`--exclude=${branch}`, '--branches', '--tags', '--remotes'],
  ]);
  return Number(lineOf(count));
}
