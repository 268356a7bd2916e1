import { z } from 'zod';

const ms = (fallback: number, what: string) =>
  z.int().min(1_000).max(86_400_000).default(fallback).describe(what);

/** What follows from verdicts. Each rule has its own limits; see the rules file. */
export const RulesConfig = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether messages, git and work are judged at all.'),
  gitHooks: z
    .enum(['off', 'warn', 'refuse'])
    .default('refuse')
    .describe('What hooks in the worktrees of agents do: nothing, warn only, or refuse what a rule refuses.'),
  lookMs: ms(30_000, 'How often the state of branches and work is judged.'),
  reloadMs: ms(1_000, 'How often the rules files are looked at; a change is in use within twice that.'),
});

export type RulesConfig = z.infer<typeof RulesConfig>;
