import { z } from 'zod';
import { define } from './define.ts';

const line = z.string().max(100_000);
const common = {
  /** Who ran git, by its own account; null for a person, who may commit in an agent's worktree, too. */
  runBy: z.string().max(200).nullable(),
  branch: z.string().max(1_000).nullable(),
};

/** What git itself says in an agent's worktree: about a commit that is made, one to come, and a push. */
export const gitHooks = {
  gitHook: define({
    access: 'agent',
    body: z.discriminatedUnion('hook', [
      z.strictObject({
        hook: z.literal('post-commit'),
        ...common,
        commit: z.strictObject({
          sha: z.string().regex(/^[0-9a-f]{40,64}$/),
          parents: z.array(line).max(100),
          at: z.int().min(0).describe('When it was committed, in ms since 1970, by the clock of git.'),
          authorEmail: line,
          subject: line,
        }),
      }),
      z.strictObject({ hook: z.literal('commit-msg'), ...common, message: line }),
      z.strictObject({
        hook: z.literal('pre-push'),
        ...common,
        remote: line.describe('Name of the remote, or its address.'),
        refs: z
          .array(z.strictObject({ localRef: line, localSha: line, remoteRef: line, remoteSha: line }))
          .max(10_000),
      }),
    ]),
    answer: z.object({
      verdict: z.enum(['pass', 'warn', 'refuse']),
      text: z.string().describe('For whoever runs git; empty when there is nothing to say.'),
    }),
  }),
};
