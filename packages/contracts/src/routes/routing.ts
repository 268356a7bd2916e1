import { z } from 'zod';
import {
  kindSchema,
  reportKinds,
  reportSchema,
  routeVerdictSchema,
  routingSchema,
  sentMessageSchema,
  standupSchema,
} from '../schemas/routing.ts';
import { count, define, project, text } from './define.ts';

const withinMs = z.int().min(1_000).max(86_400_000).optional();
const dependencies = z.object({
  project: z.string(),
  dependencies: z.array(
    z.object({ role: z.string(), needs: z.array(z.string()), origin: z.enum(['catalogue', 'set']) }),
  ),
});

/** Who may write to whom, in which form, and what a team reports. */
export const routing = {
  routing: define({ access: 'agent', query: z.strictObject({ project }), answer: routingSchema }),
  checkRoute: define({
    access: 'agent',
    query: z.strictObject({
      project,
      from: z.string(),
      to: z.string(),
      kind: z.string().optional(),
      tags: z.string().optional(),
    }),
    answer: routeVerdictSchema.extend({ from: z.string(), to: z.string() }),
  }),
  kinds: define({ access: 'agent', answer: z.object({ kinds: z.array(kindSchema) }) }),
  template: define({
    access: 'agent',
    params: z.object({ kind: z.string() }),
    answer: z.object({ kind: z.string(), text: z.string() }),
  }),
  checkText: define({
    access: 'agent',
    params: z.object({ kind: z.string() }),
    body: z.strictObject({ text }),
    answer: z.object({ kind: z.string(), problems: z.array(z.string()) }),
  }),
  report: define({
    access: 'agent',
    body: z.strictObject({
      role: z.string(),
      project,
      text: text.min(1),
      kind: z.enum(reportKinds).default('completion'),
      task: z.string().optional().describe('The task that it is about.'),
      about: z.string().max(100).optional().describe('A role, or anything else that it is about.'),
    }),
    answer: z.object({ message: sentMessageSchema, told: z.array(z.string()) }),
  }),
  reports: define({
    access: 'agent',
    query: z.strictObject({
      project,
      kind: z.enum(reportKinds).optional(),
      role: z.string().optional(),
      since: z.coerce.number().int().optional(),
      limit: count,
    }),
    answer: z.object({ reports: z.array(reportSchema) }),
  }),
  dependencies: define({ access: 'agent', query: z.strictObject({ project }), answer: dependencies }),
  setDependencies: define({
    access: 'agent',
    body: z.strictObject({ project, role: z.string(), needs: z.array(z.string()).max(50) }),
    answer: dependencies,
  }),
  standup: define({
    access: 'agent',
    body: z.strictObject({ project, withinMs }),
    answer: standupSchema,
  }),
  lastStandup: define({
    access: 'agent',
    query: z.strictObject({ project, id: z.string().optional() }),
    answer: standupSchema,
  }),
  ask: define({
    access: 'agent',
    body: z.strictObject({
      project,
      agent: z.string(),
      about: z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('status'), isDetailed: z.boolean().default(false) }),
        z.strictObject({
          type: z.literal('error'),
          observed: z.string().min(1).max(20_000),
          suggestion: z.string().max(20_000).optional(),
        }),
      ]),
      withinMs,
    }),
    answer: sentMessageSchema,
  }),
};
