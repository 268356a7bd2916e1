import { lstat, mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '@orc/errors';
import { findCommit, listRegistrations, readHead, type Git, type Registration } from '@orc/git';
import { findAdminDirectory } from './admin-directory.ts';
import type { StrategyName } from './config.ts';
import { errors } from './errors.ts';
import { withLock } from './lock.ts';
import type { Places } from './places.ts';
import { inspectRepository } from './repository.ts';
import { rescueRegistration } from './rescue.ts';
import { listBranches, planStep, type Scene } from './strategies.ts';
import type { EnsureInput, Rescue, Worktree } from './types.ts';

export interface EnsureTools {
  readonly git: Git;
  readonly places: Places;
  readonly strategies: readonly StrategyName[];
  readonly lockWaitMs: number;
  readonly now: () => number;
}

interface Target extends EnsureInput {
  readonly root: string;
  readonly commonDir: string;
  readonly hasCommits: boolean;
  readonly path: string;
}

export async function ensureWorktree(tools: EnsureTools, input: EnsureInput): Promise<Worktree> {
  const { git, places, lockWaitMs } = tools;
  const path = await places.pathOf(input.project, input.role);
  await checkBranch(git, input.branch);
  const { root, commonDir, hasCommits } = await inspectRepository(git, input.repository);
  const target = { ...input, root, commonDir, hasCommits, path };
  const worktree =
    (await findKept(git, target)) ??
    (await withLock(
      { git, commonDir, waitMs: lockWaitMs },
      async () => (await findKept(git, target)) ?? (await create(tools, target)),
    ));
  const { branch } = worktree;
  if (input.exact === true && branch !== input.branch)
    throw errors.directoryTaken(path, `one on ${branch ?? 'no branch'} is there, not on ${input.branch}`);
  return worktree;
}

/** The worktree when it is registered, in place and whole; whatever branch its agent is on by now. */
async function findKept(git: Git, { path, commonDir }: Target): Promise<Worktree | undefined> {
  const registration = (await listRegistrations(git, commonDir)).find((each) => each.path === path);
  if (!registration || (await isUnfinished(commonDir, registration))) return undefined;
  if (!(await isLinked(git, path, commonDir))) return undefined;
  const { branch, head } = await readHead(git, path);
  if (head === null) return undefined;
  return { path, branch, head, strategy: 'kept', reason: 'it was there already', isNew: false };
}

async function create(tools: EnsureTools, target: Target): Promise<Worktree> {
  const { git, strategies } = tools;
  const room = await makeRoom(tools, target);
  if (room.kept) return room.kept;
  const scene = await readScene(tools, target, target.exact === true ? null : room.lostBranch);
  await mkdir(dirname(target.path), { recursive: true, mode: 0o700 });
  const attempts: string[] = [];
  for (const strategy of strategies) {
    const step = planStep(strategy, scene);
    if ('refusal' in step) {
      attempts.push(`${strategy}: ${step.refusal}`);
      continue;
    }
    if (target.exact === true && step.branch !== target.branch) {
      attempts.push(`${strategy}: only ${target.branch} will do`);
      continue;
    }
    const added = await git.attempt(target.commonDir, ['worktree', 'add', '--quiet', ...step.args]);
    const { head } = added.exitCode === 0 ? await readHead(git, target.path) : { head: null };
    if (head !== null)
      return { path: target.path, branch: step.branch, head, strategy, reason: step.reason, isNew: true };
    attempts.push(
      `${strategy}: ${added.stderr.trim() || `git ended with ${added.exitCode ?? added.signal}`}`,
    );
    if (step.isNewBranch && step.branch !== null) await dropBranch(git, scene, step.branch);
  }
  throw errors.cannotCreate(target.path, attempts);
}

interface Room {
  /** The worktree was there after all. */
  readonly kept?: Worktree;
  /** The branch that the agent was on when its directory disappeared. */
  readonly lostBranch?: string | null;
}

/**
 * Makes the target's place free, or finds that the worktree was there and only lost: a moved one is
 * registered again, a registration without a directory goes, and so does what a killed git left half made.
 * A directory with anything else in it is not touched.
 */
async function makeRoom(tools: EnsureTools, target: Target): Promise<Room> {
  const { git } = tools;
  const { path, commonDir } = target;
  const found = (await listRegistrations(git, commonDir)).find((each) => each.path === path);
  const state = await readPlace(path);
  if (found && (await isUnfinished(commonDir, found))) {
    // Made by git alone and never handed to an agent: `ensure` had not returned.
    await rm(path, { recursive: true, force: true });
    await clearRegistration(git, commonDir, found);
    return {};
  }
  if (state === 'missing' || state === 'empty') {
    if (!found) return {};
    if (state === 'empty') await rmdir(path);
    await forgetWorktree(tools, commonDir, found);
    return { lostBranch: found.branch };
  }
  if (state === 'other') throw errors.directoryTaken(path, 'something that is not a directory is there');
  if (found || (await pointsInto(path, commonDir))) {
    await git.attempt(commonDir, ['worktree', 'repair', path]);
    const kept = await findKept(git, target);
    if (kept) return { kept: { ...kept, reason: 'it was there, and git had lost it' } };
  }
  throw errors.directoryTaken(path, 'the directory holds files that are not from this repository');
}

async function readScene(
  tools: EnsureTools,
  target: Target,
  lostBranch: string | null | undefined,
): Promise<Scene> {
  const { git } = tools;
  const branches = await listBranches(git, target.commonDir);
  const isThere = lostBranch !== undefined && lostBranch !== null && branches.has(lostBranch);
  const branch = isThere ? lostBranch : target.branch;
  const others: Registration[] = [];
  for (const other of await listRegistrations(git, target.commonDir)) {
    // A branch is not in use where the directory is gone, whatever git's list says. A locked one may lie
    // on a disk that is not mounted now.
    const isGone = !other.isBare && !other.isLocked && (await readPlace(other.path)) === 'missing';
    if (isGone && other.branch === branch) await forgetWorktree(tools, target.commonDir, other);
    else others.push(other);
  }
  const start = await findStart(git, target, branches.has(branch) ? branch : undefined);
  return { ...target, ...start, git, branch, others, branches };
}

/**
 * What new work starts from: the parent, or the agent's own branch where the parent was renamed or deleted since.
 *
 * @throws ORC_WORKTREE_NO_COMMITS, ORC_WORKTREE_UNKNOWN_PARENT
 */
async function findStart(
  git: Git,
  { root, hasCommits, parent }: Target,
  own: string | undefined,
): Promise<Pick<Scene, 'parent' | 'parentCommit'>> {
  for (const name of own === undefined ? [parent] : [parent, own]) {
    const parentCommit = await findCommit(git, root, name);
    if (parentCommit !== undefined) return { parent: name, parentCommit };
  }
  throw hasCommits ? errors.unknownParent(parent, root) : errors.noCommits(root);
}

/** Clears the registration of a directory that is gone; what git still holds of its work is kept. */
export async function forgetWorktree(
  { git, places, now }: Pick<EnsureTools, 'git' | 'places' | 'now'>,
  commonDir: string,
  registration: Registration,
): Promise<Rescue | undefined> {
  const owner = await places.find(registration.path);
  const rescue = await rescueRegistration(git, commonDir, registration, {
    agentId: owner ? `${owner.project}/${owner.role}` : 'unknown',
    reason: 'the directory of its worktree is gone',
    at: now(),
  });
  await clearRegistration(git, commonDir, registration);
  return rescue;
}

/** Only for a directory that is gone: git would delete it with everything in it. */
async function clearRegistration(git: Git, commonDir: string, { path }: Registration): Promise<void> {
  // Twice, because a locked registration needs it.
  await git.run(commonDir, ['worktree', 'remove', '--force', '--force', path]);
}

/** A branch that a failed attempt left behind; kept when anything was committed to it meanwhile. */
async function dropBranch(git: Git, { commonDir, parentCommit }: Scene, branch: string): Promise<void> {
  await git.attempt(commonDir, ['update-ref', '-d', `refs/heads/${branch}`, parentCommit]);
}

/** Git locks a worktree with this word while it makes it, and writes the index when the files are there. */
async function isUnfinished(commonDir: string, { path, lockReason }: Registration): Promise<boolean> {
  if (lockReason !== 'initializing') return false;
  const admin = await findAdminDirectory(commonDir, path);
  return admin !== undefined && (await readPlace(join(admin, 'index'))) === 'missing';
}

export async function isLinked(git: Git, path: string, commonDir: string): Promise<boolean> {
  const found = await inspectRepository(git, path).catch(() => undefined);
  return found !== undefined && found.commonDir === commonDir && found.root === path;
}

export async function readPlace(path: string): Promise<'missing' | 'empty' | 'occupied' | 'other'> {
  try {
    if (!(await lstat(path)).isDirectory()) return 'other';
    return (await readdir(path)).length === 0 ? 'empty' : 'occupied';
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return 'missing';
    throw error;
  }
}

/** True when a directory says that it is a worktree of this repository. */
async function pointsInto(path: string, commonDir: string): Promise<boolean> {
  const link = await readFile(join(path, '.git'), 'utf8').catch(() => '');
  return link.startsWith(`gitdir: ${join(commonDir, 'worktrees')}/`);
}

async function checkBranch(git: Git, branch: string): Promise<void> {
  const { exitCode, stdout } = await git.attempt('/', ['check-ref-format', '--branch', branch]);
  // Git would expand `@{-1}`; only a name that stays as it is names a branch.
  if (exitCode !== 0 || stdout.trim() !== branch) throw errors.badBranch(branch);
}
