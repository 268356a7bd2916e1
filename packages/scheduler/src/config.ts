import { z } from 'zod';

export const SchedulerConfig = z.strictObject({
  leaseMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .describe('How long one process alone may fire what it has claimed; then another may.'),
  attemptsMax: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe(
      'Tries at one firing; then a one-shot fails for good and a recurring one waits for its next time.',
    ),
  retryMs: z
    .int()
    .min(100)
    .max(3_600_000)
    .default(5_000)
    .describe('Before the second try; doubles from then on.'),
  retryMaxMs: z.int().min(100).max(86_400_000).default(300_000).describe('No try waits longer.'),
  postponeMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(300_000)
    .describe(
      'How long a one-shot is put off when its target cannot be told now and nothing says until when.',
    ),
  keeperFreshMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .describe('Nothing new is scheduled when nobody has looked at what is due for this long.'),
  retentionMs: z
    .int()
    .min(0)
    .max(31_536_000_000)
    .default(2_592_000_000)
    .describe('How long ended schedules are kept.'),
});

export type SchedulerConfig = z.infer<typeof SchedulerConfig>;
