import { z } from 'zod';
import { instant, maybeInstant } from './time.ts';

export const taskStates = [
  'waiting',
  'ready',
  'assigned',
  'started',
  'blocked',
  'done',
  'failed',
  'cancelled',
] as const;

export const taskSchema = z.object({
  id: z.string(),
  project: z.string(),
  title: z.string(),
  objective: z.string(),
  criteria: z.array(z.string()),
  role: z.string(),
  assignee: z.string().nullable(),
  after: z.array(z.string()),
  priority: z.int(),
  phase: z.string().nullable(),
  state: z.enum(taskStates),
  why: z.string().nullable().describe('Why it waits, is blocked or failed.'),
  createdAt: instant,
  startedAt: maybeInstant,
  finishedAt: maybeInstant,
  durationMs: z.int().nullable(),
  result: z.string().nullable(),
});
