import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { developer, open } from './support.ts';

describe('repair', () => {
  it('finds worktrees again after their directory was moved', async () => {
    const repository = makeGitRepository();
    const base = makeTempDirectory();
    await open({ directory: join(base, 'one') }).ensure(developer(repository.path));
    renameSync(join(base, 'one'), join(base, 'two'));
    const moved = join(base, 'two/shop/worktrees/developer');
    const worktrees = open({ directory: join(base, 'two') });
    const input = { repository: repository.path, project: 'shop' };
    expect(await worktrees.repair(input)).toEqual({ repaired: [moved], pruned: [], broken: [], rescues: [] });
    expect(await worktrees.list(repository.path)).toMatchObject([{ path: moved, isMissing: false }]);
    expect(await worktrees.repair(input)).toMatchObject({ repaired: [], pruned: [] });
  });

  it('finds worktrees again after the repository was moved', async () => {
    const repository = makeGitRepository();
    const worktrees = open();
    const { path } = await worktrees.ensure(developer(repository.path));
    writeFileSync(join(path, 'draft.txt'), 'half done');
    const moved = join(makeTempDirectory(), 'moved');
    renameSync(repository.path, moved);
    mkdirSync(repository.path);
    await expect(worktrees.describe(path)).rejects.toMatchObject({ code: 'ORC_WORKTREE_NOT_A_REPOSITORY' });
    expect(await worktrees.repair({ repository: moved, project: 'shop' })).toMatchObject({
      repaired: [path],
    });
    expect((await worktrees.describe(path)).untrackedFiles).toEqual(['draft.txt']);
  });

  it('does not give a lost worktree of one project to another that has the same role', async () => {
    const [one, two] = [makeGitRepository(), makeGitRepository()];
    const worktrees = open();
    const first = await worktrees.ensure(developer(one.path, 'one'));
    const second = await worktrees.ensure(developer(two.path, 'two'));
    const moved = join(makeTempDirectory(), 'moved');
    renameSync(one.path, moved);
    mkdirSync(one.path);
    expect(await worktrees.repair({ repository: two.path, project: 'two' })).toMatchObject({ repaired: [] });
    expect(await worktrees.repair({ repository: moved, project: 'one' })).toMatchObject({
      repaired: [first.path],
    });
    expect((await worktrees.inspectRepository(first.path)).commonDir).toBe(join(moved, '.git'));
    expect((await worktrees.inspectRepository(second.path)).commonDir).toBe(join(two.path, '.git'));
  });

  it('clears registrations of gone directories, keeps what git held of them, and leaves those of others', async () => {
    const repository = makeGitRepository();
    const worktrees = open();
    const { path } = await worktrees.ensure(developer(repository.path));
    writeFileSync(join(path, 'staged.txt'), 'staged');
    repository.git('-C', path, 'add', '--all');
    const foreign = join(makeTempDirectory(), 'foreign');
    repository.git('worktree', 'add', '--quiet', foreign);
    rmSync(foreign, { recursive: true });
    rmSync(path, { recursive: true });
    const result = await worktrees.repair({ repository: repository.path, project: 'shop' });
    expect(result).toMatchObject({ repaired: [], pruned: [path], rescues: [{ agentId: 'shop/developer' }] });
    expect(repository.git('show', `${result.rescues[0]?.ref}:staged.txt`)).toBe('staged');
    const left = repository.git('worktree', 'list');
    expect(left).toContain(foreign);
    expect(left).not.toContain(path);
  });

  it('leaves a locked registration, whose disk may come back', async () => {
    const repository = makeGitRepository();
    const worktrees = open();
    const { path } = await worktrees.ensure(developer(repository.path));
    repository.git('worktree', 'lock', path);
    rmSync(path, { recursive: true });
    expect(await worktrees.repair({ repository: repository.path, project: 'shop' })).toMatchObject({
      pruned: [],
    });
    expect(await worktrees.list(repository.path)).toMatchObject([{ isMissing: true, isLocked: true }]);
  });

  it('names a directory it cannot take back and does not touch it', async () => {
    const repository = makeGitRepository();
    const directory = makeTempDirectory();
    const path = join(directory, 'shop/worktrees/stranger');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'mine'), 'mine');
    expect(await open({ directory }).repair({ repository: repository.path, project: 'shop' })).toMatchObject({
      broken: [path],
    });
    expect(existsSync(join(path, 'mine'))).toBe(true);
  });

  it('has nothing to do for a project without worktrees', async () => {
    const input = { repository: makeGitRepository().path, project: 'shop' };
    expect(await open().repair(input)).toEqual({ repaired: [], pruned: [], broken: [], rescues: [] });
  });
});
