import { copyFile, lstat } from 'node:fs/promises';
import { isErrno } from '@orc/errors';
import { lineOf, onDisk, unquotePath, type Git, type PathBytes } from '@orc/git';
import { readNestedWork, type NestedWork } from './nested.ts';
import { withRawGit, type RawGit } from './raw-git.ts';
import { readStatus, type StatusEntry } from './status.ts';
import type { Skipped } from './types.ts';

/** A worktree's content as objects in its repository. */
export interface Capture {
  /** HEAD's tree with every uncommitted change, byte for byte. */
  readonly tree: string;
  /** What the index holds, when that is neither in `tree` nor in HEAD. */
  readonly stagedTree: string | undefined;
  /** Commits that no reference of the repository may hold, such as those of nested repositories. */
  readonly tips: readonly string[];
  readonly skipped: readonly Skipped[];
}

export interface Place {
  readonly root: string;
  readonly commonDir: string;
}

/** Reads a worktree into objects; nothing of the worktree changes, its index included. */
export function captureWorktree(
  git: Git,
  place: Place,
  head: string | null,
  also: readonly PathBytes[] = [],
): Promise<Capture> {
  return withRawGit(git, place, async (raw) => {
    await raw.run(['read-tree', head ?? '--empty']);
    const { entries, hasIndex } = await readEntries(git, place, head, raw);
    const tracked = hasIndex ? await readTracked(git, place.root) : { gitlinks: [], hidden: [] };
    const nestedPaths = new Set(tracked.gitlinks);
    const paths: PathBytes[] = [...tracked.hidden, ...also];
    for (const { kind, path, isSubmodule } of entries) {
      const name = path.replace(/\/$/, '') as PathBytes;
      if (isSubmodule || (kind === 'untracked' && name !== path)) nestedPaths.add(name);
      paths.push(name);
    }
    const nested: NestedWork[] = [];
    for (const path of nestedPaths) nested.push(await readNestedWork(git, place, path));
    // A nested repository whose files are kept is no entry of its own any more.
    const opened = new Set(nested.filter(({ files }) => files.length > 0).map(({ path }) => path));
    const skipped = nested.flatMap((each) => each.skipped);
    skipped.push(...(await raw.add(paths.filter((path) => !opened.has(path)))));
    skipped.push(...(await raw.add(nested.flatMap(({ files }) => files))));
    // A partial clone lacks objects that nobody has looked at yet; they are on its remote.
    const tree = lineOf(await raw.run(['write-tree', '--missing-ok']));
    const hasStaged = entries.some(({ isStaged }) => isStaged);
    const stagedTree = hasStaged ? await writeIndexTree(git, place.root, raw.scratch('staged')) : undefined;
    const headTree =
      head === null ? null : lineOf(await git.run(place.root, ['rev-parse', `${head}^{tree}`]));
    return {
      tree,
      stagedTree: stagedTree === tree || stagedTree === headTree ? undefined : stagedTree,
      tips: nested.flatMap(({ tips }) => tips),
      skipped,
    };
  });
}

/** An index that git cannot read is passed over: HEAD and the files say what changed as well. */
async function readEntries(
  git: Git,
  { root }: Place,
  head: string | null,
  raw: RawGit,
): Promise<{ entries: StatusEntry[]; hasIndex: boolean }> {
  try {
    return { entries: await readStatus(git, root), hasIndex: true };
  } catch {
    const env = { GIT_INDEX_FILE: raw.scratch('from-head') };
    await git.run(root, ['read-tree', head ?? '--empty'], { env });
    return { entries: await readStatus(git, root, env), hasIndex: false };
  }
}

/** What a status does not show: nested repositories that are clean to git, and files it was told to overlook. */
async function readTracked(git: Git, root: string): Promise<{ gitlinks: PathBytes[]; hidden: PathBytes[] }> {
  const output = await git.run(root, ['ls-files', '--stage', '-v']);
  const gitlinks: PathBytes[] = [];
  const hidden: PathBytes[] = [];
  for (const line of output.split('\n')) {
    const isGitlink = line.startsWith('160000 ', 2);
    // Small letters are `assume-unchanged`, S is `skip-worktree`.
    const isHidden = /^[a-zS] /.test(line);
    if (!isGitlink && !isHidden) continue;
    const path = unquotePath(line.slice(line.indexOf('\t') + 1));
    if (isGitlink) gitlinks.push(path);
    else if (await exists(root, path)) hidden.push(path);
  }
  return { gitlinks, hidden };
}

async function exists(root: string, path: PathBytes): Promise<boolean> {
  const found = await lstat(onDisk(root, path)).catch(() => undefined);
  return found?.isFile() === true || found?.isSymbolicLink() === true;
}

/** The tree of an index, read from a copy: writing it would touch the original. */
export async function writeIndexTree(
  git: Git,
  directory: string,
  copy: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const where = ['rev-parse', '--path-format=absolute', '--git-path', 'index'];
  const index = lineOf(await git.run(directory, where, { env }));
  try {
    await copyFile(index, copy);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
  // An index with conflicts has no tree. Its sides are commits that are kept elsewhere.
  const written = await git.attempt(directory, ['write-tree', '--missing-ok'], {
    env: { ...env, GIT_INDEX_FILE: copy },
  });
  return written.exitCode === 0 ? lineOf(written.stdout) : undefined;
}
