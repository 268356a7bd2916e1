import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { environment, open } from './support.ts';

describe('inspectRepository', () => {
  it('says where a repository is and what is checked out', async () => {
    const repository = makeGitRepository();
    repository.git('remote', 'add', 'origin', '/nowhere');
    expect(await open().inspectRepository(repository.path)).toEqual({
      root: repository.path,
      commonDir: join(repository.path, '.git'),
      gitDir: join(repository.path, '.git'),
      branch: 'main',
      head: repository.git('rev-parse', 'HEAD'),
      hasCommits: true,
      isBare: false,
      isWorktreeOfAnother: false,
      remotes: ['origin'],
    });
  });

  it('finds the repository from a directory inside it, and through a symbolic link', async () => {
    const repository = makeGitRepository();
    mkdirSync(join(repository.path, 'a/b'), { recursive: true });
    const link = join(makeTempDirectory(), 'link');
    symlinkSync(join(repository.path, 'a/b'), link);
    expect((await open().inspectRepository(link)).root).toBe(repository.path);
  });

  it('says that a worktree belongs to another checkout', async () => {
    const repository = makeGitRepository();
    const linked = join(makeTempDirectory(), 'linked');
    repository.git('worktree', 'add', '--quiet', linked);
    expect(await open().inspectRepository(linked)).toMatchObject({
      root: linked,
      commonDir: join(repository.path, '.git'),
      gitDir: join(repository.path, '.git/worktrees/linked'),
      branch: 'linked',
      isWorktreeOfAnother: true,
    });
  });

  it('has no branch when HEAD is detached', async () => {
    const repository = makeGitRepository();
    repository.git('checkout', '--quiet', '--detach');
    expect(await open().inspectRepository(repository.path)).toMatchObject({ branch: null, hasCommits: true });
  });

  it('knows an empty repository and the branch it will have', async () => {
    const repository = makeGitRepository({ empty: true });
    expect(await open().inspectRepository(repository.path)).toMatchObject({
      branch: 'main',
      head: null,
      hasCommits: false,
    });
  });

  it('knows a bare repository', async () => {
    const bare = makeTempDirectory();
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare], { env: environment });
    expect(await open().inspectRepository(bare)).toMatchObject({
      root: realpathSync(bare),
      commonDir: realpathSync(bare),
      isBare: true,
    });
  });

  it('reads a path with spaces, quotes and a newline', async () => {
    const path = join(makeTempDirectory(), 'it\'s a "path"\nof two lines');
    execFileSync('git', ['init', '--quiet', path], { env: environment });
    expect((await open().inspectRepository(path)).root).toBe(path);
  });

  it('is not led to another repository by variables of the environment', async () => {
    const repository = makeGitRepository();
    const other = makeGitRepository();
    const led = open(
      {},
      { environment: { ...environment, GIT_DIR: join(other.path, '.git'), GIT_INDEX_FILE: '/x' } },
    );
    expect((await led.inspectRepository(repository.path)).commonDir).toBe(join(repository.path, '.git'));
  });

  it('works with the usual environment when none is given', async () => {
    const repository = makeGitRepository();
    const plain = open({}, { environment: undefined as never });
    expect((await plain.inspectRepository(repository.path)).root).toBe(repository.path);
  });

  it.each([
    ['a directory outside of any', (base: string) => base, /not a git repository/],
    ['a path that does not exist', (base: string) => join(base, 'gone'), /does not exist/],
    [
      'a file',
      (base: string) => (writeFileSync(join(base, 'file'), ''), join(base, 'file')),
      /not a directory/,
    ],
  ])('refuses %s', async (_what, makePath, message) => {
    const path = makePath(makeTempDirectory());
    await expect(open().inspectRepository(path)).rejects.toMatchObject({
      code: 'ORC_WORKTREE_NOT_A_REPOSITORY',
      message: expect.stringMatching(message) as string,
    });
  });

  it('says so when git is not installed', async () => {
    await expect(open({ gitPath: 'no-such-git' }).inspectRepository('/')).rejects.toMatchObject({
      code: 'ORC_PROCESS_NOT_FOUND',
    });
  });

  it.each([
    [{ directory: 'relative' }, /directory/],
    [{ strategies: [] }, /strategies/],
    [{ lockWaitMs: -1 }, /lockWaitMs/],
  ])('refuses the settings %o', (options, message) => {
    expect(() => open(options)).toThrow(
      expect.objectContaining({ code: 'ORC_WORKTREE_BAD_CONFIG' }) as Error,
    );
    expect(() => open(options)).toThrow(message);
  });
});
