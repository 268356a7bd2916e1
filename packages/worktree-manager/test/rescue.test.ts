import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createRandom, stageAtRandom, workAtRandom } from './random-work.ts';
import { developer, digest, environment, NOW, open, readTree } from './support.ts';

const about = { agentId: 'shop/developer', reason: 'the agent ended unexpectedly' };

async function makeWorktree(files: Record<string, string> = { 'src/app.ts': 'one\n', 'docs/a.md': 'a\n' }) {
  const repository = makeGitRepository();
  repository.commit(files);
  const worktrees = open();
  const { path } = await worktrees.ensure(developer(repository.path));
  const git = (...args: string[]) => repository.git('-C', path, ...args);
  return { repository, worktrees, path, git };
}

/** The files of a commit, checked out byte for byte by git itself. */
function readCommit(repository: string, commit: string): Record<string, string> {
  const target = makeTempDirectory();
  const gitDir = join(makeTempDirectory(), 'git');
  execFileSync('git', ['clone', '--quiet', '--bare', '--no-local', repository, gitDir], { env: environment });
  execFileSync('git', ['--git-dir', gitDir, 'fetch', '--quiet', repository, '+refs/orc/*:refs/orc/*'], {
    env: environment,
  });
  mkdirSync(join(gitDir, 'info'), { recursive: true });
  writeFileSync(join(gitDir, 'info/attributes'), '* -text -ident !filter\n');
  execFileSync(
    'git',
    ['--git-dir', gitDir, '--work-tree', target, 'checkout', '--quiet', '--force', commit, '--', '.'],
    {
      env: environment,
    },
  );
  return readTree(target);
}

describe('rescue', () => {
  it('keeps staged, unstaged, untracked, deleted and renamed files, links and modes', async () => {
    const { repository, worktrees, path, git } = await makeWorktree({
      'staged.txt': 'a',
      'unstaged.txt': 'a',
      'deleted.txt': 'a',
      'gone-from-index.txt': 'a',
      'renamed.txt': 'a long enough text to be seen as renamed\n',
      'script.sh': '#!/bin/sh\n',
      'file-to-directory': 'a',
      'directory-to-file/inner': 'a',
    });
    writeFileSync(join(path, 'staged.txt'), 'b');
    git('add', 'staged.txt');
    writeFileSync(join(path, 'unstaged.txt'), 'b');
    rmSync(join(path, 'deleted.txt'));
    git('rm', '--quiet', '--cached', 'gone-from-index.txt');
    git('mv', 'renamed.txt', 'new-name.txt');
    chmodSync(join(path, 'script.sh'), 0o755);
    rmSync(join(path, 'file-to-directory'));
    mkdirSync(join(path, 'file-to-directory'));
    writeFileSync(join(path, 'file-to-directory/inner'), 'b');
    rmSync(join(path, 'directory-to-file'), { recursive: true });
    writeFileSync(join(path, 'directory-to-file'), 'b');
    symlinkSync('../outside', join(path, 'link'));
    writeFileSync(join(path, 'new\nline "quoted" ü'), Buffer.from([0, 1, 2, 255]));
    writeFileSync(join(path, 'large.bin'), Buffer.alloc(20 * 1024 * 1024, 'orc'));

    const rescue = await worktrees.rescue({ path, ...about });
    expect(rescue).toMatchObject({
      ref: 'refs/orc/rescue/shop/developer/20300102T030405Z',
      at: NOW,
      ...about,
      path,
      branch: 'feature/shop-developer',
      base: git('rev-parse', 'HEAD'),
      skipped: [],
    });
    expect(readCommit(repository.path, rescue?.ref ?? '')).toEqual(readTree(path));
  });

  it.each(Array.from({ length: 12 }, (_, index) => [index + 1]))(
    'keeps every byte of what an agent may have done (seed %i)',
    async (seed) => {
      const random = createRandom(seed);
      const repository = makeGitRepository();
      workAtRandom(repository.path, random, 25);
      repository.git('add', '--all');
      repository.git('commit', '--quiet', '--allow-empty', '--message', 'Begin');
      const worktrees = open();
      const { path } = await worktrees.ensure(developer(repository.path));
      workAtRandom(path, random, 25);
      stageAtRandom(path, random, environment);
      workAtRandom(path, random, 15);
      const before = readTree(path);
      const rescue = await worktrees.rescue({ path, ...about });
      expect(readTree(path)).toEqual(before);
      expect(readCommit(repository.path, rescue?.ref ?? '')).toEqual(before);

      const other = await worktrees.ensure({
        ...developer(repository.path),
        role: 'tester',
        branch: 'test/t',
      });
      await worktrees.restoreRescue({ ref: rescue?.ref ?? '', path: other.path });
      expect(readTree(other.path)).toEqual(before);
    },
  );

  it('changes neither branch, HEAD, index, stash nor files of the worktree', async () => {
    const { worktrees, path, git } = await makeWorktree();
    writeFileSync(join(path, 'src/app.ts'), 'staged\n');
    git('add', '--all');
    writeFileSync(join(path, 'src/app.ts'), 'and changed again\n');
    writeFileSync(join(path, 'new.txt'), 'new');
    const index = git('rev-parse', '--path-format=absolute', '--git-path', 'index');
    const look = () => ({
      tree: readTree(path),
      index: digest(readFileSync(index)),
      indexTime: statSync(index).mtimeMs,
      head: git('rev-parse', 'HEAD'),
      branch: git('symbolic-ref', 'HEAD'),
      status: git('--no-optional-locks', 'status', '--porcelain=v2', '--branch'),
      stash: git('stash', 'list'),
      branches: git('for-each-ref', 'refs/heads', 'refs/tags'),
    });
    const before = look();
    expect(await worktrees.rescue({ path, ...about })).toBeDefined();
    expect(look()).toEqual(before);
  });

  it('keeps the bytes on the disk where line endings or filters would change them, also a broken filter', async () => {
    const { repository, worktrees, path } = await makeWorktree({
      '.gitattributes': '*.txt text=auto eol=crlf\n*.lfs filter=gone\n*.id ident\n',
      'mixed.txt': 'one\n',
      'version.id': '$Id$\n',
    });
    repository.git('config', 'filter.gone.clean', 'no-such-program');
    repository.git('config', 'filter.gone.required', 'true');
    writeFileSync(join(path, 'mixed.txt'), 'one\r\ntwo\nthree\r\n');
    writeFileSync(join(path, 'model.lfs'), 'weights');
    writeFileSync(join(path, 'version.id'), '$Id: mine $ changed\n');
    const rescue = await worktrees.rescue({ path, ...about });
    const kept = readCommit(repository.path, rescue?.ref ?? '');
    const { 'mixed.txt': mixed, 'model.lfs': model, 'version.id': version } = readTree(path);
    expect(kept).toMatchObject({ 'mixed.txt': mixed, 'model.lfs': model, 'version.id': version });
  });

  it('finds nothing to keep in a clean worktree, with ignored files or touched ones', async () => {
    const { repository, worktrees, path } = await makeWorktree({ '.gitignore': '*.log\n', 'a.txt': 'a' });
    writeFileSync(join(path, 'debug.log'), 'noise');
    writeFileSync(join(path, 'a.txt'), 'a');
    expect(await worktrees.rescue({ path, ...about })).toBeUndefined();
    expect(repository.git('for-each-ref', 'refs/orc/rescue')).toBe('');
  });

  it('keeps what was staged when the files no longer have it', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    writeFileSync(join(path, 'src/app.ts'), 'only ever staged\n');
    git('add', '--all');
    writeFileSync(join(path, 'src/app.ts'), 'one\n');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(repository.git('show', `${rescue?.staged}:src/app.ts`)).toBe('only ever staged');
    expect(repository.git('merge-base', '--is-ancestor', rescue?.staged ?? '', rescue?.ref ?? '')).toBe('');
  });

  it('keeps commits that are on no branch, once', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    git('checkout', '--quiet', '--detach');
    git('commit', '--quiet', '--allow-empty', '--message', 'On no branch');
    const lost = git('rev-parse', 'HEAD');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(rescue).toMatchObject({ base: lost, branch: null });
    expect(repository.git('merge-base', '--is-ancestor', lost, rescue?.ref ?? '')).toBe('');
    expect(await worktrees.rescue({ path, ...about })).toBeUndefined();
  });

  it('keeps files in conflict as they are, markers included', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    repository.commit({ 'src/app.ts': 'theirs\n' });
    writeFileSync(join(path, 'src/app.ts'), 'mine\n');
    git('commit', '--quiet', '--all', '--message', 'Mine');
    expect(() => git('merge', '--quiet', 'main')).toThrow();
    const rescue = await worktrees.rescue({ path, ...about });
    expect(repository.git('show', `${rescue?.ref}:src/app.ts`)).toContain('<<<<<<<');
  });

  it('keeps files that git was told to overlook', async () => {
    const { repository, worktrees, path, git } = await makeWorktree({
      'a.txt': 'a',
      'b.txt': 'b',
      'c.txt': 'c',
    });
    git('update-index', '--assume-unchanged', 'a.txt', 'c.txt');
    git('update-index', '--skip-worktree', 'b.txt');
    writeFileSync(join(path, 'a.txt'), 'my a');
    writeFileSync(join(path, 'b.txt'), 'my b');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(readCommit(repository.path, rescue?.ref ?? '')).toEqual(readTree(path));
  });

  it('does not take the absent files of a sparse checkout for deleted ones', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    git('sparse-checkout', 'set', '--no-cone', '/docs/');
    writeFileSync(join(path, 'docs/a.md'), 'changed');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(repository.git('diff', '--name-only', rescue?.base ?? '', rescue?.ref ?? '')).toBe('docs/a.md');
  });

  it('keeps work on a branch that has no commit yet', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    git('checkout', '--quiet', '--orphan', 'fresh');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(rescue).toMatchObject({ base: null, branch: 'fresh' });
    expect(readCommit(repository.path, rescue?.ref ?? '')).toEqual(readTree(path));
    expect((await worktrees.showRescue({ repository: path, ref: rescue?.ref ?? '' })).files).toContain(
      'src/app.ts',
    );
  });

  it('keeps the work also when the index is damaged', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    writeFileSync(join(path, 'src/app.ts'), 'changed\n');
    writeFileSync(join(path, 'new.txt'), 'new');
    writeFileSync(git('rev-parse', '--path-format=absolute', '--git-path', 'index'), 'not an index');
    const rescue = await worktrees.rescue({ path, ...about });
    expect(readCommit(repository.path, rescue?.ref ?? '')).toEqual(readTree(path));
  });

  it('keeps all the others when one file cannot be taken, and names that one', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    for (let number = 0; number < 20; number += 1)
      writeFileSync(join(path, `new-${number}.txt`), String(number));
    rmSync(join(path, 'src/app.ts'));
    execFileSync('mkfifo', [join(path, 'src/app.ts')]);
    const rescue = await worktrees.rescue({ path, ...about });
    expect(rescue?.skipped).toEqual([
      { path: 'src/app.ts', why: expect.stringContaining('src/app.ts') as string },
    ]);
    expect(Object.keys(readCommit(repository.path, rescue?.ref ?? ''))).toHaveLength(23);
  });

  it("runs none of the user's hooks and needs no identity", async () => {
    const { repository, worktrees, path } = await makeWorktree();
    const trace = join(makeTempDirectory(), 'trace');
    mkdirSync(join(repository.path, '.git/hooks'), { recursive: true });
    for (const hook of [
      'pre-commit',
      'post-commit',
      'post-checkout',
      'reference-transaction',
      'post-index-change',
    ]) {
      const file = join(repository.path, '.git/hooks', hook);
      writeFileSync(file, `#!/bin/sh\necho ${hook} >> ${trace}\n`, { mode: 0o755 });
    }
    repository.git('config', '--unset', 'user.name');
    repository.git('config', '--unset', 'user.email');
    repository.git('config', 'user.useConfigOnly', 'true');
    writeFileSync(join(path, 'new.txt'), 'new');
    const rescue = await worktrees.rescue({ path, ...about });
    await worktrees.ensure({ ...developer(repository.path), role: 'tester', branch: 'test/t' });
    await worktrees.remove({ path });
    expect(() => readFileSync(trace)).toThrow('ENOENT');
    expect(repository.git('log', '-1', '--format=%an <%ae>', rescue?.ref ?? '')).toBe('orc <orc@localhost>');
  });

  it('does not disturb an agent that commits at the same time', async () => {
    const { worktrees, path, git } = await makeWorktree();
    writeFileSync(git('rev-parse', '--path-format=absolute', '--git-path', 'index.lock'), '');
    writeFileSync(join(path, 'new.txt'), 'new');
    expect(await worktrees.rescue({ path, ...about })).toBeDefined();
    expect((await worktrees.describe(path)).untrackedFiles).toEqual(['new.txt']);
  });

  it('numbers rescues of the same second, also when they are made at once', async () => {
    const { worktrees, path } = await makeWorktree();
    writeFileSync(join(path, 'new.txt'), 'new');
    const rescues = await Promise.all([1, 2, 3].map(() => worktrees.rescue({ path, ...about })));
    expect(rescues.map((rescue) => rescue?.ref.split('/').at(-1)).sort()).toEqual([
      '20300102T030405Z',
      '20300102T030405Z-2',
      '20300102T030405Z-3',
    ]);
  });

  it('survives that git clears away what nothing refers to', async () => {
    const { repository, worktrees, path } = await makeWorktree();
    writeFileSync(join(path, 'new.txt'), 'new');
    const rescue = await worktrees.rescue({ path, ...about });
    repository.git('gc', '--quiet', '--prune=now');
    expect(repository.git('show', `${rescue?.ref}:new.txt`)).toBe('new');
    repository.git('fsck', '--strict', '--no-dangling');
  });

  it.each([['a b'], ['../x'], [''], ['x.lock'], ['a//b']])('refuses the agent id "%s"', async (agentId) => {
    const { worktrees, path } = await makeWorktree();
    await expect(worktrees.rescue({ path, agentId, reason: 'x' })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_BAD_NAME',
    });
  });

  it("gives git's words when the repository is damaged, and leaves no reference to half a rescue", async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    writeFileSync(join(path, 'new.txt'), 'new');
    const tree = git('rev-parse', 'HEAD^{tree}');
    rmSync(join(repository.path, '.git/objects', tree.replace(/^../, '$&/')));
    await expect(worktrees.rescue({ path, ...about })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_GIT_FAILED',
      message: expect.stringContaining('failed to unpack tree object') as string,
    });
    expect(repository.git('for-each-ref', 'refs/orc')).toBe('');
  });

  it.each([['gone'], ['empty']])('keeps what git still holds of a directory that is %s', async (state) => {
    const { repository, worktrees, path, git } = await makeWorktree();
    writeFileSync(join(path, 'staged.txt'), 'staged');
    git('add', '--all');
    rmSync(path, { recursive: true });
    if (state === 'empty') mkdirSync(path);
    const input = { path, repository: repository.path, ...about };
    const rescue = await worktrees.rescue(input);
    expect(rescue).toMatchObject({ ...about, path, branch: 'feature/shop-developer' });
    expect(repository.git('show', `${rescue?.ref}:staged.txt`)).toBe('staged');
    expect(await worktrees.list(repository.path)).toHaveLength(1);
    repository.git('worktree', 'prune');
    expect(await worktrees.rescue(input)).toBeUndefined();
  });

  it('refuses a directory that is in no repository', async () => {
    await expect(open().rescue({ path: makeTempDirectory(), ...about })).rejects.toMatchObject({
      code: 'ORC_WORKTREE_NOT_A_REPOSITORY',
    });
  });
});

describe('listRescues and showRescue', () => {
  it('list the newest first, with what was said about it', async () => {
    const { worktrees, path } = await makeWorktree();
    writeFileSync(join(path, 'new.txt'), 'one');
    await worktrees.rescue({ path, agentId: 'shop/developer', reason: 'first', at: NOW - 5_000 });
    await worktrees.rescue({
      path,
      agentId: 'shop/developer-2',
      reason: 'odd\n\nOrc-Rescue: {} "reason"',
      at: NOW,
    });
    const rescues = await worktrees.listRescues(path);
    expect(rescues.map(({ agentId, reason, at }) => [agentId, reason, at])).toEqual([
      ['shop/developer-2', 'odd\n\nOrc-Rescue: {} "reason"', NOW],
      ['shop/developer', 'first', NOW - 5_000],
    ]);
  });

  it('show which files changed, and how', async () => {
    const { worktrees, path } = await makeWorktree();
    writeFileSync(join(path, 'src/app.ts'), 'two\n');
    writeFileSync(join(path, 'ünï\nnew'), 'x\n');
    renameSync(join(path, 'docs/a.md'), join(path, 'docs/b.md'));
    const rescue = await worktrees.rescue({ path, ...about });
    const shown = await worktrees.showRescue({ repository: path, ref: rescue?.ref ?? '' });
    expect([...shown.files].sort()).toEqual(['docs/a.md', 'docs/b.md', 'src/app.ts', 'ünï\nnew']);
    expect(shown.diff).toContain('-one\n+two\n');
  });

  it('sum up a change that is too large to read', async () => {
    const { worktrees, path } = await makeWorktree();
    writeFileSync(join(path, 'large.txt'), 'a line of text\n'.repeat(1_500_000));
    const rescue = await worktrees.rescue({ path, ...about });
    const { diff } = await worktrees.showRescue({ repository: path, ref: rescue?.ref ?? '' });
    expect(diff).toContain('large.txt | 1500000');
  });

  it('take a commit that a person put there by hand', async () => {
    const { repository, worktrees } = await makeWorktree();
    repository.git('update-ref', 'refs/orc/rescue/by/hand/now', 'main');
    expect(await worktrees.listRescues(repository.path)).toMatchObject([
      { agentId: 'by/hand', reason: 'Add files', base: repository.git('rev-parse', 'main~1'), branch: null },
    ]);
  });

  it.each([['refs/heads/main'], ['refs/orc/rescue/none/such/20300102T030405Z'], ['main'], ['--all']])(
    'refuse "%s", which is no rescue',
    async (ref) => {
      const { repository, worktrees, path } = await makeWorktree();
      const code = 'ORC_WORKTREE_UNKNOWN_RESCUE';
      await expect(worktrees.showRescue({ repository: repository.path, ref })).rejects.toMatchObject({
        code,
      });
      await expect(worktrees.restoreRescue({ ref, path })).rejects.toMatchObject({ code });
    },
  );
});
