import { makeGitRepository } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { developer, open } from './support.ts';

const shop = (repository: { path: string }) => ({ repository: repository.path, project: 'shop' });

describe('the recorded parent', () => {
  it('is the branch the project started on, and stays that', async () => {
    const repository = makeGitRepository();
    repository.git('checkout', '--quiet', '-b', 'release/2030');
    const worktrees = open();
    expect(await worktrees.readParent(shop(repository))).toBeUndefined();
    expect(await worktrees.recordParent(shop(repository))).toBe('release/2030');
    repository.git('checkout', '--quiet', 'main');
    expect(await worktrees.recordParent(shop(repository))).toBe('release/2030');
    expect(await worktrees.recordParent({ ...shop(repository), parent: 'main' })).toBe('release/2030');
    expect(await worktrees.readParent(shop(repository))).toBe('release/2030');
  });

  it('can be read from a worktree, where .git is a file', async () => {
    const repository = makeGitRepository();
    const worktrees = open();
    await worktrees.recordParent(shop(repository));
    const { path } = await worktrees.ensure(developer(repository.path));
    expect(await worktrees.readParent({ repository: path, project: 'shop' })).toBe('main');
  });

  it('is the commit when no branch is checked out', async () => {
    const repository = makeGitRepository();
    repository.git('checkout', '--quiet', '--detach');
    expect(await open().recordParent(shop(repository))).toBe(repository.git('rev-parse', 'HEAD'));
  });

  it('is one for each project, and the same for all who record at once', async () => {
    const repository = makeGitRepository();
    repository.git('branch', 'other');
    const worktrees = open();
    const answers = await Promise.all(
      ['main', 'other', 'main', 'other'].map((parent) =>
        worktrees.recordParent({ ...shop(repository), parent }),
      ),
    );
    expect(new Set(answers).size).toBe(1);
    expect(
      await worktrees.recordParent({ repository: repository.path, project: 'blog', parent: 'other' }),
    ).toBe('other');
  });

  it('is not recorded when it does not exist', async () => {
    const repository = makeGitRepository();
    await expect(open().recordParent({ ...shop(repository), parent: 'nowhere' })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_UNKNOWN_PARENT',
    });
    await expect(open().recordParent(shop(makeGitRepository({ empty: true })))).rejects.toMatchObject({
      code: 'ORC_WORKTREE_NO_COMMITS',
    });
    await expect(open().readParent({ ...shop(repository), project: '../x' })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_BAD_NAME',
    });
  });
});
