import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { developer, open } from './support.ts';

const about = { agentId: 'shop/developer', reason: 'the agent ended unexpectedly' };

/** A worktree whose branch and parent have both gone on, with a file that is not committed. */
async function makeWorktree() {
  const repository = makeGitRepository();
  repository.commit({ 'app.ts': 'one\n', 'notes.md': 'old\n' });
  const worktrees = open();
  const { path } = await worktrees.ensure(developer(repository.path));
  const git = (...args: string[]) => repository.git('-C', path, ...args);
  writeFileSync(join(path, 'app.ts'), 'mine\n');
  git('commit', '--quiet', '--all', '--message', 'Mine');
  repository.commit({ 'app.ts': 'theirs\n' });
  writeFileSync(join(path, 'notes.md'), 'not committed\n');
  return { repository, worktrees, path, git };
}

/** Every change of a file in the commits that a rescue holds. */
function readChanges(repository: { git: (...args: string[]) => string }, ref: string, file: string) {
  return repository.git('log', '--patch', '-m', '--format=%s', ref, '--', file);
}

describe('what git has put aside', () => {
  it.each([
    [['rebase', '--autostash', 'main']],
    [['rebase', '--apply', '--autostash', 'main']],
    [['merge', '--autostash', 'main']],
  ])('is kept when a worktree is removed in the middle of "git %s"', async (command) => {
    const { repository, worktrees, path, git } = await makeWorktree();
    expect(() => git(...command)).toThrow();
    expect(git('show', 'HEAD:notes.md')).toBe('old');
    const { rescue } = await worktrees.remove({ path });
    expect(readChanges(repository, rescue?.ref ?? '', 'notes.md')).toContain('+not committed');
  });

  it('is reason enough for a rescue, once', async () => {
    const { worktrees, path, git } = await makeWorktree();
    expect(() => git('rebase', '--autostash', '--exec', 'false', 'HEAD~1')).toThrow();
    expect(git('status', '--porcelain')).toBe('');
    expect(await worktrees.rescue({ path, ...about })).toMatchObject({ skipped: [] });
    expect(await worktrees.rescue({ path, ...about })).toBeUndefined();
  });

  it('is kept when the directory is gone', async () => {
    const { repository, worktrees, path, git } = await makeWorktree();
    expect(() => git('rebase', '--autostash', '--exec', 'false', 'HEAD~1')).toThrow();
    rmSync(path, { recursive: true });
    const { rescues } = await worktrees.repair({ repository: repository.path, project: 'shop' });
    expect(readChanges(repository, rescues[0]?.ref ?? '', 'notes.md')).toContain('+not committed');
  });

  it('keeps nobody from the rest when git has lost it', async () => {
    const { worktrees, path, git } = await makeWorktree();
    expect(() => git('rebase', '--autostash', '--exec', 'false', 'HEAD~1')).toThrow();
    const place = git('rev-parse', '--path-format=absolute', '--git-path', 'rebase-merge/autostash');
    writeFileSync(place, `${'1'.repeat(40)}\n`);
    writeFileSync(join(path, 'new.txt'), 'new');
    expect(await worktrees.rescue({ path, ...about })).toBeDefined();
  });
});
