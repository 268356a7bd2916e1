import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { expect, test } from 'vitest';
import { findGitBranch } from './git-branch.ts';

test('names the branch of a repository, of a folder in it, and of a worktree', () => {
  const repository = makeGitRepository();
  mkdirSync(join(repository.path, 'deep/er'), { recursive: true });
  const worktree = join(makeTempDirectory(), 'worktree');
  repository.git('worktree', 'add', '--quiet', '-b', 'feature/one', worktree);
  expect(findGitBranch(repository.path)).toBe('main');
  expect(findGitBranch(join(repository.path, 'deep/er'))).toBe('main');
  expect(findGitBranch(worktree)).toBe('feature/one');
});

test('says HEAD for a detached one and outside of a repository', () => {
  const repository = makeGitRepository();
  repository.git('checkout', '--quiet', '--detach');
  expect(findGitBranch(repository.path)).toBe('HEAD');
  expect(findGitBranch(makeTempDirectory())).toBe('HEAD');
});
