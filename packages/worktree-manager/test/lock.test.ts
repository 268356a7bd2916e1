import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { findIdentity } from '@orc/process';
import { describe, expect, it } from 'vitest';
import type { Worktree } from '../src/index.ts';
import { developer, open } from './support.ts';

const LOCK = 'refs/orc/locks/worktrees';

/** Starts processes that all call `ensure` at the same moment. */
async function race(inputs: readonly { options: object; input: object }[]): Promise<Worktree[]> {
  const contenders = inputs.map((each) => {
    const args = ['--conditions=@orc/source', '--import', 'tsx', join(import.meta.dirname, 'contender.ts')];
    const child = spawn(process.execPath, [...args, JSON.stringify(each)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTeardown(() => void child.kill('SIGKILL'));
    const state = { child, output: '', ended: false };
    child.stdout.on('data', (chunk: Buffer) => (state.output += chunk.toString()));
    child.on('close', () => (state.ended = true));
    return state;
  });
  await waitUntil(() => contenders.every(({ output }) => output.startsWith('ready\n')), {
    timeoutMs: 60_000,
  });
  for (const { child } of contenders) child.stdin.write('go\n');
  await waitUntil(() => contenders.every(({ ended }) => ended), { timeoutMs: 60_000 });
  return contenders.map(({ output }) => JSON.parse(output.slice('ready\n'.length)) as Worktree);
}

describe('several orchestrations at once', () => {
  it('get worktrees of their own, on branches of their own', { timeout: 120_000 }, async () => {
    const repository = makeGitRepository();
    const base = makeTempDirectory();
    const inputs = Array.from({ length: 8 }, (_, index) => ({
      options: { directory: join(base, String(index)) },
      input: developer(repository.path),
    }));
    const worktrees = await race(inputs);
    expect(worktrees.map(({ branch }) => branch).sort()).toEqual(
      ['', '-2', '-3', '-4', '-5', '-6', '-7', '-8'].map((number) => `feature/shop-developer${number}`),
    );
    expect(new Set(worktrees.map(({ path }) => path)).size).toBe(8);
    for (const { path } of worktrees) expect(repository.git('-C', path, 'status', '--porcelain')).toBe('');
    expect(repository.git('for-each-ref', LOCK)).toBe('');
  });

  it('that want the same worktree get one, and only one has made it', { timeout: 120_000 }, async () => {
    const repository = makeGitRepository();
    const options = { directory: makeTempDirectory() };
    const worktrees = await race(
      Array.from({ length: 6 }, () => ({ options, input: developer(repository.path) })),
    );
    expect(new Set(worktrees.map(({ path, branch }) => `${path} ${branch}`)).size).toBe(1);
    expect(worktrees.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('in one process do not disturb one another either', async () => {
    const repository = makeGitRepository();
    const worktrees = open();
    const roles = ['developer', 'tester', 'testrunner', 'researcher', 'devops'];
    const made = await Promise.all(
      roles.flatMap((role) => {
        const input = { ...developer(repository.path), role, branch: `x/${role}` };
        return [worktrees.ensure(input), worktrees.ensure(input)];
      }),
    );
    expect(
      made
        .filter(({ isNew }) => isNew)
        .map(({ branch }) => branch)
        .sort(),
    ).toEqual(roles.map((role) => `x/${role}`).sort());
  });
});

describe('the lock on the worktrees of a repository', () => {
  function hold(path: string, holder: object | string): void {
    const input = typeof holder === 'string' ? holder : JSON.stringify(holder);
    const object = execFileSync('git', ['-C', path, 'hash-object', '-w', '--stdin'], {
      input,
      encoding: 'utf8',
    });
    execFileSync('git', ['-C', path, 'update-ref', LOCK, object.trim()]);
  }

  it('of a process that died is taken over', async () => {
    const repository = makeGitRepository();
    const child = spawn('sleep', ['60']);
    const identity = findIdentity(child.pid ?? 0);
    child.kill('SIGKILL');
    await waitUntil(() => findIdentity(child.pid ?? 0) === undefined);
    hold(repository.path, { ...identity, host: hostname(), at: Date.now() });
    expect((await open().ensure(developer(repository.path))).isNew).toBe(true);
    expect(repository.git('for-each-ref', LOCK)).toBe('');
  });

  it('of a later process with the same pid, or that nobody can read, is taken over', async () => {
    const repository = makeGitRepository();
    hold(repository.path, { pid: process.pid, startedAtTicks: '1', host: hostname(), at: Date.now() });
    expect((await open().ensure(developer(repository.path))).isNew).toBe(true);
    hold(repository.path, 'what is this');
    expect((await open().ensure(developer(repository.path))).isNew).toBe(true);
  });

  /** A process that lives as long as the test. */
  async function living() {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    onTeardown(() => void child.kill('SIGKILL'));
    return waitUntil(() => findIdentity(child.pid ?? 0));
  }

  it.each([
    ['a living process', async () => ({ ...(await living()), host: hostname(), at: 0 })],
    [
      'a process of another machine',
      () => Promise.resolve({ pid: 1, startedAtTicks: '1', host: 'elsewhere', at: Date.now() }),
    ],
  ])('of %s is respected, and its holder is named', async (_what, find) => {
    const holder = await find();
    const repository = makeGitRepository();
    hold(repository.path, holder);
    const directory = makeTempDirectory();
    await expect(
      open({ directory, lockWaitMs: 200 }).ensure(developer(repository.path)),
    ).rejects.toMatchObject({
      code: 'ORC_WORKTREE_BUSY',
      message: expect.stringContaining(`process ${holder.pid} on ${holder.host}`) as string,
    });
    expect(repository.git('worktree', 'list', '--porcelain').match(/^worktree /gm)).toHaveLength(1);
  });

  it('of another machine is taken over after an hour: its name may never come again', async () => {
    const repository = makeGitRepository();
    hold(repository.path, { pid: 1, startedAtTicks: '1', host: 'elsewhere', at: Date.now() - 3_601_000 });
    expect((await open().ensure(developer(repository.path))).isNew).toBe(true);
    expect(repository.git('for-each-ref', LOCK)).toBe('');
  });

  it('is waited for while its holder lives', async () => {
    const repository = makeGitRepository();
    hold(repository.path, { ...(await living()), host: hostname(), at: Date.now() });
    const waiting = open().ensure(developer(repository.path));
    const blobs = () => repository.git('count-objects');
    const before = blobs();
    await waitUntil(() => blobs() !== before);
    repository.git('update-ref', '-d', LOCK);
    expect((await waiting).isNew).toBe(true);
  });

  it('that could not be given back is nobody’s, and what was done for it stays done', async () => {
    const repository = makeGitRepository();
    const places = makeTempDirectory();
    const failed = join(places, 'failed');
    const gitPath = join(places, 'git');
    const isFirst = `case "$*" in *'update-ref -d ${LOCK}'*) [ -e '${failed}' ] ||`;
    writeFileSync(gitPath, `#!/bin/sh\n${isFirst} { : >'${failed}'; exit 128; } ;; esac\nexec git "$@"\n`, {
      mode: 0o700,
    });
    const worktrees = open({ gitPath, lockWaitMs: 0 });
    expect((await worktrees.ensure(developer(repository.path))).isNew).toBe(true);
    expect([existsSync(failed), repository.git('for-each-ref', LOCK)]).not.toContain('');
    const tester = { ...developer(repository.path), role: 'tester', branch: 'test/shop-tester' };
    expect((await worktrees.ensure(tester)).isNew).toBe(true);
    expect(repository.git('for-each-ref', LOCK)).toBe('');
  });

  it('is given back when the action fails', async () => {
    const repository = makeGitRepository();
    const directory = makeTempDirectory();
    const worktrees = open({ directory });
    execFileSync('mkdir', ['-p', join(directory, 'shop/worktrees/developer/mine')]);
    await expect(worktrees.ensure(developer(repository.path))).rejects.toMatchObject({
      code: 'ORC_WORKTREE_DIRECTORY_TAKEN',
    });
    expect(repository.git('for-each-ref', LOCK)).toBe('');
  });
});
