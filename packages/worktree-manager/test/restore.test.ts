import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { developer, open, readTree } from './support.ts';

const about = { agentId: 'shop/developer', reason: 'the agent ended' };
const conflict = { code: 'ORC_WORKTREE_WOULD_OVERWRITE' };

const files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c/d.txt': 'd\n', '.gitignore': 'build\n' };

/** A worktree with work in it, rescued; and a second, clean worktree. */
async function makeRescue(work: (path: string) => void) {
  const repository = makeGitRepository();
  repository.commit(files);
  const worktrees = open();
  const from = (await worktrees.ensure(developer(repository.path))).path;
  work(from);
  const rescue = await worktrees.rescue({ path: from, ...about });
  const into = (await worktrees.ensure({ ...developer(repository.path), role: 'tester', branch: 'test/t' }))
    .path;
  const restore = (force = false) => worktrees.restoreRescue({ ref: rescue?.ref ?? '', path: into, force });
  return { repository, worktrees, from, into, rescue, restore };
}

const change = (path: string) => {
  writeFileSync(join(path, 'a.txt'), 'my a\n');
  rmSync(join(path, 'c/d.txt'));
  writeFileSync(join(path, 'new.txt'), 'new\n');
};

describe('restoreRescue', () => {
  it('gives a clean worktree the rescued content, and leaves its branch and index', async () => {
    const { repository, from, into, restore } = await makeRescue(change);
    const head = repository.git('-C', into, 'rev-parse', 'HEAD');
    expect(await restore()).toEqual({
      path: into,
      files: ['a.txt', 'c/d.txt', 'new.txt'],
      notRestored: [],
      previous: undefined,
    });
    expect(readTree(into)).toEqual(readTree(from));
    expect(existsSync(join(into, 'c'))).toBe(false);
    expect(repository.git('-C', into, 'rev-parse', 'HEAD')).toBe(head);
    expect(repository.git('-C', into, 'diff', '--cached', '--name-only')).toBe('');
  });

  it('changes nothing the second time', async () => {
    const { restore } = await makeRescue(change);
    await restore();
    expect(await restore()).toMatchObject({ files: [], previous: undefined });
  });

  it('leaves files alone that the rescue did not change, also newer ones', async () => {
    const { into, restore } = await makeRescue(change);
    writeFileSync(join(into, 'b.txt'), 'my own b\n');
    writeFileSync(join(into, 'other.txt'), 'other\n');
    await restore();
    expect(readFileSync(join(into, 'b.txt'), 'utf8')).toBe('my own b\n');
    expect(readFileSync(join(into, 'other.txt'), 'utf8')).toBe('other\n');
  });

  it.each([
    ['a file was changed', (path: string) => writeFileSync(join(path, 'a.txt'), 'other a\n'), 'a.txt'],
    [
      'a file to be deleted was changed',
      (path: string) => writeFileSync(join(path, 'c/d.txt'), 'other'),
      'c/d.txt',
    ],
    [
      'a new file is there already',
      (path: string) => writeFileSync(join(path, 'new.txt'), 'other'),
      'new.txt',
    ],
    ['a file became executable', (path: string) => chmodSync(join(path, 'a.txt'), 0o755), 'a.txt'],
    [
      'a link is in its place',
      (path: string) => symlinkSync('/etc/passwd', join(path, 'new.txt')),
      'new.txt',
    ],
  ])('refuses when %s, and touches nothing', async (_what, meddle, name) => {
    const { into, restore } = await makeRescue(change);
    meddle(into);
    const before = readTree(into);
    await expect(restore()).rejects.toMatchObject({
      ...conflict,
      details: { files: [name], canForce: true },
    });
    expect(readTree(into)).toEqual(before);
  });

  it('keeps what force replaces, also where git ignores it', async () => {
    const { repository, worktrees, from, into, restore } = await makeRescue((path) => {
      rmSync(join(path, '.gitignore'));
      writeFileSync(join(path, 'build'), 'rescued build');
      change(path);
    });
    writeFileSync(join(into, 'a.txt'), 'other a\n');
    writeFileSync(join(into, 'build'), 'ignored build');
    const { previous } = await restore(true);
    expect(readTree(into)).toEqual(readTree(from));
    expect(repository.git('show', `${previous?.ref}:a.txt`)).toBe('other a');
    expect(repository.git('show', `${previous?.ref}:build`)).toBe('ignored build');
    expect(await worktrees.listRescues(repository.path)).toHaveLength(2);
  });

  it('never puts a file in the place of a directory, not even by force', async () => {
    const { into, restore } = await makeRescue(change);
    mkdirSync(join(into, 'new.txt'));
    writeFileSync(join(into, 'new.txt/mine'), 'mine');
    for (const force of [false, true])
      await expect(restore(force)).rejects.toMatchObject({ ...conflict, details: { canForce: false } });
    expect(readFileSync(join(into, 'new.txt/mine'), 'utf8')).toBe('mine');
  });

  it('replaces a file by a directory and a directory by a file when that was the work', async () => {
    const { from, into, restore } = await makeRescue((path) => {
      rmSync(join(path, 'a.txt'));
      mkdirSync(join(path, 'a.txt'));
      writeFileSync(join(path, 'a.txt/inside'), 'inside');
      rmSync(join(path, 'c'), { recursive: true });
      writeFileSync(join(path, 'c'), 'a file now');
    });
    await restore();
    expect(readTree(into)).toEqual(readTree(from));
  });

  it('does not write or delete through a link that leads out of the worktree', async () => {
    const { into, restore } = await makeRescue((path) => {
      rmSync(join(path, 'c/d.txt'));
      writeFileSync(join(path, 'c/new.txt'), 'new');
    });
    const outside = makeTempDirectory();
    writeFileSync(join(outside, 'd.txt'), 'd\n');
    rmSync(join(into, 'c'), { recursive: true });
    symlinkSync(outside, join(into, 'c'));
    await expect(restore()).rejects.toMatchObject(conflict);
    await restore(true);
    expect(readTree(outside)).toEqual(expect.objectContaining({ 'd.txt': expect.any(String) as string }));
    expect(existsSync(join(outside, 'new.txt'))).toBe(false);
    expect(lstatSync(join(into, 'c')).isDirectory()).toBe(true);
  });

  it('sees a file as unchanged whose line endings git itself has changed', async () => {
    const repository = makeGitRepository();
    repository.commit({ '.gitattributes': '*.txt text eol=crlf\n', 'a.txt': 'a\n' });
    const worktrees = open();
    const { path: from } = await worktrees.ensure(developer(repository.path));
    const { path: into } = await worktrees.ensure({
      ...developer(repository.path),
      role: 'tester',
      branch: 'test/t',
    });
    expect(readFileSync(join(into, 'a.txt'), 'utf8')).toBe('a\r\n');
    writeFileSync(join(from, 'a.txt'), 'changed\n');
    const rescue = await worktrees.rescue({ path: from, ...about });
    await worktrees.restoreRescue({ ref: rescue?.ref ?? '', path: into });
    expect(readFileSync(join(into, 'a.txt'), 'utf8')).toBe('changed\n');
  });

  it('goes into the worktree it came from after somebody has reset it', async () => {
    const { repository, worktrees, from, rescue } = await makeRescue(change);
    const before = readTree(from);
    repository.git('-C', from, 'reset', '--hard', '--quiet');
    repository.git('-C', from, 'clean', '--force', '-d', '--quiet');
    await worktrees.restoreRescue({ ref: rescue?.ref ?? '', path: from });
    expect(readTree(from)).toEqual(before);
  });
});
