import { createGit, listRegistrations, type Environment, type Git } from '@orc/git';
import { WorktreesConfig, type WorktreesConfigInput } from './config.ts';
import { describeWorktree } from './describe.ts';
import { ensureWorktree, readPlace, type EnsureTools } from './ensure.ts';
import { errors } from './errors.ts';
import { readParent, recordParent } from './parent.ts';
import { createPlaces, resolveLinks } from './places.ts';
import { removeWorktree } from './remove.ts';
import { repairWorktrees } from './repair.ts';
import { inspectRepository } from './repository.ts';
import { rescueRegistration, rescueWorktree, type RescueInput } from './rescue.ts';
import { listRescues, showRescue } from './rescues.ts';
import { restoreRescue } from './restore.ts';
import type { ListedWorktree, Rescue, Worktrees } from './types.ts';

export interface WorktreesDeps {
  /** Milliseconds since 1970; says when work was rescued. */
  readonly clock?: { now(): number };
  /**
   * What git sees of the environment: PATH, HOME and the user's own settings. Variables that would send
   * git to another repository are left out. Default: HOME, and the usual directories of programs.
   */
  readonly environment?: Environment;
}

/**
 * Worktrees of agents below one directory. Holds nothing open, and any number of processes may do this for
 * the same repository.
 *
 * @throws ORC_WORKTREE_BAD_CONFIG
 */
export function openWorktrees(options: WorktreesConfigInput, deps: WorktreesDeps = {}): Worktrees {
  const config = parseConfig(options);
  const clock = deps.clock ?? Date;
  const now = () => clock.now();
  const git = createGit({
    gitPath: config.gitPath,
    timeoutMs: config.gitTimeoutMs,
    environment: deps.environment,
    failed: errors.gitFailed,
  });
  const places = createPlaces(config.directory);
  const tools: EnsureTools = {
    git,
    places,
    strategies: config.strategies,
    lockWaitMs: config.lockWaitMs,
    now,
  };
  return {
    inspectRepository: (path) => inspectRepository(git, path),
    ensure: (input) => ensureWorktree(tools, input),
    list: (repository) => listWorktrees(tools, repository),
    describe: (path, { parent } = {}) => describeWorktree(git, path, parent),
    rescue: ({ at = now(), ...input }) => rescuePlace(git, { ...input, at }),
    listRescues: (repository) => listRescues(git, repository),
    showRescue: ({ repository, ref }) => showRescue(git, repository, ref),
    restoreRescue: ({ ref, path, force = false }) => restoreRescue(git, { ref, path, force, at: now() }),
    remove: ({ path, force = false, deleteBranch = false }) =>
      removeWorktree(tools, { path, force, deleteBranch }),
    repair: (input) => repairWorktrees(tools, input),
    readParent: ({ repository, project }) => readParent(git, repository, project),
    recordParent: (input) => recordParent(git, input),
  };
}

function parseConfig(options: WorktreesConfigInput): WorktreesConfig {
  const parsed = WorktreesConfig.safeParse(options);
  if (parsed.success) return parsed.data;
  throw errors.badConfig(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`),
  );
}

async function rescuePlace(
  git: Git,
  { repository, ...input }: RescueInput & { readonly repository?: string },
): Promise<Rescue | undefined> {
  // What cannot be looked into is not gone, and git says why it cannot be used.
  const state = await readPlace(input.path).catch(() => 'other');
  const isGone = state === 'missing' || state === 'empty';
  if (repository === undefined || !isGone) return rescueWorktree(git, input);
  const { commonDir } = await inspectRepository(git, repository);
  const path = await resolveLinks(input.path);
  const found = (await listRegistrations(git, commonDir)).find((each) => each.path === path);
  return found && rescueRegistration(git, commonDir, found, input);
}

async function listWorktrees({ git, places }: EnsureTools, repository: string): Promise<ListedWorktree[]> {
  const { commonDir } = await inspectRepository(git, repository);
  const listed: ListedWorktree[] = [];
  for (const { path, branch, head, isLocked, lockReason } of await listRegistrations(git, commonDir)) {
    const owner = await places.find(path);
    if (!owner) continue;
    const isMissing = (await readPlace(path)) === 'missing';
    const agentId = `${owner.project}/${owner.role}`;
    listed.push({ ...owner, agentId, path, branch, head, isMissing, isLocked, lockReason });
  }
  return listed.sort((one, other) => (one.path < other.path ? -1 : 1));
}
