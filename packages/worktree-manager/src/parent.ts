import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '@orc/errors';
import { findCommit, type Git } from '@orc/git';
import { errors } from './errors.ts';
import { checkName } from './places.ts';
import { inspectRepository } from './repository.ts';

// In a worktree `.git` is a file, so the record lies in the directory that all worktrees share.
const pathOf = (commonDir: string, project: string) => join(commonDir, 'orc', project, 'parent');

export async function readParent(git: Git, repository: string, project: string): Promise<string | undefined> {
  const { commonDir } = await inspectRepository(git, repository);
  return read(pathOf(commonDir, checkName('project', project)));
}

export async function recordParent(
  git: Git,
  { repository, project, parent }: { repository: string; project: string; parent?: string },
): Promise<string> {
  const { root, commonDir, branch, head } = await inspectRepository(git, repository);
  const start = parent ?? branch ?? head;
  if (head === null || start === null) throw errors.noCommits(root);
  if ((await findCommit(git, root, start)) === undefined) throw errors.unknownParent(start, root);
  const path = pathOf(commonDir, checkName('project', project));
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${start}\n`);
  try {
    // A link is made whole or not at all, and never over a record that is there.
    await link(draft, path);
    return start;
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    return (await read(path)) ?? start;
  } finally {
    await rm(draft, { force: true });
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    const [line = ''] = (await readFile(path, 'utf8')).split('\n');
    return line === '' ? undefined : line;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
