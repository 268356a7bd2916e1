import { z } from 'zod';
import { budgetSchema, budgetUnits, costGroups, costsSchema } from '../schemas/cost.ts';
import { define } from './define.ts';

const amount = z.number().positive().max(1e12).nullable();

/** What agents have used, and what they may use. */
export const costs = {
  costs: define({
    access: 'agent',
    query: z.strictObject({
      scope: z.string().optional(),
      by: z.enum(costGroups).default('agent'),
      since: z.coerce.number().int().min(0).optional(),
    }),
    answer: costsSchema,
  }),
  setBudget: define({
    access: 'operator',
    body: z.strictObject({
      scope: z.string(),
      unit: z.enum(budgetUnits),
      soft: amount,
      hard: amount,
      isFresh: z.boolean().default(false).describe('What was spent before does not count.'),
    }),
    answer: budgetSchema,
  }),
  clearBudget: define({
    access: 'operator',
    body: z.strictObject({ scope: z.string() }),
    answer: z.object({ scope: z.string(), cleared: z.boolean() }),
  }),
};
