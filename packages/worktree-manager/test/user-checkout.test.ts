import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, type GitRepository } from '@orc/testing';
import { expect, it } from 'vitest';
import { developer, digest, open, readTimes, readTree } from './support.ts';

/** All of the user's checkout that orc could disturb. */
function look(repository: GitRepository) {
  const { path } = repository;
  const git = (...args: string[]) => repository.git(...args);
  const file = (name: string) => digest(readFileSync(join(path, '.git', name)));
  return {
    branch: git('symbolic-ref', 'HEAD'),
    head: file('HEAD'),
    commit: git('rev-parse', 'HEAD'),
    index: file('index'),
    indexTime: statSync(join(path, '.git/index')).mtimeMs,
    config: file('config'),
    headLog: file('logs/HEAD'),
    tree: readTree(path),
    times: readTimes(path),
    status: git('--no-optional-locks', 'status', '--porcelain=v2', '--branch'),
    stash: git('stash', 'list'),
    tags: git('for-each-ref', 'refs/tags', 'refs/stash', 'refs/heads/main', 'refs/heads/work'),
  };
}

it("never changes the user's branch, HEAD, index, files, stash or settings, whatever is done to worktrees", async () => {
  const repository = makeGitRepository();
  const { path } = repository;
  const git = (...args: string[]) => repository.git(...args);
  repository.commit({ 'a.txt': 'a', 'b.txt': 'b', 'stashed.txt': 's' });
  writeFileSync(join(path, 'stashed.txt'), 'put aside');
  git('stash', 'push', '--quiet');
  git('checkout', '--quiet', '-b', 'work');
  writeFileSync(join(path, 'a.txt'), 'staged');
  git('add', 'a.txt');
  writeFileSync(join(path, 'a.txt'), 'and changed');
  writeFileSync(join(path, 'untracked.txt'), 'mine');
  const before = look(repository);

  const worktrees = open();
  const unchanged = (what: string) => expect(look(repository), what).toEqual(before);
  await worktrees.inspectRepository(path);
  await worktrees.recordParent({ repository: path, project: 'shop' });
  unchanged('recordParent');
  const one = await worktrees.ensure({ ...developer(path), parent: 'work' });
  const two = await worktrees.ensure({ ...developer(path), role: 'tester', branch: 'work', parent: 'main' });
  expect(two.strategy).toBe('numbered-branch');
  unchanged('ensure');
  await worktrees.describe(path, { parent: 'main' });
  await worktrees.describe(one.path, { parent: 'work' });
  await worktrees.list(path);
  unchanged('describe and list');
  writeFileSync(join(one.path, 'new.txt'), 'new');
  writeFileSync(join(one.path, 'a.txt'), 'theirs');
  const rescue = await worktrees.rescue({ path: one.path, agentId: 'shop/developer', reason: 'test' });
  const own = await worktrees.rescue({ path, agentId: 'user/checkout', reason: 'test' });
  expect([rescue, own].map((each) => each?.skipped)).toEqual([[], []]);
  unchanged('rescue');
  await worktrees.restoreRescue({ ref: rescue?.ref ?? '', path: two.path, force: true });
  unchanged('restoreRescue');
  await worktrees.repair({ repository: path, project: 'shop' });
  await worktrees.remove({ path: one.path, force: true });
  await worktrees.remove({ path: two.path, force: true, deleteBranch: true });
  unchanged('repair and remove');
});
