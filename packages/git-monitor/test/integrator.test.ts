import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { createIntegrator } from '../src/index.ts';
import { environment, makeShop } from './support.ts';

/** A developer and a commit that goes into their branch without a conflict. */
function makeScene(gitPath = 'git') {
  const repository = makeGitRepository();
  repository.commit({ 'price.ts': '1\n' }, 'Base');
  const { at } = makeShop(['developer', 'tester', 'devops'], repository);
  at('tester').commit({ 'price.ts': '2\n' }, 'Raise');
  const tip = at('devops').commit({ 'other.ts': 'x\n' }, 'Add');
  const developer = at('developer');
  developer.commit({ 'price.ts': '3\n' }, 'Raise more');
  const head = developer.git('rev-parse', 'HEAD');
  const integrator = createIntegrator({ gitPath }, { environment });
  const merge = () => integrator.mergeWorktree({ worktree: developer.path, tip, message: 'Take over' });
  return { developer, tester: at('tester'), head, merge };
}

it('leaves a merge alone that somebody else is in the middle of', async () => {
  const { developer, tester, head, merge } = makeScene();
  const theirs = tester.git('rev-parse', 'HEAD');
  expect(() => developer.git('merge', theirs)).toThrow();
  developer.write({ 'price.ts': 'solved\n' });
  developer.git('add', '--all');
  const before = developer.git('status', '--porcelain');
  await expect(merge()).rejects.toMatchObject({ code: 'ORC_GIT_FAILED' });
  expect(developer.git('rev-parse', 'HEAD', 'MERGE_HEAD').split('\n')).toEqual([head, theirs]);
  expect(developer.git('status', '--porcelain')).toBe(before);
  expect(developer.git('show', ':price.ts')).toBe('solved');
});

it('takes back what it has begun itself and cannot end', async () => {
  const gitPath = join(makeTempDirectory('bin'), 'git');
  const stopped = 'git "$@" --no-commit --no-ff; exit 128';
  const script = `#!/bin/sh\ncase "$*" in *' merge --quiet '*) ${stopped} ;; esac\nexec git "$@"\n`;
  writeFileSync(gitPath, script, { mode: 0o700 });
  const { developer, head, merge } = makeScene(gitPath);
  await expect(merge()).rejects.toMatchObject({ code: 'ORC_GIT_FAILED' });
  expect(developer.git('rev-parse', 'HEAD')).toBe(head);
  expect(() => developer.git('rev-parse', '--verify', '--quiet', 'MERGE_HEAD')).toThrow();
  expect(developer.git('status', '--porcelain')).toBe('');
});
