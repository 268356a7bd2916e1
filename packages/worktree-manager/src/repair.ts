import { listRegistrations } from '@orc/git';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '@orc/errors';
import { forgetWorktree, isLinked, readPlace, type EnsureTools } from './ensure.ts';
import { withLock } from './lock.ts';
import { inspectRepository } from './repository.ts';
import type { Repaired, Rescue } from './types.ts';

/** Brings git's registrations and the directories of one project together again. */
export async function repairWorktrees(
  tools: EnsureTools,
  { repository, project }: { readonly repository: string; readonly project: string },
): Promise<Repaired> {
  const { git, places, lockWaitMs } = tools;
  const directory = await places.directoryOf(project);
  const { commonDir } = await inspectRepository(git, repository);
  return withLock({ git, commonDir, waitMs: lockWaitMs }, async () => {
    const found = await reconnect(tools, commonDir, directory);
    const pruned: string[] = [];
    const rescues: Rescue[] = [];
    for (const registration of await listRegistrations(git, commonDir)) {
      const isOurs = registration.path.startsWith(`${directory}/`);
      // A locked one is meant to stay although its directory cannot be seen.
      if (!isOurs || registration.isLocked || (await readPlace(registration.path)) !== 'missing') continue;
      const rescue = await forgetWorktree(tools, commonDir, registration);
      if (rescue) rescues.push(rescue);
      pruned.push(registration.path);
    }
    return { ...found, pruned, rescues };
  });
}

/**
 * Only directories of this project are given to git: for one whose link leads nowhere git goes by the
 * directory's name, and `developer` is the name of one in every project.
 */
async function reconnect(
  { git }: EnsureTools,
  commonDir: string,
  directory: string,
): Promise<{ repaired: string[]; broken: string[] }> {
  // Both ways: the directory leads to the repository, and the repository to the directory.
  const isConnected = async (path: string) =>
    (await isLinked(git, path, commonDir)) &&
    (await listRegistrations(git, commonDir)).some((registration) => registration.path === path);
  const repaired: string[] = [];
  const broken: string[] = [];
  for (const name of await listDirectories(directory)) {
    const path = join(directory, name);
    if (await isConnected(path)) continue;
    await git.attempt(commonDir, ['worktree', 'repair', path]);
    if (await isConnected(path)) repaired.push(path);
    else if ((await readPlace(path)) === 'occupied') broken.push(path);
  }
  return { repaired, broken };
}

async function listDirectories(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
