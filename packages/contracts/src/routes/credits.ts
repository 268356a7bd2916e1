import { z } from 'zod';
import { creditsSchema } from '../schemas/credits.ts';
import { define } from './define.ts';

/** Usage limits of the accounts that agents work with. */
export const credits = {
  credits: define({ access: 'agent', answer: creditsSchema }),
  changeCredits: define({
    access: 'operator',
    params: z.object({ action: z.enum(['resume', 'forget']) }),
    body: z.strictObject({ account: z.string().optional() }),
    answer: z.object({ accounts: z.array(z.string()) }),
  }),
};
