import { z } from 'zod';
import { agentDetailSchema, agentViewSchema } from '../schemas/agent.ts';
import { agentParams, count, define, flag, project } from './define.ts';

const changed = z.object({ changed: z.boolean(), text: z.string() });

/** Single agents and their windows. */
export const agents = {
  agents: define({
    access: 'agent',
    query: z.object({
      project,
      target: z.string().optional().describe('Only the one that this means: a role, an id, session:window'),
    }),
    answer: z.object({ agents: z.array(agentViewSchema) }),
  }),
  addAgent: define({
    access: 'operator',
    body: z.strictObject({ project, role: z.string(), temporary: z.string().optional() }),
    answer: agentViewSchema,
  }),
  agent: define({ access: 'agent', params: agentParams, answer: agentDetailSchema }),
  changeAgent: define({
    access: 'agent',
    params: agentParams.extend({ action: z.enum(['start', 'stop', 'restart', 'end', 'brief', 'continue']) }),
    body: z.strictObject({ force: z.boolean().default(false) }),
    answer: changed.extend({ agent: agentViewSchema, archive: z.string().optional() }),
  }),
  agentScreen: define({
    access: 'operator',
    params: agentParams,
    query: z.object({ history: count, escapes: flag }),
    answer: z.object({ screen: z.string() }),
  }),
  agentContext: define({
    access: 'agent',
    params: agentParams,
    answer: z.object({
      usedPercent: z.number().nullable(),
      windowTokens: z.int().nullable(),
      contexts: z.array(z.object({ at: z.int(), kind: z.string(), text: z.string() })),
    }),
  }),
  attachment: define({
    access: 'operator',
    params: agentParams,
    query: z.object({ readOnly: flag }),
    answer: z.object({ argv: z.array(z.string()) }),
  }),
};
