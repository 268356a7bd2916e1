import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { REFUSED } from '../src/index.ts';
import { hooks, makeScene, script, type Scene } from './support.ts';

const commit = (
  scene: Scene,
  message: string,
  options: { cwd?: string; env?: Record<string, string> } = {},
) => scene.git(['commit', '--allow-empty', '--message', message], options);
const install = ({ worktree, program }: Scene) => hooks().install({ worktree, program });
const waitForCall = (scene: Scene, name: string) =>
  waitUntil(() => scene.calls().find((call) => call.startsWith(`${name}|`)));

describe('the hooks of an agent’s worktree', () => {
  it('tell what was committed, on which branch and by whom', async () => {
    const scene = makeScene({ noteCommits: true });
    await install(scene);
    expect(
      commit(scene, 'Add the price list\n\nBecause.', { env: { ORC_AGENT: 'shop/tester' } }),
    ).toMatchObject({
      exitCode: 0,
    });
    const call = await waitForCall(scene, 'post-commit');
    const head = scene.git(['rev-parse', 'HEAD']).stdout.trim();
    const parent = scene.git(['rev-parse', 'HEAD~']).stdout.trim();
    const [words = '', ...lines] = call.split('\n');
    expect(words).toBe(`post-commit|feature/shop-developer|shop/developer|shop/tester|${head}`);
    expect(lines).toEqual([parent, expect.stringMatching(/^\d+$/), 'ada@example.test', 'Add the price list']);
  });

  it('say no branch for a commit on a detached HEAD', async () => {
    const scene = makeScene({ noteCommits: true });
    await install(scene);
    scene.git(['checkout', '--quiet', '--detach']);
    commit(scene, 'Somewhere');
    expect(await waitForCall(scene, 'post-commit')).toMatch(/^post-commit\|\|shop\/developer\|/);
  });

  it('let the program refuse a message, with its words, and nothing is committed', async () => {
    const scene = makeScene();
    await install(scene);
    const before = scene.git(['rev-parse', 'HEAD']).stdout;
    scene.answer(REFUSED, 'say what changed');
    expect(commit(scene, 'fixes')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('say what changed') as string,
    });
    expect(scene.git(['rev-parse', 'HEAD']).stdout).toBe(before);
    expect(scene.calls()[0]).toMatch(/^commit-msg\|.*COMMIT_EDITMSG\|feature\/shop-developer\|.*\|fixes/);
  });

  it('let a commit pass whatever else the program ends with, a crash included', async () => {
    const scene = makeScene();
    await install(scene);
    for (const exitCode of [0, 1, 2, 70, 127, 137]) {
      scene.answer(exitCode);
      expect(commit(scene, `Ended with ${exitCode}`).exitCode).toBe(0);
    }
  });

  it('stop nobody, and say nothing, when the program is gone', async () => {
    const scene = makeScene();
    await install(scene);
    rmSync(scene.program.argv[0]);
    expect(commit(scene, 'Anything')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('do not make a commit wait for who is told of it', async () => {
    const scene = makeScene();
    const directory = makeTempDirectory();
    script(
      scene.program.argv[0],
      `[ $1 = post-commit ] || exit 0\nwhile [ -d ${directory}/wait ]; do sleep 0.01; done\ntouch ${directory}/told`,
    );
    mkdirSync(join(directory, 'wait'));
    await install(scene);
    expect(commit(scene, 'Anything').exitCode).toBe(0);
    expect(existsSync(join(directory, 'told'))).toBe(false);
    rmSync(join(directory, 'wait'), { recursive: true });
    await waitUntil(() => existsSync(join(directory, 'told')));
  });

  it('show the program what is pushed, and let it refuse', async () => {
    const scene = makeScene();
    await install(scene);
    const remote = join(makeTempDirectory(), 'remote.git');
    scene.git(['init', '--quiet', '--bare', remote]);
    scene.git(['remote', 'add', 'origin', remote]);
    scene.answer(REFUSED, 'not there');
    const refused = scene.git(['push', 'origin', 'HEAD:main']);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not there') as string });
    expect(scene.calls()[0]).toMatch(
      /^pre-push\|origin\|feature\/shop-developer\|.*\|HEAD [0-9a-f]{40} refs\/heads\/main 0{40}/,
    );
    scene.answer(0);
    expect(scene.git(['push', 'origin', 'HEAD']).exitCode).toBe(0);
  });
});

describe('a user’s own hooks', () => {
  it('run in the worktree as before, with arguments, standard input and exit code', async () => {
    const scene = makeScene();
    await install(scene);
    const remote = join(makeTempDirectory(), 'remote.git');
    scene.git(['init', '--quiet', '--bare', remote]);
    scene.git(['remote', 'add', 'origin', remote]);
    for (const name of [
      'pre-commit',
      'prepare-commit-msg',
      'commit-msg',
      'post-commit',
      'pre-push',
      'post-checkout',
    ])
      scene.userHook(join(scene.user.path, '.git', 'hooks', name));
    commit(scene, 'Add the price list');
    expect(scene.git(['push', 'origin', 'HEAD']).exitCode).toBe(0);
    scene.git(['checkout', '--quiet', '--detach']);
    const head = scene.git(['rev-parse', 'HEAD']).stdout.trim();
    const message = join(scene.user.path, '.git', 'worktrees', "it's-a-worktree", 'COMMIT_EDITMSG');
    expect(
      scene
        .noted()
        .split('\n')
        .filter((line) => line !== ''),
    ).toEqual([
      'pre-commit|0|',
      `prepare-commit-msg|2|${message}|message|`,
      `commit-msg|1|${message}|`,
      'post-commit|0|',
      `pre-push|2|origin|${remote}|HEAD ${head} refs/heads/feature/shop-developer ${'0'.repeat(40)}`,
      `post-checkout|3|${head}|${head}|1|`,
    ]);
  });

  it('refuse a commit as before, before anybody else is asked', async () => {
    const scene = makeScene();
    await install(scene);
    for (const name of ['pre-commit', 'commit-msg', 'prepare-commit-msg']) {
      const path = join(scene.user.path, '.git', 'hooks', name);
      scene.userHook(path, 1);
      expect(commit(scene, 'Anything').exitCode).toBe(1);
      rmSync(path);
    }
    expect(scene.calls()).toEqual([]);
  });

  it('refuse a push as before, before anybody else is asked', async () => {
    const scene = makeScene();
    await install(scene);
    scene.git(['init', '--quiet', '--bare', '../remote.git']);
    scene.userHook(join(scene.user.path, '.git', 'hooks', 'pre-push'), 9);
    expect(scene.git(['push', '../remote.git', 'HEAD']).exitCode).not.toBe(0);
    expect(scene.calls()).toEqual([]);
  });

  it('are found where the user’s settings say, also when that is said later, or is relative (husky)', async () => {
    const scene = makeScene();
    await install(scene);
    scene.user.git('config', 'core.hooksPath', '.husky/_');
    commit(scene, 'Nothing is there yet');
    expect(scene.noted()).toBe('');
    scene.userHook(join(scene.worktree, '.husky', '_', 'pre-commit'));
    commit(scene, 'Now it is');
    expect(scene.noted()).toBe('pre-commit|0|\n');
  });

  it('are found in a directory that was set for this worktree alone, and that comes back in the end', async () => {
    const scene = makeScene();
    const mine = join(makeTempDirectory(), 'my hooks');
    scene.user.git('config', 'extensions.worktreeConfig', 'true');
    scene.git(['config', '--worktree', 'core.hooksPath', mine]);
    await install(scene);
    await install(scene);
    scene.userHook(join(mine, 'pre-commit'), 1);
    expect(commit(scene, 'Anything').exitCode).toBe(1);
    expect(await hooks().remove(scene.worktree)).toBe(true);
    expect(scene.git(['config', '--worktree', '--list']).stdout).toBe(`core.hookspath=${mine}\n`);
  });

  it('that another program writes into the directory git names are kept, and run (lefthook)', async () => {
    const scene = makeScene();
    const { directory } = await install(scene);
    scene.userHook(join(directory, 'pre-commit'));
    scene.userHook(join(directory, 'commit-msg'), 1);
    await install(scene);
    expect(commit(scene, 'Anything').exitCode).toBe(1);
    expect(scene.noted()).toMatch(/^pre-commit\|0\|\ncommit-msg\|1\|/);
  });

  it('that cannot be executed are skipped, as git skips them', async () => {
    const scene = makeScene();
    await install(scene);
    const path = join(scene.user.path, '.git', 'hooks', 'pre-commit');
    scene.userHook(path, 1);
    chmodSync(path, 0o644);
    expect(commit(scene, 'Anything').exitCode).toBe(0);
  });

  it('for every change of a reference run when the user has them, and cost nothing when not', async () => {
    const scene = makeScene();
    const { directory } = await install(scene);
    expect(readdirSync(directory)).not.toContain('reference-transaction');
    scene.userHook(join(scene.user.path, '.git', 'hooks', 'reference-transaction'));
    expect(await install(scene)).toMatchObject({ changed: true });
    scene.git(['update-ref', 'refs/tags/one', 'HEAD']);
    expect(scene.noted()).toContain('reference-transaction|1|prepared|');
  });

  it('do not call themselves when the settings name the directory of ours', async () => {
    const scene = makeScene();
    const { directory } = await install(scene);
    scene.user.git('config', 'core.hooksPath', directory);
    expect(commit(scene, 'Anything').exitCode).toBe(0);
  });
});

describe('everybody else', () => {
  it('notices nothing in the user’s checkout', async () => {
    const scene = makeScene();
    await install(scene);
    scene.userHook(join(scene.user.path, '.git', 'hooks', 'pre-commit'));
    expect(scene.user.git('config', '--default', 'none', '--get', 'core.hooksPath')).toBe('none');
    scene.user.git('commit', '--quiet', '--allow-empty', '--message', 'Mine');
    expect(scene.noted()).toBe('pre-commit|0|\n');
    expect(scene.calls()).toEqual([]);
    expect(scene.user.git('status', '--porcelain')).toBe('');
  });

  it('keeps a bare repository bare, and its other worktrees no repositories of their own', async () => {
    const scene = makeScene();
    const bare = join(makeTempDirectory(), 'shop.git');
    scene.git(['clone', '--quiet', '--bare', scene.user.path, bare]);
    const [one, other] = ['one', 'other'].map((name) => join(bare, '..', name)) as [string, string];
    for (const path of [one, other])
      scene.git(['worktree', 'add', '--quiet', '--detach', path], { cwd: bare });
    await hooks().install({ worktree: one, program: scene.program });
    expect(scene.git(['rev-parse', '--is-bare-repository'], { cwd: bare }).stdout).toBe('true\n');
    expect(scene.git(['status', '--porcelain'], { cwd: other })).toMatchObject({ exitCode: 0, stdout: '' });
    expect(commit(scene, 'Anything', { cwd: one, env: identity }).exitCode).toBe(0);
  });
});

it.each([
  ['before the copy is taken away', ['core.bare', 'true']],
  ['before anything was copied, by somebody else', undefined],
])('a repository whose settings were given to its worktrees half way (%s)', async (_what, copied) => {
  const scene = makeScene();
  const bare = join(makeTempDirectory(), 'shop.git');
  scene.git(['clone', '--quiet', '--bare', scene.user.path, bare]);
  const worktree = join(bare, '..', 'one');
  scene.git(['worktree', 'add', '--quiet', '--detach', worktree], { cwd: bare });
  if (copied) scene.git(['config', '--file', join(bare, 'config.worktree'), ...copied], { cwd: bare });
  scene.git(['config', 'extensions.worktreeConfig', 'true'], { cwd: bare });
  expect(scene.git(['status'], { cwd: worktree }).exitCode).not.toBe(0);
  await hooks().install({ worktree, program: scene.program });
  // What somebody else has set so is theirs to repair.
  expect(scene.git(['status'], { cwd: worktree }).exitCode === 0).toBe(copied !== undefined);
  expect(scene.git(['rev-parse', '--is-bare-repository'], { cwd: bare }).stdout).toBe('true\n');
});

const identity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
};

describe('install and remove', () => {
  it('change nothing the second time', async () => {
    const scene = makeScene();
    expect(await install(scene)).toMatchObject({ changed: true });
    expect(await install(scene)).toMatchObject({ changed: false });
    expect(await hooks().remove(scene.worktree)).toBe(true);
    expect(await hooks().remove(scene.worktree)).toBe(false);
    expect(scene.git(['config', '--get', 'core.hooksPath']).exitCode).toBe(1);
  });

  it('leave nothing behind when the worktree is removed', async () => {
    const scene = makeScene();
    const { directory } = await install(scene);
    scene.user.git('worktree', 'remove', scene.worktree);
    expect(existsSync(directory)).toBe(false);
  });

  it('may be called for many worktrees of a repository at once', async () => {
    const scene = makeScene({ noteCommits: true });
    const paths = ['a', 'b', 'c', 'd'].map((name) => join(scene.worktree, '..', name));
    for (const path of paths) scene.user.git('worktree', 'add', '--quiet', '--detach', path);
    await Promise.all(paths.map((worktree) => hooks().install({ worktree, program: scene.program })));
    for (const cwd of paths) {
      expect(commit(scene, 'Anything', { cwd }).exitCode).toBe(0);
    }
    await waitUntil(() => scene.calls().filter((call) => call.startsWith('post-commit')).length === 4);
  });

  it('refuse a checkout that a person made, and change nothing there', async () => {
    const scene = makeScene();
    const repository = makeGitRepository();
    await expect(
      hooks().install({ worktree: repository.path, program: scene.program }),
    ).rejects.toMatchObject({
      code: 'ORC_GITHOOKS_NOT_A_LINKED_WORKTREE',
    });
    expect(repository.git('config', '--default', 'none', 'extensions.worktreeConfig')).toBe('none');
  });

  it('say in git’s words why they cannot', async () => {
    const scene = makeScene();
    const nowhere = makeTempDirectory();
    writeFileSync(join(nowhere, '.git'), 'gitdir: /nowhere\n');
    await expect(hooks().install({ worktree: nowhere, program: scene.program })).rejects.toMatchObject({
      code: 'ORC_GITHOOKS_GIT_FAILED',
      message: expect.stringContaining('not a git repository') as string,
    });
  });
});
