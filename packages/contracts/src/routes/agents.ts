import { z } from 'zod';
import { agentDetailSchema, agentViewSchema } from '../schemas/agent.ts';
import { agentParams, count, define, flag, project } from './define.ts';

const changed = z.object({ changed: z.boolean(), text: z.string() });

/** Single agents and their windows. */
export const agents = {
  agents: define({
    access: 'agent',
    query: z.strictObject({
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
    params: agentParams.extend({
      action: z.enum(['start', 'stop', 'restart', 'end', 'brief', 'continue', 'checkpoint']),
    }),
    body: z.strictObject({ force: z.boolean().default(false) }),
    answer: changed.extend({ agent: agentViewSchema, archive: z.string().optional() }),
  }),
  agentScreen: define({
    access: 'operator',
    params: agentParams,
    query: z.strictObject({ history: count, escapes: flag }),
    answer: z.object({ screen: z.string() }),
  }),
  agentLogs: define({
    access: 'operator',
    params: agentParams,
    answer: z.object({
      sources: z
        .array(
          z.object({
            type: z.enum(['transcript', 'archive', 'end']),
            path: z.string(),
            at: z.int().describe('When it was begun (transcripts) or written.'),
          }),
        )
        .describe('Conversations, windows of ended agents, and what a window showed when its program ended.'),
    }),
  }),
  agentContext: define({
    access: 'agent',
    params: agentParams,
    query: z.strictObject({
      kind: z.string().optional(),
      since: z.coerce.number().int().optional(),
      last: count,
    }),
    answer: z.object({
      usedPercent: z.number().nullable(),
      windowTokens: z.int().nullable(),
      lastEffect: z.unknown().describe('Whether the last re-brief got it back to work.'),
      contexts: z.array(
        z.object({ at: z.int(), kind: z.string(), activitySummary: z.string().nullable(), text: z.string() }),
      ),
    }),
  }),
  attachment: define({
    access: 'operator',
    params: agentParams,
    query: z.strictObject({ readOnly: flag }),
    answer: z.object({ argv: z.array(z.string()) }),
  }),
};
