import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineOf, type Git, type PathBytes, type Registration } from '@orc/git';
import { findAdminDirectory } from './admin-directory.ts';
import { captureWorktree, writeIndexTree, type Capture } from './capture.ts';
import { errors } from './errors.ts';
import { findPutAside } from './put-aside.ts';
import { inspectRepository, isHeld } from './repository.ts';
import { writeMessage } from './rescue-message.ts';
import type { Rescue } from './types.ts';

export const RESCUES = 'refs/orc/rescue';

export interface RescueInput {
  readonly path: string;
  readonly agentId: string;
  readonly reason: string;
  readonly at: number;
  /** Keeps HEAD also where a branch holds it, because that branch is about to go. */
  readonly keepHead?: boolean;
  /** Kept also where git ignores them. */
  readonly also?: readonly PathBytes[];
}

export async function rescueWorktree(git: Git, input: RescueInput): Promise<Rescue | undefined> {
  await checkAgentId(git, input.agentId);
  const { root, commonDir, gitDir, branch, head } = await inspectRepository(git, input.path);
  const captured = await captureWorktree(git, { root, commonDir }, head, input.also);
  const capture = { ...captured, tips: [...captured.tips, ...(await findPutAside(git, gitDir))] };
  if (!(await isWorthKeeping(git, root, head, capture, input.keepHead === true))) return undefined;
  return writeRescue(git, { ...input, path: root, directory: commonDir, branch, head, capture });
}

/**
 * Keeps what git still holds of a worktree whose directory is gone: what was staged or put aside, and
 * commits that nothing else holds.
 */
export async function rescueRegistration(
  git: Git,
  commonDir: string,
  { path, branch, head }: Registration,
  about: Omit<RescueInput, 'path'>,
): Promise<Rescue | undefined> {
  await checkAgentId(git, about.agentId);
  const admin = await findAdminDirectory(commonDir, path);
  const headTree =
    head === null ? undefined : lineOf(await git.run(commonDir, ['rev-parse', `${head}^{tree}`]));
  const scratch = await mkdtemp(join(tmpdir(), 'orc-rescue-'));
  try {
    const env = { GIT_DIR: admin ?? commonDir };
    const index = admin && (await writeIndexTree(git, admin, join(scratch, 'index'), env));
    const tree = index ?? headTree;
    if (tree === undefined) return undefined;
    const tips = admin === undefined ? [] : await findPutAside(git, admin);
    const capture = { tree, stagedTree: undefined, tips, skipped: [] };
    if (!(await isWorthKeeping(git, commonDir, head, capture, false))) return undefined;
    return await writeRescue(git, { ...about, path, directory: commonDir, branch, head, capture });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function isWorthKeeping(
  git: Git,
  directory: string,
  head: string | null,
  capture: Capture,
  keepHead: boolean,
): Promise<boolean> {
  const { tree, stagedTree, tips, skipped } = capture;
  const base = head === null ? await emptyTree(git, directory) : `${head}^{tree}`;
  if (tree !== lineOf(await git.run(directory, ['rev-parse', base]))) return true;
  if (stagedTree !== undefined || skipped.length > 0) return true;
  for (const tip of tips) if (!(await isHeld(git, directory, tip))) return true;
  if (head === null) return false;
  return keepHead || !(await isHeld(git, directory, head));
}

interface Work extends Omit<RescueInput, 'keepHead' | 'also'> {
  /** Where git finds the repository; the worktree itself may be gone. */
  readonly directory: string;
  readonly branch: string | null;
  readonly head: string | null;
  readonly capture: Capture;
}

async function writeRescue(git: Git, work: Work): Promise<Rescue> {
  const { directory, head, capture, agentId, at, reason, path, branch } = work;
  const parents = head === null ? [] : [head];
  const staged =
    capture.stagedTree === undefined
      ? null
      : await commitTree(git, work, capture.stagedTree, parents, `What was staged in ${path}\n`);
  const facts = { agentId, at, reason, path, branch, base: head, staged, skipped: capture.skipped };
  const commit = await commitTree(
    git,
    work,
    capture.tree,
    [...parents, ...(staged === null ? [] : [staged]), ...capture.tips],
    writeMessage(facts),
  );
  return { ...facts, ref: await createRef(git, directory, agentId, at, commit), commit };
}

async function commitTree(
  git: Git,
  { directory, at }: Work,
  tree: string,
  parents: readonly string[],
  message: string,
): Promise<string> {
  const date = `@${Math.floor(at / 1000)} +0000`;
  const args = ['commit-tree', ...[...new Set(parents)].flatMap((parent) => ['-p', parent]), tree];
  // The identity is orc's and goes with the environment: the user's configuration is neither read nor written.
  const env = {
    GIT_AUTHOR_NAME: 'orc',
    GIT_AUTHOR_EMAIL: 'orc@localhost',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'orc',
    GIT_COMMITTER_EMAIL: 'orc@localhost',
    GIT_COMMITTER_DATE: date,
  };
  return lineOf(await git.run(directory, args, { input: message, env }));
}

/** Two rescues of one agent in the same second get different names, also from two processes. */
async function createRef(
  git: Git,
  directory: string,
  agentId: string,
  at: number,
  commit: string,
): Promise<string> {
  const second = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  for (let number = 1; ; number += 1) {
    const ref = `${RESCUES}/${agentId}/${second}${number === 1 ? '' : `-${number}`}`;
    const created = await git.attempt(directory, ['update-ref', ref, commit, '']);
    if (created.exitCode === 0) return ref;
    const exists = await git.attempt(directory, ['rev-parse', '--verify', '--quiet', ref]);
    if (exists.exitCode !== 0)
      throw errors.gitFailed(directory, ['update-ref', ref], created.exitCode, created.stderr);
  }
}

async function checkAgentId(git: Git, agentId: string): Promise<void> {
  const { exitCode } = await git.attempt('/', ['check-ref-format', `${RESCUES}/${agentId}/now`]);
  if (exitCode !== 0) throw errors.badName('agent', agentId);
}

async function emptyTree(git: Git, directory: string): Promise<string> {
  return lineOf(await git.run(directory, ['hash-object', '-t', 'tree', '--stdin'], { input: '' }));
}
