import { z } from 'zod';

const choice = z.object({ role: z.string(), reason: z.string() });

/** What the planner decided, and why. */
export const planSchema = z.object({
  project: z.string(),
  path: z.string(),
  parentBranch: z.string().nullable(),
  runtime: z.string(),
  planner: z.string(),
  team: z.object({
    type: z.string(),
    size: z.string(),
    plan: z.string(),
    members: z.array(choice),
    dropped: z.array(choice),
    offered: z.array(choice),
    warnings: z.array(z.string()),
    advice: z.array(z.string()),
    matrix: z.object({
      hub: z.string().describe('The member that reports go to.'),
      talksTo: z.record(z.string(), z.array(z.string())).describe('Who may talk to whom directly.'),
    }),
  }),
  reasons: z.array(z.string()),
  phases: z.array(z.object({ id: z.string(), title: z.string() })),
  tasks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      role: z.string(),
      criteria: z.array(z.string()),
      after: z.array(z.string()),
    }),
  ),
});

export const upInputSchema = z.strictObject({
  path: z.string().min(1).describe('Absolute path of the git repository.'),
  name: z.string().optional().describe('Slug; made from the directory name when absent.'),
  spec: z.strictObject({ path: z.string(), text: z.string() }).optional(),
  teamType: z.string().optional(),
  roles: z.array(z.string()).optional(),
  addRoles: z.array(z.string()).optional(),
  plan: z.string().optional(),
  size: z.string().optional(),
  runtime: z.string().optional(),
  planner: z.string().optional(),
  hub: z.string().optional(),
  agentEnvironment: z.record(z.string(), z.string()).optional(),
});
