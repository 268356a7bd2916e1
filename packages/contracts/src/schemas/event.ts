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
