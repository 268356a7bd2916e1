import { z } from 'zod';
import { instant, maybeInstant } from './time.ts';

export const scheduleSchema = z.object({
  id: z.string(),
  project: z.string().nullable(),
  target: z.string(),
  note: z.string(),
  createdBy: z.string(),
  kind: z.enum(['once', 'interval', 'cron']),
  everyMs: z.int().nullable(),
  cron: z.string().nullable(),
  zone: z.string().nullable(),
  state: z.enum(['active', 'done', 'cancelled', 'failed']),
  reason: z.string().nullable(),
  nextAt: maybeInstant,
  firings: z.int(),
  missed: z.int().describe('Times that passed while nobody looked.'),
  lastFiredAt: maybeInstant,
  lastSkippedAt: maybeInstant,
  skipReason: z.string().nullable(),
  createdAt: instant,
});
