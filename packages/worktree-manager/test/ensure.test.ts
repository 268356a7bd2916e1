import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { developer, open, readTree } from './support.ts';

describe('ensure', () => {
  it("makes a worktree on the agent's own branch, from the parent", async () => {
    const repository = makeGitRepository();
    const directory = join(makeTempDirectory(), 'projects');
    const worktree = await open({ directory }).ensure(developer(repository.path));
    expect(worktree).toEqual({
      path: join(directory, 'shop/worktrees/developer'),
      branch: 'feature/shop-developer',
      head: repository.git('rev-parse', 'main'),
      strategy: 'agent-branch',
      reason: 'the branch feature/shop-developer was made from main',
      isNew: true,
    });
    expect(readTree(worktree.path)).toEqual(readTree(repository.path));
  });

  it('changes nothing the second time, whatever branch the agent is on by then', async () => {
    const repository = makeGitRepository();
    const worktrees = open();
    const first = await worktrees.ensure(developer(repository.path));
    repository.git('-C', first.path, 'switch', '--quiet', '--create', 'feature/login');
    writeFileSync(join(first.path, 'draft.txt'), 'half done');
    const second = await worktrees.ensure(developer(repository.path));
    expect(second).toMatchObject({
      path: first.path,
      branch: 'feature/login',
      strategy: 'kept',
      isNew: false,
    });
    expect(readFileSync(join(first.path, 'draft.txt'), 'utf8')).toBe('half done');
  });

  it('starts from the parent as it is, not from what the user has checked out', async () => {
    const repository = makeGitRepository();
    const start = repository.git('rev-parse', 'HEAD');
    repository.git('checkout', '--quiet', '-b', 'elsewhere');
    repository.commit({ 'later.txt': 'later' });
    expect((await open().ensure(developer(repository.path))).head).toBe(start);
  });

  it('takes a commit, a tag or a remote branch as the parent', async () => {
    const repository = makeGitRepository();
    const start = repository.git('rev-parse', 'HEAD');
    repository.git('tag', 'v1');
    repository.git('update-ref', 'refs/remotes/origin/trunk', start);
    repository.commit({ 'later.txt': 'later' });
    for (const parent of [start, 'v1', 'origin/trunk'])
      expect(
        (await open().ensure({ ...developer(repository.path, `p${parent.slice(0, 2)}`), parent })).head,
      ).toBe(start);
  });

  it('needs the parent no more for a worktree that is whole, nor for a branch that is there', async () => {
    const repository = makeGitRepository();
    const worktrees = open();
    const ensure = () => worktrees.ensure(developer(repository.path));
    const { path, head, branch } = await ensure();
    repository.git('branch', '--move', 'main', 'trunk');
    expect(await ensure()).toMatchObject({ path, head, branch, strategy: 'kept' });
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/begun-anew');
    expect(await ensure()).toMatchObject({ path, head, branch, strategy: 'kept' });
    rmSync(path, { recursive: true });
    expect(await ensure()).toMatchObject({ path, head, branch, strategy: 'existing-branch', isNew: true });
  });

  it("starts from the agent's own branch where that is taken and the parent is gone", async () => {
    const repository = makeGitRepository();
    repository.git('checkout', '--quiet', '-b', 'feature/shop-developer');
    const work = repository.commit({ 'work.txt': 'done yesterday' });
    repository.git('branch', '--delete', '--force', 'main');
    const worktree = await open().ensure(developer(repository.path));
    expect(worktree).toMatchObject({ branch: 'feature/shop-developer-2', head: work });
    expect(worktree.reason).toContain('was made from feature/shop-developer, since');
  });

  it('goes on with an existing branch that nobody has checked out', async () => {
    const repository = makeGitRepository();
    repository.git('checkout', '--quiet', '-b', 'feature/shop-developer');
    const work = repository.commit({ 'work.txt': 'done yesterday' });
    repository.git('checkout', '--quiet', 'main');
    expect(await open().ensure(developer(repository.path))).toMatchObject({
      branch: 'feature/shop-developer',
      head: work,
      strategy: 'existing-branch',
    });
  });

  it('numbers the branch when it is checked out elsewhere, and never checks one out twice', async () => {
    const repository = makeGitRepository();
    repository.git('checkout', '--quiet', '-b', 'feature/shop-developer');
    const one = await open().ensure(developer(repository.path));
    const two = await open().ensure(developer(repository.path));
    expect([one.branch, two.branch]).toEqual(['feature/shop-developer-2', 'feature/shop-developer-3']);
    expect(one.strategy).toBe('numbered-branch');
    expect(one.reason).toContain(`is checked out at ${repository.path}`);
  });

  it('makes no other branch where only this one will do', async () => {
    const repository = makeGitRepository();
    repository.git('branch', 'feature');
    const references = repository.git('for-each-ref', 'refs/heads');
    await expect(open().ensure({ ...developer(repository.path), exact: true })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_CANNOT_CREATE',
      message: expect.stringContaining('the branch feature leaves no room for') as string,
    });
    expect(repository.git('for-each-ref', 'refs/heads')).toBe(references);
  });

  it('takes neither the branch of a lost worktree nor the one it is on where only another will do', async () => {
    const repository = makeGitRepository();
    const worktrees = open();
    const { path } = await worktrees.ensure(developer(repository.path));
    const other = { ...developer(repository.path), branch: 'feature/other', exact: true };
    await expect(worktrees.ensure(other)).rejects.toMatchObject({
      code: 'ORC_WORKTREE_DIRECTORY_TAKEN',
      details: { why: expect.stringContaining('feature/shop-developer') as string },
    });
    rmSync(path, { recursive: true });
    expect(await worktrees.ensure(other)).toMatchObject({ path, branch: 'feature/other' });
    expect(await worktrees.ensure(other)).toMatchObject({ strategy: 'kept', branch: 'feature/other' });
  });

  it('does not take a branch that is being rebased in another checkout', async () => {
    const repository = makeGitRepository();
    repository.git('checkout', '--quiet', '-b', 'feature/shop-developer');
    repository.commit({ 'a.txt': 'mine' });
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ 'a.txt': 'theirs' });
    repository.git('checkout', '--quiet', 'feature/shop-developer');
    expect(() => repository.git('rebase', '--quiet', 'main')).toThrow();
    expect(await open().ensure(developer(repository.path))).toMatchObject({
      branch: 'feature/shop-developer-2',
      strategy: 'numbered-branch',
    });
  });

  it.each([
    ['feature', 'feature-shop-developer'],
    ['feature/shop-developer/old', 'feature/shop-developer-2'],
  ])('finds another name when the branch %s leaves no room', async (blocking, branch) => {
    const repository = makeGitRepository();
    repository.git('branch', blocking);
    const worktree = await open().ensure(developer(repository.path));
    expect(worktree).toMatchObject({ branch, strategy: 'numbered-branch' });
    expect(worktree.reason).toContain(`the branch ${blocking} leaves no room`);
  });

  it('stands on the commit without a branch when that is what is asked for', async () => {
    const repository = makeGitRepository();
    expect(await open({ strategies: ['detached'] }).ensure(developer(repository.path))).toMatchObject({
      branch: null,
      head: repository.git('rev-parse', 'main'),
      strategy: 'detached',
    });
  });

  it("can follow the seed's order: the parent branch itself where it is free, and detached at last", async () => {
    const repository = makeGitRepository();
    const strategies = ['parent-branch', 'agent-branch', 'detached'] as const;
    const taken = await open({ strategies: [...strategies] }).ensure(developer(repository.path));
    expect(taken).toMatchObject({ strategy: 'agent-branch', branch: 'feature/shop-developer' });
    repository.git('checkout', '--quiet', '--detach');
    const free = await open({ strategies: [...strategies] }).ensure(developer(repository.path));
    expect(free).toMatchObject({ strategy: 'parent-branch', branch: 'main' });
    const last = await open({ strategies: [...strategies] }).ensure(developer(repository.path));
    expect(last).toMatchObject({ strategy: 'detached', branch: null });
  });

  it('works from a bare repository and from inside another worktree', async () => {
    const repository = makeGitRepository();
    const bare = join(makeTempDirectory(), 'bare.git');
    repository.git('clone', '--quiet', '--bare', repository.path, bare);
    expect(await open().ensure(developer(bare))).toMatchObject({ strategy: 'agent-branch' });
    const worktrees = open();
    const { path } = await worktrees.ensure(developer(repository.path));
    expect(
      await worktrees.ensure({ ...developer(path), role: 'tester', branch: 'test/shop-tester' }),
    ).toMatchObject({
      branch: 'test/shop-tester',
    });
  });

  it('uses an empty directory that is there already', async () => {
    const repository = makeGitRepository();
    const directory = join(makeTempDirectory(), 'projects');
    mkdirSync(join(directory, 'shop/worktrees/developer'), { recursive: true });
    expect((await open({ directory }).ensure(developer(repository.path))).isNew).toBe(true);
  });

  it.each([
    [
      'files of somebody else',
      (path: string) => (mkdirSync(path, { recursive: true }), writeFileSync(join(path, 'mine'), '')),
    ],
    [
      'a file',
      (path: string) => (mkdirSync(join(path, '..'), { recursive: true }), writeFileSync(path, 'mine')),
    ],
    [
      'a link',
      (path: string) => (mkdirSync(join(path, '..'), { recursive: true }), symlinkSync('/tmp', path)),
    ],
    [
      'a checkout of another repository',
      (path: string) => (
        mkdirSync(path, { recursive: true }),
        makeGitRepository().git('clone', '--quiet', '.', path)
      ),
    ],
  ])('refuses a place with %s and touches nothing', async (_what, occupy) => {
    const repository = makeGitRepository();
    const directory = makeTempDirectory();
    occupy(join(directory, 'shop/worktrees/developer'));
    const before = readTree(directory);
    const references = repository.git('for-each-ref', 'refs/heads');
    await expect(open({ directory }).ensure(developer(repository.path))).rejects.toMatchObject({
      code: 'ORC_WORKTREE_DIRECTORY_TAKEN',
    });
    expect(readTree(directory)).toEqual(before);
    expect(repository.git('for-each-ref', 'refs/heads')).toBe(references);
  });

  it.each([['missing'], ['missing and locked']])(
    'makes a %s worktree again, on the branch it had',
    async (state) => {
      const repository = makeGitRepository();
      const worktrees = open();
      const { path } = await worktrees.ensure(developer(repository.path));
      repository.git('-C', path, 'switch', '--quiet', '--create', 'feature/login');
      repository.git('-C', path, 'commit', '--quiet', '--allow-empty', '--message', 'Begin the login');
      const head = repository.git('rev-parse', 'feature/login');
      if (state.includes('locked')) repository.git('worktree', 'lock', path);
      rmSync(path, { recursive: true });
      expect(await worktrees.ensure(developer(repository.path))).toMatchObject({
        path,
        branch: 'feature/login',
        head,
        isNew: true,
      });
      expect(existsSync(join(path, 'README.md'))).toBe(true);
    },
  );

  it('keeps what git still holds of a worktree whose directory is gone', async () => {
    const repository = makeGitRepository();
    const worktrees = open({ strategies: ['detached'] });
    const { path } = await worktrees.ensure(developer(repository.path));
    writeFileSync(join(path, 'staged.txt'), 'staged only');
    repository.git('-C', path, 'commit', '--quiet', '--allow-empty', '--message', 'On no branch');
    repository.git('-C', path, 'add', 'staged.txt');
    const lost = repository.git('-C', path, 'rev-parse', 'HEAD');
    rmSync(path, { recursive: true });
    await worktrees.ensure(developer(repository.path));
    const [rescue] = await worktrees.listRescues(repository.path);
    expect(rescue).toMatchObject({ agentId: 'shop/developer', base: lost });
    expect(repository.git('show', `${rescue?.ref}:staged.txt`)).toBe('staged only');
  });

  it('takes the branch of a registration whose directory is gone, wherever that was', async () => {
    const repository = makeGitRepository();
    const old = join(makeTempDirectory(), 'old');
    await open({ directory: old }).ensure(developer(repository.path));
    rmSync(old, { recursive: true });
    expect(await open().ensure(developer(repository.path))).toMatchObject({
      branch: 'feature/shop-developer',
      strategy: 'existing-branch',
    });
  });

  it('leaves a locked registration its branch, since its disk may not be mounted', async () => {
    const repository = makeGitRepository();
    const old = join(makeTempDirectory(), 'old');
    const { path } = await open({ directory: old }).ensure(developer(repository.path));
    repository.git('worktree', 'lock', path);
    rmSync(old, { recursive: true });
    expect(await open().ensure(developer(repository.path))).toMatchObject({
      branch: 'feature/shop-developer-2',
    });
    expect(repository.git('worktree', 'list')).toContain(path);
  });

  it('finds its worktree again after the directory of all projects was moved', async () => {
    const repository = makeGitRepository();
    const base = makeTempDirectory();
    const { path } = await open({ directory: join(base, 'one') }).ensure(developer(repository.path));
    writeFileSync(join(path, 'draft.txt'), 'half done');
    renameSync(join(base, 'one'), join(base, 'two'));
    const moved = await open({ directory: join(base, 'two') }).ensure(developer(repository.path));
    expect(moved).toMatchObject({ strategy: 'kept', branch: 'feature/shop-developer', isNew: false });
    expect(repository.git('-C', moved.path, 'status', '--porcelain')).toBe('?? draft.txt');
  });

  it('connects a worktree again whose .git file was deleted', async () => {
    const repository = makeGitRepository();
    const worktrees = open();
    const { path } = await worktrees.ensure(developer(repository.path));
    writeFileSync(join(path, 'draft.txt'), 'half done');
    rmSync(join(path, '.git'));
    expect(await worktrees.ensure(developer(repository.path))).toMatchObject({ strategy: 'kept' });
    expect(repository.git('-C', path, 'status', '--porcelain')).toBe('?? draft.txt');
  });

  it('begins again where git was killed in the middle of making the worktree', async () => {
    const repository = makeGitRepository();
    repository.commit({ 'big.bin': 'x', '.gitattributes': '*.bin filter=killer\n' });
    repository.git('config', 'filter.killer.smudge', 'kill -9 $(ps -o ppid= -p $PPID) $PPID');
    const directory = join(makeTempDirectory(), 'projects');
    const worktrees = open({ directory, strategies: ['agent-branch'] });
    await expect(worktrees.ensure(developer(repository.path))).rejects.toMatchObject({
      code: 'ORC_WORKTREE_CANNOT_CREATE',
    });
    expect(repository.git('worktree', 'list', '--porcelain')).toContain('locked initializing');
    repository.git('config', 'filter.killer.smudge', 'cat');
    const worktree = await worktrees.ensure(developer(repository.path));
    expect(worktree).toMatchObject({ branch: 'feature/shop-developer', isNew: true });
    expect(repository.git('-C', worktree.path, 'status', '--porcelain')).toBe('');
  });

  it('leaves no branch behind when git cannot make the worktree', async () => {
    const repository = makeGitRepository();
    repository.commit({ 'big.bin': 'x', '.gitattributes': '*.bin filter=broken\n' });
    repository.git('config', 'filter.broken.smudge', 'false');
    repository.git('config', 'filter.broken.required', 'true');
    await expect(open().ensure(developer(repository.path))).rejects.toMatchObject({
      code: 'ORC_WORKTREE_CANNOT_CREATE',
      message: expect.stringContaining('smudge filter broken failed') as string,
    });
    expect(repository.git('for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/orc')).toBe(
      'refs/heads/main',
    );
  });
});

describe('ensure refuses', () => {
  it('an empty repository, and says what is missing', async () => {
    const repository = makeGitRepository({ empty: true });
    await expect(open().ensure(developer(repository.path))).rejects.toMatchObject({
      code: 'ORC_WORKTREE_NO_COMMITS',
      message: expect.stringContaining('Commit something there first') as string,
    });
  });

  it.each([['nowhere'], ['--all'], ['main~1'], ['']])('the parent "%s"', async (parent) => {
    const repository = makeGitRepository();
    await expect(open().ensure({ ...developer(repository.path), parent })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_UNKNOWN_PARENT',
    });
  });

  it.each([['-f'], ['a..b'], ['a b'], ['@{-1}'], ['x.lock'], ['']])('the branch "%s"', async (branch) => {
    const repository = makeGitRepository();
    repository.git('checkout', '--quiet', '-b', 'other');
    repository.git('checkout', '--quiet', 'main');
    await expect(open().ensure({ ...developer(repository.path), branch })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_BAD_BRANCH',
    });
  });

  it.each([['..'], ['.'], ['a/b'], ['../../etc'], ['-x'], [''], ['a\nb'], ['a..b']])(
    'a project or role named "%s"',
    async (name) => {
      const repository = makeGitRepository();
      const code = 'ORC_WORKTREE_BAD_NAME';
      await expect(open().ensure({ ...developer(repository.path), role: name })).rejects.toMatchObject({
        code,
      });
      await expect(open().ensure({ ...developer(repository.path), project: name })).rejects.toMatchObject({
        code,
      });
    },
  );
});
