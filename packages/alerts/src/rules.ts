import { z } from 'zod';

export const AlertRule = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'a name holds a-z, 0-9 and -'),
    metric: z.string().min(1).max(60).describe('What is measured; readings name it, too.'),
    kinds: z.array(z.string()).optional().describe('Only for readings of these kinds.'),
    exceptKinds: z.array(z.string()).optional().describe('Not for readings of these kinds.'),
    above: z.number().min(0).describe('The alert begins when a reading is larger.'),
    clearAtMost: z
      .number()
      .min(0)
      .optional()
      .describe('It ends when the reading is no larger; default 80 % of above.'),
    clearAfterMs: z
      .int()
      .min(0)
      .max(86_400_000)
      .default(60_000)
      .describe('And has been so for this long, so that a value at the edge is no new alert each time.'),
    severity: z.enum(['warning', 'critical']).default('warning'),
    tell: z.enum(['hub', 'project-manager', 'nobody']).default('hub').describe('Who gets a notice.'),
    says: z
      .string()
      .min(1)
      .max(200)
      .describe('What the notice says; {subject}, {value} and {above} are filled in.'),
  })
  .refine(({ above, clearAtMost }) => clearAtMost === undefined || clearAtMost <= above, {
    message: 'clearAtMost is above the threshold',
  });

export type AlertRule = z.infer<typeof AlertRule>;

/** What something measures now. A subject is what the alert is about: an agent, a task, the whole queue. */
export interface Reading {
  readonly metric: string;
  readonly subject: string;
  readonly kind?: string;
  readonly value: number;
}

/** An alert from its beginning to its end. Times are in ms since 1970. */
export interface Episode {
  readonly rule: string;
  readonly subject: string;
  readonly severity: AlertRule['severity'];
  readonly since: number;
  /** The largest reading so far. */
  readonly peak: number;
  /** Since when the reading has been low enough to end it; null while it is not. */
  readonly calmSince: number | null;
  readonly text: string;
}
