import { expect, it } from 'vitest';
import { missingFrom } from './missing.ts';

const whole = {
  clientProblem: null,
  projectPath: '/shop',
  isProjectThere: true,
  worktreePath: '/worktrees/developer',
  isWorktreeThere: true,
  hasSpec: true,
};

it('misses nothing where everything is there, and no worktree where none is used', () => {
  expect(missingFrom(whole)).toEqual([]);
  expect(missingFrom({ ...whole, worktreePath: null, isWorktreeThere: false })).toEqual([]);
});

it('names each thing that is missing, and what to do about it', () => {
  const missing = missingFrom({
    ...whole,
    clientProblem: 'Claude Code is not installed.',
    isProjectThere: false,
    isWorktreeThere: false,
    hasSpec: false,
  });
  expect(missing).toEqual([
    'Claude Code is not installed.',
    expect.stringContaining('/shop'),
    expect.stringContaining('/worktrees/developer'),
    expect.stringContaining('--spec'),
  ]);
});
