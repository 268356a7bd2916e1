import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { developer, open } from './support.ts';

async function makeWorktree() {
  const repository = makeGitRepository();
  const worktrees = open();
  const { path } = await worktrees.ensure(developer(repository.path));
  const git = (...args: string[]) => repository.git('-C', path, ...args);
  const commit = (message: string) => git('commit', '--quiet', '--allow-empty', '--message', message);
  return { repository, worktrees, path, git, commit };
}

describe('describe', () => {
  it('counts nothing in a fresh worktree, though it stands on an inherited commit', async () => {
    const { worktrees, path, git } = await makeWorktree();
    expect(await worktrees.describe(path, { parent: 'main' })).toEqual({
      path,
      branch: 'feature/shop-developer',
      head: git('rev-parse', 'main'),
      isDetached: false,
      ahead: 0,
      behind: 0,
      commitsSinceParent: 0,
      dirtyFiles: [],
      untrackedFiles: [],
      lastCommit: {
        hash: git('rev-parse', 'main'),
        subject: 'Start',
        at: Number(git('log', '-1', '--format=%ct')) * 1000,
        author: 'Ada',
      },
    });
  });

  it('counts commits on both sides of a parent whose name has slashes, with no remote and no upstream', async () => {
    const { repository, worktrees, path, commit } = await makeWorktree();
    repository.git('branch', 'release/2030/main', 'main');
    repository.git('checkout', '--quiet', 'release/2030/main');
    for (let number = 0; number < 25; number += 1)
      repository.git('commit', '--quiet', '--allow-empty', '-m', 'Theirs');
    commit('One');
    commit('Two');
    expect(await worktrees.describe(path, { parent: 'release/2030/main' })).toMatchObject({
      ahead: 2,
      behind: 25,
      commitsSinceParent: 2,
    });
  });

  it("does not count as the agent's what it merged from others", async () => {
    const { repository, worktrees, path, git, commit } = await makeWorktree();
    repository.git('checkout', '--quiet', '-b', 'test/shop-tester');
    repository.commit({ 'test.txt': '1' });
    repository.commit({ 'test.txt': '2' });
    commit('Mine');
    git('merge', '--quiet', '--no-edit', 'test/shop-tester');
    expect(await worktrees.describe(path, { parent: 'main' })).toMatchObject({
      ahead: 4,
      commitsSinceParent: 1,
    });
  });

  it('names dirty and untracked files of any name, one by one, and no ignored ones', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    repository.commit({ 'gone.txt': 'x', 'staged.txt': 'x', 'ünï\n"code"': 'x', '.gitignore': 'dist\n' });
    git('merge', '--quiet', 'main');
    rmSync(join(path, 'gone.txt'));
    writeFileSync(join(path, 'staged.txt'), 'y');
    git('add', 'staged.txt');
    writeFileSync(join(path, 'ünï\n"code"'), 'y');
    mkdirSync(join(path, 'new dir'));
    writeFileSync(join(path, 'new dir/a'), '');
    writeFileSync(join(path, 'new dir/b'), '');
    writeFileSync(join(path, 'dist'), '');
    const state = await worktrees.describe(path);
    expect([...state.dirtyFiles].sort()).toEqual(['gone.txt', 'staged.txt', 'ünï\n"code"']);
    expect(state.untrackedFiles).toEqual(['new dir/a', 'new dir/b']);
  });

  it('does not know how far it is from a parent that is gone or was not named', async () => {
    const { worktrees, path } = await makeWorktree();
    const unknown = { ahead: null, behind: null, commitsSinceParent: null };
    expect(await worktrees.describe(path, { parent: 'gone' })).toMatchObject(unknown);
    expect(await worktrees.describe(path)).toMatchObject(unknown);
  });

  it('describes a detached HEAD and a branch without a commit', async () => {
    const { worktrees, path, git } = await makeWorktree();
    git('checkout', '--quiet', '--detach');
    expect(await worktrees.describe(path, { parent: 'main' })).toMatchObject({
      branch: null,
      isDetached: true,
      ahead: 0,
    });
    git('checkout', '--quiet', '--orphan', 'fresh');
    expect(await worktrees.describe(path, { parent: 'main' })).toMatchObject({
      branch: 'fresh',
      head: null,
      isDetached: false,
      ahead: null,
      lastCommit: null,
    });
  });
});
