import { z } from 'zod';
import { instant } from './time.ts';

/** One line of the day's event file. */
export const eventSchema = z.object({
  id: z.string(),
  at: instant,
  type: z.string(),
  severity: z.enum(['debug', 'info', 'notice', 'warning', 'critical']),
  source: z.string(),
  project: z.string().optional(),
  agent: z.string().optional(),
  message: z.string().optional(),
  data: z.unknown(),
});

/** Numbers of a part of the log. */
export const eventCountsSchema = z.object({
  total: z.int(),
  bySeverity: z.record(z.string(), z.int()),
  byType: z.record(z.string(), z.int()),
  suppressed: z.record(z.string(), z.int()).describe('Not told one by one, by why: rate_limited, repeated …'),
  damaged: z.int(),
  bytes: z.int(),
  files: z.int(),
  listeners: z.array(
    z.object({
      name: z.string(),
      waiting: z.int(),
      delivered: z.int(),
      failed: z.int(),
      dropped: z.int(),
    }),
  ),
  gathered: z.record(z.string(), z.int()).describe('Notices that wait for a digest, by recipient.'),
});
