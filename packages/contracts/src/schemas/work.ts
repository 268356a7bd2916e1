import { z } from 'zod';
import { instant } from './time.ts';

export const worktreeSchema = z.object({
  agentId: z.string().nullable(),
  path: z.string(),
  branch: z.string().nullable(),
  head: z.string().nullable(),
  ahead: z.int().nullable(),
  behind: z.int().nullable(),
  dirtyFiles: z.array(z.string()),
  untrackedFiles: z.array(z.string()),
});

export const rescueSchema = z.object({
  ref: z.string(),
  agentId: z.string(),
  at: instant,
  commit: z.string(),
  reason: z.string(),
});
