import { z } from 'zod';

/**
 * How a worktree gets its branch, tried in the order given:
 * `agent-branch` makes the agent's branch from the parent; `existing-branch` takes that branch when it
 * exists and no other worktree has it; `numbered-branch` makes `<branch>-2` and so on from the parent;
 * `parent-branch` takes the parent branch itself when no other worktree has it; `detached` stands on the
 * parent's commit without a branch, which is always possible.
 */
export const strategyNames = [
  'agent-branch',
  'existing-branch',
  'numbered-branch',
  'parent-branch',
  'detached',
] as const;

export const WorktreesConfig = z.strictObject({
  directory: z
    .string()
    .startsWith('/', 'an absolute path')
    .describe('Holds `<project>/worktrees/<role>`, one worktree each.'),
  gitPath: z
    .string()
    .min(1)
    .default('git')
    .describe('The git program: a name on the PATH, or an absolute path.'),
  strategies: z
    .array(z.enum(strategyNames))
    .min(1)
    .default(['agent-branch', 'existing-branch', 'numbered-branch', 'detached'])
    .describe('How a worktree gets its branch, in this order.'),
  gitTimeoutMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(600_000)
    .describe('A git command that takes longer is killed; a checkout of a large repository is one.'),
  lockWaitMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(120_000)
    .describe('How long to wait for another orc that is changing worktrees of the same repository.'),
});

export type WorktreesConfig = z.infer<typeof WorktreesConfig>;
export type WorktreesConfigInput = z.input<typeof WorktreesConfig>;
export type StrategyName = (typeof strategyNames)[number];
