import { CreditPolicy } from '@orc/credit-monitor';
import { z } from 'zod';

/** How usage limits are waited for, and what is done before one is met. */
export const CreditsConfig = z.strictObject({
  ...CreditPolicy.shape,
  accounts: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/), z.array(z.string()))
    .default({})
    .describe(
      'Who uses which account, where that is not one for each runtime: names, each with agents (shop/developer) or projects (shop/*).',
    ),
  closeDialog: z
    .boolean()
    .default(true)
    .describe("Close the client's question about a weekly limit when that limit is over, and never before."),
  scheduleFile: z
    .boolean()
    .default(true)
    .describe("Keep credit_schedule.json in the client's configuration directory up to date."),
  pressureMax: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.7)
    .describe('From this pressure on (0 none, 1 limited) the two options below take effect.'),
  slowCheckIns: z.boolean().default(false).describe('Under pressure, check in half as often.'),
  holdTasksBelow: z
    .int()
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe('Under pressure, tasks of a lower priority than this are not handed out.'),
});

export type CreditsConfig = z.infer<typeof CreditsConfig>;
