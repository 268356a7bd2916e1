import { z } from 'zod';

const text = (charactersMax: number) => z.string().trim().min(1).max(charactersMax);

const taskSchema = z.object({
  ref: text(40).describe('A short name of its own, such as "a1", for the "after" of other tasks.'),
  title: text(120).describe('Begins with a verb.'),
  objective: text(3_000).describe('What is to be reached, and what must be known to reach it.'),
  criteria: z.array(text(400)).min(1).max(20).describe('What can be checked when it is done.'),
  role: text(40).describe('Id of a role of the team.'),
  after: z.array(text(40)).max(50).default([]).describe('Refs of the tasks that must be done first.'),
  priority: z.enum(['critical', 'high', 'normal', 'low']).default('normal'),
});

/** What a model has to answer when it is asked for a plan. */
export const planSchema = z.object({
  phases: z
    .array(z.object({ title: text(120), tasks: z.array(taskSchema).min(1).max(100) }))
    .min(1)
    .max(30),
});

export type AnsweredPlan = z.output<typeof planSchema>;

/** The same as a JSON schema, for clients that take one. */
export const planJsonSchema: Readonly<Record<string, unknown>> = z.toJSONSchema(planSchema, { io: 'input' });
