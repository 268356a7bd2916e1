import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createGit, findCommit, lineOf, listRegistrations, readHead, type Environment } from './index.ts';

const open = (environment: Environment = {}) =>
  createGit({
    gitPath: 'git',
    timeoutMs: 10_000,
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', GIT_CONFIG_GLOBAL: '/dev/null', ...environment },
    failed: (directory, args, exitCode) => new Error(`${args.join(' ')} in ${directory}: ${exitCode}`),
  });

describe('git', () => {
  it('runs in the directory it is told, whatever the environment says', async () => {
    const [one, other] = [makeGitRepository(), makeGitRepository({ empty: true })];
    const git = open({ GIT_DIR: `${other.path}/.git`, GIT_WORK_TREE: other.path });
    expect(lineOf(await git.run(one.path, ['rev-parse', 'HEAD']))).toBe(one.git('rev-parse', 'HEAD'));
  });

  it('takes a failure for an answer, or throws what the caller makes of it', async () => {
    const git = open();
    const directory = makeTempDirectory();
    expect(await git.attempt(directory, ['rev-parse', 'HEAD'])).toMatchObject({ exitCode: 128 });
    await expect(git.run(directory, ['rev-parse', 'HEAD'])).rejects.toThrow(
      `rev-parse HEAD in ${directory}: 128`,
    );
  });

  it('runs no hook of the repository', async () => {
    const repository = makeGitRepository();
    repository.git('config', 'core.hooksPath', '/nowhere');
    expect(lineOf(await open().run(repository.path, ['config', 'core.hooksPath']))).toBe('/dev/null');
  });

  it('gives names byte for byte', async () => {
    const repository = makeGitRepository();
    const blob = repository.git('hash-object', '-w', 'README.md');
    const entry = Buffer.concat([
      Buffer.from(`100644 blob ${blob}\t`),
      Buffer.from([0xff, 0x0a, 0xc3, 0xbc]),
    ]);
    const git = open();
    const tree = lineOf(
      await git.run(repository.path, ['mktree', '-z'], { input: Buffer.concat([entry, Buffer.from([0])]) }),
    );
    const listed = await git.run(repository.path, ['ls-tree', '-z', '--name-only', tree], {
      encoding: 'latin1',
    });
    expect(listed).toBe('\xff\n\xc3\xbc\0');
  });
});

describe('commits and worktrees', () => {
  it('finds a branch before a tag of the same name', async () => {
    const repository = makeGitRepository();
    const first = repository.git('rev-parse', 'HEAD');
    repository.git('tag', 'both');
    const second = repository.commit({ 'a.txt': 'a\n' }, 'Add a');
    repository.git('branch', 'both');
    expect(await findCommit(open(), repository.path, 'both')).toBe(second);
    expect(await findCommit(open(), repository.path, first)).toBe(first);
    expect(await findCommit(open(), repository.path, 'no-such')).toBeUndefined();
  });

  it('says what is not there: no branch when detached, no commit when empty', async () => {
    const empty = makeGitRepository({ empty: true });
    expect(await readHead(open(), empty.path)).toEqual({ branch: 'main', head: null });
    const repository = makeGitRepository();
    repository.git('checkout', '--quiet', '--detach');
    expect(await readHead(open(), repository.path)).toEqual({
      branch: null,
      head: repository.git('rev-parse', 'HEAD'),
    });
  });

  it('lists worktrees with odd names, the main one first', async () => {
    const repository = makeGitRepository();
    const path = `${makeTempDirectory()}/a b\nc`;
    repository.git('worktree', 'add', '--quiet', '-b', 'feature/x', path);
    expect(await listRegistrations(open(), repository.path)).toMatchObject([
      { path: repository.path, branch: 'main' },
      { path, branch: 'feature/x', isLocked: false },
    ]);
  });
});
