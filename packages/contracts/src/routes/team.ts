import { z } from 'zod';
import { agentViewSchema } from '../schemas/agent.ts';
import { planSchema, upInputSchema } from '../schemas/plan.ts';
import { statusSchema } from '../schemas/status.ts';
import { rescueSchema } from '../schemas/work.ts';
import { define, project } from './define.ts';

const upResult = z.object({
  project: z.string(),
  changed: z.boolean(),
  did: z.array(z.string()),
  agents: z.array(agentViewSchema),
  tmuxSession: z.string(),
});

/** A team as a whole: planned, started, looked at, ended. */
export const team = {
  plan: define({ access: 'operator', body: upInputSchema, answer: planSchema }),
  up: define({ access: 'operator', body: upInputSchema, answer: upResult, isStream: true }),
  resume: define({
    access: 'operator',
    body: z.strictObject({
      project,
      statusOnly: z.boolean().default(false),
      rebriefAll: z.boolean().default(false),
      addRoles: z.array(z.string()).default([]),
    }),
    answer: z.object({
      project: z.string(),
      changed: z.boolean(),
      did: z.array(z.string()),
      agents: z.array(
        agentViewSchema.extend({
          verdict: z.enum(['active', 'dead', 'limited', 'ended']),
          plan: z.string(),
          missing: z.array(z.string()).describe('What its start would lack, each with what to do about it.'),
        }),
      ),
    }),
    isStream: true,
  }),
  down: define({
    access: 'operator',
    body: z.strictObject({ project, force: z.boolean().default(false) }),
    answer: z.object({
      project: z.string(),
      changed: z.boolean(),
      did: z.array(z.string()),
      rescues: z.array(rescueSchema),
    }),
    isStream: true,
  }),
  status: define({ access: 'agent', query: z.strictObject({ project }), answer: statusSchema }),
};
