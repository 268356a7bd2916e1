import { z } from 'zod';
import { instant } from './time.ts';

const spent = {
  answers: z.int(),
  input: z.int(),
  output: z.int(),
  cacheRead: z.int(),
  cacheWrite: z.int(),
  tokens: z.int().describe('Of every kind together.'),
  usd: z.number().describe('Estimated by published prices, of models whose price is known.'),
  unpricedTokens: z.int(),
};

export const budgetUnits = ['tokens', 'usd'] as const;
export const costGroups = ['project', 'agent', 'role', 'task', 'model'] as const;

export const budgetSchema = z.object({
  scope: z.string().describe('A project, or an agent.'),
  unit: z.enum(budgetUnits),
  soft: z.number().nullable(),
  hard: z.number().nullable(),
  since: instant,
  spent: z.number(),
  level: z.enum(['within', 'soft', 'hard']),
  unpricedTokens: z.int(),
});

export const costsSchema = z.object({
  at: instant,
  /** The day on which the prices were last compared with what is published. */
  prices: z.string(),
  total: z.object(spent),
  by: z.enum(costGroups),
  groups: z.array(z.object({ name: z.string().nullable(), ...spent })),
  budgets: z.array(budgetSchema),
});
