import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { displayPath, joinPaths, onDisk, unquotePath, type Git, type PathBytes } from '@orc/git';
import { errors } from './errors.ts';
import { withRawGit, type RawGit } from './raw-git.ts';
import { inspectRepository } from './repository.ts';
import { rescueWorktree } from './rescue.ts';
import { getRescue, listChanges, type Change } from './rescues.ts';
import type { Rescue, Restored } from './types.ts';

const GITLINK = '160000 ';

/**
 * Writes what a rescue changed into a worktree, file by file and byte for byte. A file of the worktree may
 * be replaced when it is as the rescue's base has it, or as the rescue itself; anything else is work of
 * its own and needs `force`.
 */
export async function restoreRescue(
  git: Git,
  input: { readonly ref: string; readonly path: string; readonly force: boolean; readonly at: number },
): Promise<Restored> {
  const { root, commonDir } = await inspectRepository(git, input.path);
  const rescue = await getRescue(git, commonDir, input.ref);
  const all = await listChanges(git, commonDir, rescue);
  const changes = all.filter(({ after }) => after?.startsWith(GITLINK) !== true);
  return withRawGit(git, { root, commonDir }, async (raw) => {
    const { blocked, differing, pending } = await compare(git, { root, raw }, changes);
    if (blocked.length > 0) throw errors.wouldOverwrite(root, blocked.map(displayPath), false);
    const mustForce = differing.length > 0;
    if (mustForce && !input.force) throw errors.wouldOverwrite(root, differing.map(displayPath), true);
    const previous = mustForce ? await keepPresent(git, root, rescue, input.at, differing) : undefined;
    await write(raw, root, rescue, pending);
    return {
      path: root,
      files: pending.map(({ path }) => displayPath(path)),
      notRestored: all.filter((each) => !changes.includes(each)).map(({ path }) => displayPath(path)),
      previous,
    };
  });
}

interface Comparison {
  /** A directory stands where a file should be written. */
  readonly blocked: readonly PathBytes[];
  /** The worktree has something else there than the rescue or its base. */
  readonly differing: readonly PathBytes[];
  /** What has to be written or deleted to get the rescue's content. */
  readonly pending: readonly Change[];
}

async function compare(
  git: Git,
  { root, raw }: { readonly root: string; readonly raw: RawGit },
  changes: readonly Change[],
): Promise<Comparison> {
  const paths = changes.map(({ path }) => path);
  const deleted = new Set(changes.filter(({ after }) => after === undefined).map(({ path }) => path));
  const present = await readRaw(raw, paths);
  const blocked: PathBytes[] = [];
  const differing: PathBytes[] = [];
  const pending: Change[] = [];
  const isOwnWork = async ({ path, before }: Change, now: string) =>
    now !== before && !(await isCleanForm(git, root, path, now, before));
  for (const change of changes) {
    const { path, after } = change;
    const now = present.get(path);
    if (now === after) continue;
    if (now !== undefined && (await isOwnWork(change, now))) differing.push(path);
    if (after !== undefined) {
      if ((await isDirectory(root, path)) && !(await holdsOnly(root, path, deleted))) blocked.push(path);
      const obstacle = await findObstacle(root, path, deleted);
      if (obstacle !== undefined) differing.push(obstacle);
    }
    pending.push(change);
  }
  return { blocked, differing: [...new Set(differing)], pending };
}

/** Mode and object of what stands at these paths, byte for byte. */
async function readRaw(raw: RawGit, paths: readonly PathBytes[]): Promise<Map<PathBytes, string>> {
  await raw.run(['read-tree', '--empty']);
  await raw.add(paths);
  const listed = await raw.run(['-c', 'core.quotePath=true', 'ls-files', '--stage']);
  const found = new Map<PathBytes, string>();
  for (const line of listed.split('\n')) {
    const tab = line.indexOf('\t');
    if (tab < 0) continue;
    const [mode = '', object = ''] = line.split(' ', 2);
    found.set(unquotePath(line.slice(tab + 1)), `${mode} ${object}`);
  }
  return found;
}

/** True when git's own conversion (line endings, filters) makes the file what the base has. */
async function isCleanForm(
  git: Git,
  root: string,
  path: PathBytes,
  now: string,
  before: string | undefined,
): Promise<boolean> {
  if (before?.slice(0, 6) !== now.slice(0, 6) || !now.startsWith('100')) return false;
  // A name that is not UTF-8 cannot be an argument, and then the file counts as different.
  const cleaned = await git.attempt(root, ['hash-object', '--', displayPath(path)]);
  return cleaned.exitCode === 0 && before === `${before.slice(0, 6)} ${cleaned.stdout.trim()}`;
}

async function isDirectory(root: string, path: PathBytes): Promise<boolean> {
  return (await lstat(onDisk(root, path)).catch(() => undefined))?.isDirectory() === true;
}

/** True when every file below a directory is about to be deleted. */
async function holdsOnly(root: string, path: PathBytes, deleted: ReadonlySet<PathBytes>): Promise<boolean> {
  const entries = await readdir(onDisk(root, path), { withFileTypes: true, encoding: 'buffer' });
  for (const entry of entries) {
    const inner = `${path}/${entry.name.toString('latin1')}` as PathBytes;
    const isGone = entry.isDirectory() ? await holdsOnly(root, inner, deleted) : deleted.has(inner);
    if (!isGone) return false;
  }
  return true;
}

/** A file or link where the path needs a directory, unless the rescue deletes it. */
async function findObstacle(
  root: string,
  path: PathBytes,
  deleted: ReadonlySet<PathBytes>,
): Promise<PathBytes | undefined> {
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    const above = parts.slice(0, depth).join('/') as PathBytes;
    const found = await lstat(onDisk(root, above)).catch(() => undefined);
    if (found === undefined) return undefined;
    if (!found.isDirectory()) return deleted.has(above) ? undefined : above;
  }
  return undefined;
}

function keepPresent(
  git: Git,
  root: string,
  rescue: Rescue,
  at: number,
  also: readonly PathBytes[],
): Promise<Rescue | undefined> {
  return rescueWorktree(git, {
    path: root,
    agentId: rescue.agentId,
    reason: `before ${rescue.ref} was restored over it`,
    at,
    also,
  });
}

async function write(
  raw: RawGit,
  root: string,
  { commit }: Rescue,
  pending: readonly Change[],
): Promise<void> {
  for (const { path, after } of pending) if (after === undefined) await remove(root, path);
  const written = pending.filter(({ after }) => after !== undefined).map(({ path }) => path);
  await raw.run(['read-tree', commit]);
  await raw.run(['checkout-index', '--force', '-z', '--stdin'], { input: joinPaths(written) });
}

/** Deletes a file, and the directories above it that are empty then: git knows no empty directory. */
async function remove(root: string, path: PathBytes): Promise<void> {
  await rm(onDisk(root, path), { force: true });
  const parts = path.split('/').slice(0, -1);
  for (; parts.length > 0; parts.pop()) {
    const isEmpty = await rmdir(onDisk(root, parts.join('/') as PathBytes)).then(
      () => true,
      () => false,
    );
    if (!isEmpty) return;
  }
}
