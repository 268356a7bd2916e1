import { opendir, stat, lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from './errors.ts';

export interface TreeEntry {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly name: string;
  readonly isDirectory: boolean;
  /** 0 for the root's own entries. */
  readonly depth: number;
}

export interface Tree {
  readonly entries: readonly TreeEntry[];
  readonly isTruncated: boolean;
}

export interface TreeLimits {
  readonly depthMax: number;
  readonly entriesMax: number;
  /** Listed, but not looked into. */
  readonly skippedDirectories: readonly string[];
}

/**
 * The directories and plain files under a root, nearest first and in order of name, within the limits. Links,
 * sockets and pipes are left out, and what cannot be read is passed over.
 *
 * @throws ORC_PLANNER_NOT_A_DIRECTORY
 */
export async function readTree(root: string, limits: TreeLimits): Promise<Tree> {
  await expectDirectory(root);
  const entries: TreeEntry[] = [];
  const skipped = new Set(limits.skippedDirectories);
  let isTruncated = false;
  let level: string[] = [''];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const directory of level) {
      const room = limits.entriesMax - entries.length;
      if (room <= 0) return { entries, isTruncated: true };
      const found = await readDirectory(join(root, directory), room);
      isTruncated ||= found.isTruncated;
      for (const { name, isDirectory } of found.names) {
        const path = directory === '' ? name : `${directory}/${name}`;
        entries.push({ path, name, isDirectory, depth });
        if (isDirectory && !skipped.has(name)) next.push(path);
      }
    }
    if (depth + 1 >= limits.depthMax) {
      isTruncated ||= next.length > 0;
      break;
    }
    level = next;
  }
  return { entries, isTruncated };
}

/** The first characters of a plain file, or an empty text when it cannot be read. */
export async function readBeginning(path: string, bytesMax: number): Promise<string> {
  try {
    // A file may have become a pipe since it was listed, and opening a pipe would wait for ever.
    if (!(await lstat(path)).isFile()) return '';
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytesMax), 0, bytesMax, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

/** The sum of the sizes in bytes; a file that is gone counts as nothing. */
export async function sumSizes(paths: readonly string[]): Promise<number> {
  let sum = 0;
  for (let index = 0; index < paths.length; index += 64) {
    const sizes = paths.slice(index, index + 64).map((path) =>
      lstat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    );
    sum = (await Promise.all(sizes)).reduce((total, size) => total + size, sum);
  }
  return sum;
}

async function expectDirectory(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw errors.notADirectory(path, cause);
  });
  if (!found.isDirectory()) throw errors.notADirectory(path);
}

interface FoundNames {
  readonly names: { readonly name: string; readonly isDirectory: boolean }[];
  readonly isTruncated: boolean;
}

async function readDirectory(path: string, room: number): Promise<FoundNames> {
  const names: { name: string; isDirectory: boolean }[] = [];
  let isTruncated = false;
  try {
    for await (const entry of await opendir(path)) {
      const isDirectory = entry.isDirectory();
      if (!isDirectory && !entry.isFile()) continue;
      if (names.length >= room) {
        isTruncated = true;
        break;
      }
      names.push({ name: entry.name, isDirectory });
    }
  } catch {
    // What may not be read says nothing about the project.
    return { names, isTruncated: true };
  }
  names.sort((left, right) => (left.name < right.name ? -1 : 1));
  return { names, isTruncated };
}
