import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { developer, open } from './support.ts';

async function makeWorktree(options = {}) {
  const repository = makeGitRepository();
  const worktrees = open(options);
  const { path } = await worktrees.ensure(developer(repository.path));
  const git = (...args: string[]) => repository.git('-C', path, ...args);
  return { repository, worktrees, path, git };
}

const branches = (repository: { git: (...args: string[]) => string }) =>
  repository.git('for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n');

describe('remove', () => {
  it('removes a clean worktree and keeps its branch', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    expect(await worktrees.remove({ path })).toEqual({
      isRemoved: true,
      rescue: undefined,
      branch: 'feature/shop-developer',
      isBranchDeleted: false,
    });
    expect(existsSync(path)).toBe(false);
    expect(branches(repository)).toEqual(['feature/shop-developer', 'main']);
    expect(repository.git('worktree', 'list', '--porcelain').match(/^worktree /gm)).toHaveLength(1);
  });

  it('refuses while commits are in no remote and no other branch, unless it is told to', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    repository.git('remote', 'add', 'origin', makeGitRepository().path);
    writeFileSync(join(path, 'new.txt'), 'new');
    git('add', '.');
    git('commit', '-m', 'Not pushed');
    await expect(worktrees.remove({ path })).rejects.toMatchObject({ code: 'ORC_WORKTREE_UNPUSHED' });
    expect(existsSync(path)).toBe(true);
    repository.git('update-ref', 'refs/remotes/origin/feature', 'feature/shop-developer');
    expect(await worktrees.remove({ path })).toMatchObject({ isRemoved: true, isBranchDeleted: false });
  });

  it('keeps what was not committed before it removes anything', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    writeFileSync(join(path, 'README.md'), 'changed');
    writeFileSync(join(path, 'new.txt'), 'new');
    const { rescue } = await worktrees.remove({ path });
    expect(existsSync(path)).toBe(false);
    expect(rescue?.agentId).toBe('shop/developer');
    expect(repository.git('show', `${rescue?.ref}:README.md`)).toBe('changed');
    expect(repository.git('show', `${rescue?.ref}:new.txt`)).toBe('new');
  });

  it('keeps the commits of a worktree without a branch', async () => {
    const { repository, worktrees, path, git } = await makeWorktree({ strategies: ['detached'] });
    git('commit', '--quiet', '--allow-empty', '--message', 'On no branch');
    const head = git('rev-parse', 'HEAD');
    const { rescue } = await worktrees.remove({ path });
    expect(repository.git('merge-base', '--is-ancestor', head, rescue?.ref ?? '')).toBe('');
  });

  it('is over at once when there is nothing', async () => {
    const { worktrees, path } = await makeWorktree();
    await worktrees.remove({ path });
    expect(await worktrees.remove({ path })).toMatchObject({ isRemoved: false });
  });

  it.each([[false], [true]])('refuses while a process works in it (force: %s)', async (force) => {
    const { worktrees, path } = await makeWorktree();
    mkdirSync(join(path, 'src'));
    const child = spawn('sleep', ['60'], { cwd: join(path, 'src') });
    onTeardown(() => void child.kill('SIGKILL'));
    await waitUntil(() => readlinkSync(`/proc/${child.pid}/cwd`) === join(path, 'src'));
    await expect(worktrees.remove({ path, force })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_IN_USE',
      details: { processes: [{ pid: child.pid, name: 'sleep' }] },
    });
    expect(existsSync(path)).toBe(true);
    child.kill('SIGKILL');
    await waitUntil(() => !existsSync(`/proc/${child.pid}`));
    expect((await worktrees.remove({ path, force })).isRemoved).toBe(true);
  });

  it('is not kept from it by a process in a directory with a longer name', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    const second = await worktrees.ensure({
      ...developer(repository.path),
      role: 'developer-2',
      branch: 'feature/two',
    });
    const child = spawn('sleep', ['60'], { cwd: second.path });
    onTeardown(() => void child.kill('SIGKILL'));
    await waitUntil(() => readlinkSync(`/proc/${child.pid}/cwd`) === second.path);
    expect((await worktrees.remove({ path })).isRemoved).toBe(true);
  });

  it('refuses a locked worktree unless forced', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    repository.git('worktree', 'lock', '--reason', 'on loan', path);
    await expect(worktrees.remove({ path })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_LOCKED',
      details: { why: 'on loan' },
    });
    expect((await worktrees.remove({ path, force: true })).isRemoved).toBe(true);
  });

  it('deletes the branch when asked and when its commits are elsewhere', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    git('commit', '--quiet', '--allow-empty', '--message', 'Merged later');
    repository.git('merge', '--quiet', '--ff-only', 'feature/shop-developer');
    expect(await worktrees.remove({ path, deleteBranch: true })).toMatchObject({ isBranchDeleted: true });
    expect(branches(repository)).toEqual(['main']);
  });

  it('refuses to delete a branch with commits of its own; forced, a rescue holds them', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    git('commit', '--quiet', '--allow-empty', '--message', 'Only here');
    const head = git('rev-parse', 'HEAD');
    await expect(worktrees.remove({ path, deleteBranch: true })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_UNMERGED',
      details: { branch: 'feature/shop-developer', commits: 1 },
    });
    expect(existsSync(path)).toBe(true);
    const { rescue } = await worktrees.remove({ path, deleteBranch: true, force: true });
    expect(branches(repository)).toEqual(['main']);
    repository.git('gc', '--quiet', '--prune=now');
    expect(repository.git('merge-base', '--is-ancestor', head, rescue?.ref ?? '')).toBe('');
  });

  it("refuses the user's checkout, another's worktree, and any other path", async () => {
    const { repository, worktrees } = await makeWorktree();
    const linked = join(makeTempDirectory(), 'linked');
    repository.git('worktree', 'add', '--quiet', linked);
    for (const path of [repository.path, linked, '/', makeTempDirectory()])
      await expect(worktrees.remove({ path, force: true })).rejects.toMatchObject({
        code: 'ORC_WORKTREE_NOT_OURS',
      });
    expect(existsSync(join(linked, 'README.md'))).toBe(true);
  });

  it('refuses a directory in the right place that is no worktree', async () => {
    const directory = makeTempDirectory();
    const { worktrees } = await makeWorktree({ directory });
    const path = join(directory, 'shop/worktrees/stranger');
    mkdirSync(path);
    writeFileSync(join(path, 'mine'), 'mine');
    await expect(worktrees.remove({ path, force: true })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_NOT_OURS',
    });
    expect(existsSync(join(path, 'mine'))).toBe(true);
  });
});

describe('list', () => {
  it("shows orc's worktrees and nobody else's, with those that are gone or locked", async () => {
    const directory = join(makeTempDirectory(), 'projects');
    const { repository, worktrees, path } = await makeWorktree({ directory });
    repository.git('worktree', 'add', '--quiet', join(makeTempDirectory(), 'linked'));
    const tester = await worktrees.ensure({
      ...developer(repository.path),
      role: 'tester',
      branch: 'test/t',
    });
    repository.git('worktree', 'lock', '--reason', 'on loan', tester.path);
    rmSync(path, { recursive: true });
    const head = repository.git('rev-parse', 'main');
    expect(await worktrees.list(repository.path)).toEqual([
      {
        project: 'shop',
        role: 'developer',
        agentId: 'shop/developer',
        path,
        branch: 'feature/shop-developer',
        head,
        isMissing: true,
        isLocked: false,
        lockReason: null,
      },
      {
        project: 'shop',
        role: 'tester',
        agentId: 'shop/tester',
        path: tester.path,
        branch: 'test/t',
        head,
        isMissing: false,
        isLocked: true,
        lockReason: 'on loan',
      },
    ]);
  });

  it('finds its worktrees also through a symbolic link', async () => {
    const base = makeTempDirectory();
    mkdirSync(join(base, 'real'));
    symlinkSync(join(base, 'real'), join(base, 'link'));
    const { repository, worktrees, path } = await makeWorktree({ directory: join(base, 'link') });
    expect(path).toBe(join(base, 'real/shop/worktrees/developer'));
    expect(await worktrees.ensure(developer(repository.path))).toMatchObject({ path, isNew: false });
    expect(await worktrees.list(repository.path)).toMatchObject([{ path, agentId: 'shop/developer' }]);
    expect(await worktrees.remove({ path: join(base, 'link/shop/worktrees/developer') })).toMatchObject({
      isRemoved: true,
    });
  });

  it('is empty for a repository without agents', async () => {
    expect(await open().list(makeGitRepository().path)).toEqual([]);
  });
});
