import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { developer, environment, open, readTree } from './support.ts';

const about = { agentId: 'shop/developer', reason: 'the agent ended' };

async function makeWorktree() {
  const repository = makeGitRepository();
  const worktrees = open();
  const { path } = await worktrees.ensure(developer(repository.path));
  const git = (...args: string[]) => repository.git('-C', path, ...args);
  return { repository, worktrees, path, git };
}

/** A repository that an agent made inside its worktree, with one commit that is nowhere else. */
function nest(path: string): (...args: string[]) => string {
  mkdirSync(path, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', path, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.test', ...args], {
      env: environment,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  git('init', '--quiet');
  writeFileSync(join(path, 'app.ts'), 'one\n');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Inside');
  return git;
}

describe('a repository inside a worktree', () => {
  it('is kept with its files, staged or not, and with its commits', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    const inner = nest(join(path, 'web app'));
    writeFileSync(join(path, 'web app/.gitignore'), 'dist\n');
    mkdirSync(join(path, 'web app/dist'));
    writeFileSync(join(path, 'web app/dist/out.js'), 'ignored');
    writeFileSync(join(path, 'web app/draft.ts'), 'draft\n');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(
      repository
        .git('ls-tree', '-r', '--name-only', '-z', rescue?.ref ?? '')
        .split('\0')
        .sort(),
    ).toEqual(['', 'README.md', 'web app/.gitignore', 'web app/app.ts', 'web app/draft.ts'].sort());
    const tip = inner('rev-parse', 'HEAD');
    rmSync(path, { recursive: true });
    repository.git('gc', '--quiet', '--prune=now');
    expect(repository.git('merge-base', '--is-ancestor', tip, rescue?.ref ?? '')).toBe('');
  });

  it('is found in a repository inside a repository', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    nest(join(path, 'outer'));
    nest(join(path, 'outer/inner'));
    const before = readTree(path);
    const rescue = await worktrees.rescue({ path, ...about });
    const other = await worktrees.ensure({ ...developer(repository.path), role: 'tester', branch: 'test/t' });
    await worktrees.restoreRescue({ ref: rescue?.ref ?? '', path: other.path });
    expect(readTree(other.path)).toEqual(before);
  });

  it('is kept also where it was committed as a mere reference, which looks clean to git', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    const inner = nest(join(path, 'embedded'));
    git('-c', 'advice.addEmbeddedRepo=false', 'add', '--all');
    git('commit', '--quiet', '--message', 'Add everything');
    expect(git('status', '--porcelain')).toBe('');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(repository.git('show', `${rescue?.ref}:embedded/app.ts`)).toBe('one');
    const tip = inner('rev-parse', 'HEAD');
    rmSync(path, { recursive: true });
    expect(repository.git('merge-base', '--is-ancestor', tip, rescue?.ref ?? '')).toBe('');
  });

  it('is kept before it has a commit', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    execFileSync('git', ['init', '--quiet', join(path, 'fresh')], { env: environment });
    writeFileSync(join(path, 'fresh/idea.txt'), 'idea');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(repository.git('show', `${rescue?.ref}:fresh/idea.txt`)).toBe('idea');
  });

  it('is kept as its commit only when it has nothing of its own', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    const library = makeGitRepository();
    repository.git('clone', '--quiet', library.path, join(path, 'library'));
    const rescue = await worktrees.rescue({ path, ...about });
    expect(repository.git('ls-tree', rescue?.ref ?? '', 'library')).toContain(
      `160000 commit ${library.git('rev-parse', 'HEAD')}`,
    );
    const other = await worktrees.ensure({ ...developer(repository.path), role: 'tester', branch: 'test/t' });
    const restored = await worktrees.restoreRescue({ ref: rescue?.ref ?? '', path: other.path });
    expect(restored).toMatchObject({ files: [], notRestored: ['library'] });
  });

  it('with a cut-off history leaves the outer repository sound, and its files are kept', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    const library = makeGitRepository();
    // Two of them, so that the missing parent is none that the outer repository happens to have as well.
    library.commit({ 'a.txt': 'before' });
    library.commit({ 'a.txt': 'a' });
    repository.git('clone', '--quiet', '--depth=1', `file://${library.path}`, join(path, 'library'));
    const inner = (...args: string[]) => repository.git('-C', join(path, 'library'), ...args);
    writeFileSync(join(path, 'library/a.txt'), 'mine');
    inner('commit', '--quiet', '--all', '--message', 'Mine');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(repository.git('show', `${rescue?.ref}:library/a.txt`)).toBe('mine');
    repository.git('gc', '--quiet', '--prune=now');
    repository.git('fsck', '--no-dangling');
  });

  it('that is damaged is named and does not stop the rest', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    nest(join(path, 'good'));
    nest(join(path, 'bad'));
    writeFileSync(join(path, 'bad/.git/index'), 'junk');
    writeFileSync(join(path, 'draft.txt'), 'draft');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(rescue?.skipped.map((each) => each.path)).toContain('bad');
    expect(repository.git('show', `${rescue?.ref}:draft.txt`)).toBe('draft');
    expect(repository.git('show', `${rescue?.ref}:good/app.ts`)).toBe('one');
    await expect(worktrees.remove({ path })).rejects.toMatchObject({ code: 'ORC_WORKTREE_NOT_ALL_KEPT' });
    expect(existsSync(join(path, 'bad/app.ts'))).toBe(true);
  });
});

describe('a submodule', () => {
  async function makeSubmodule() {
    const library = makeGitRepository();
    const { repository, worktrees, path, git } = await makeWorktree();
    git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.path, 'library');
    git('commit', '--quiet', '--message', 'Add the library');
    const inner = (...args: string[]) => repository.git('-C', join(path, 'library'), ...args);
    return { repository, worktrees, path, git, inner };
  }

  it('that is untouched is nothing to keep', async () => {
    const { worktrees, path } = await makeSubmodule();
    expect(await worktrees.rescue({ path, ...about })).toBeUndefined();
  });

  it('is kept with what was changed in it', async () => {
    const { repository, worktrees, path } = await makeSubmodule();
    writeFileSync(join(path, 'library/README.md'), 'changed');
    writeFileSync(join(path, 'library/new.txt'), 'new');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(repository.git('show', `${rescue?.ref}:library/README.md`)).toBe('changed');
    expect(repository.git('show', `${rescue?.ref}:library/new.txt`)).toBe('new');
  });

  it('is kept with commits that were never pushed, also where the outer commit knows them', async () => {
    const { repository, worktrees, path, git, inner } = await makeSubmodule();
    inner('commit', '--quiet', '--allow-empty', '--message', 'Never pushed');
    git('commit', '--quiet', '--all', '--message', 'Use the new library');
    expect(git('status', '--porcelain')).toBe('');
    const tip = inner('rev-parse', 'HEAD');
    const { rescue } = await worktrees.remove({ path });
    expect(existsSync(path)).toBe(false);
    expect(repository.git('log', '-1', '--format=%s', tip)).toBe('Never pushed');
    expect(repository.git('merge-base', '--is-ancestor', tip, rescue?.ref ?? '')).toBe('');
  });
});

it('a worktree that an agent made inside its own is kept too', async () => {
  const { repository, worktrees, path, git } = await makeWorktree();
  git('worktree', 'add', '--quiet', '-b', 'experiment', join(path, 'second'));
  writeFileSync(join(path, 'second/idea.txt'), 'idea');
  const rescue = await worktrees.rescue({ path, ...about });
  expect(repository.git('show', `${rescue?.ref}:second/idea.txt`)).toBe('idea');
});
