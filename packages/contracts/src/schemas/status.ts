import { z } from 'zod';
import { agentViewSchema } from './agent.ts';
import { machineSchema } from './machine.ts';
import { messageStates } from './message.ts';
import { taskStates } from './task.ts';
import { instant } from './time.ts';

const counts = <Names extends readonly string[]>(names: Names) =>
  z.record(z.enum(names), z.int().nonnegative());

export const projectStatusSchema = z.object({
  slug: z.string(),
  name: z.string(),
  path: z.string(),
  status: z.string(),
  parentBranch: z.string(),
  runtime: z.string(),
  isSimulation: z.boolean(),
  hub: z.string(),
  tmuxSession: z.string(),
  startedAt: instant,
  agents: z.array(agentViewSchema),
  tasks: counts(taskStates),
  messages: counts(messageStates).and(z.object({ total: z.int(), slowestSeenMs: z.int().nullable() })),
});

export const statusSchema = z.object({
  version: z.string(),
  daemon: z.object({ pid: z.int(), startedAt: instant, rssBytes: z.int(), uptimeMs: z.int() }).nullable(),
  at: instant,
  unreadForUser: z.int(),
  machine: machineSchema,
  projects: z.array(projectStatusSchema),
});
