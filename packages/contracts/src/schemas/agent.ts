import { z } from 'zod';
import { instant, maybeInstant } from './time.ts';

export const agentStateNames = [
  'starting',
  'working',
  'idle',
  'blocked',
  'limited',
  'crashed',
  'stopped',
  'ended',
  'unknown',
] as const;

/** A state is never said without why, and who saw it. */
export const agentStateSchema = z.object({
  state: z.enum(agentStateNames),
  why: z.string(),
  source: z.string(),
  since: maybeInstant,
  confidence: z.enum(['high', 'low']),
  needs: z.literal('you').optional(),
});

export const agentViewSchema = z.object({
  id: z.string(),
  project: z.string(),
  role: z.string(),
  title: z.string(),
  runtime: z.string(),
  isSimulation: z.boolean(),
  state: agentStateSchema,
  windowName: z.string(),
  paneId: z.string().nullable(),
  pid: z.int().nullable(),
  branch: z.string().nullable(),
  worktreePath: z.string().nullable(),
  task: z.object({ id: z.string(), title: z.string() }).nullable(),
  unread: z.int().nonnegative(),
  restarts: z.int().nonnegative(),
  contextUsedPercent: z.number().nullable(),
  launchedAt: maybeInstant,
  nextCheckInAt: maybeInstant.describe('When something that was scheduled is due for it next.'),
  /** The program and all that it started, as the system sees them; null where nothing runs or was read yet. */
  process: z.object({
    isAlive: z.boolean(),
    uptimeMs: z.int().nullable(),
    cpuPercent: z.number().nullable().describe('Of one core, since the reading before.'),
    memoryBytes: z.int().nullable(),
    count: z.int().nullable(),
  }),
});

export const agentDetailSchema = agentViewSchema.extend({
  desired: z.enum(['running', 'stopped', 'ended']),
  sessionId: z.string().nullable(),
  transcriptPath: z.string().nullable(),
  facts: z.array(z.object({ kind: z.string(), value: z.unknown(), source: z.string(), at: instant })),
});
