import { z } from 'zod';
import { taskSchema } from '../schemas/task.ts';
import { rescueSchema, worktreeSchema } from '../schemas/work.ts';
import { define, messageParams, place, project, text } from './define.ts';

/** Tasks, worktrees and rescued work. */
export const work = {
  tasks: define({
    access: 'agent',
    query: z.strictObject({ project }),
    answer: z.object({ tasks: z.array(taskSchema) }),
  }),
  addTask: define({
    access: 'agent',
    body: z.strictObject({
      project,
      title: text.min(1).max(200),
      role: z.string().optional().describe('Who can do it; needed unless somebody is named.'),
      assignee: z.string().optional(),
      objective: text.default(''),
      criteria: z.array(text.min(1)).max(50).default([]),
      after: z.array(z.string()).max(50).default([]),
      priority: z.union([z.int(), z.string()]).optional(),
    }),
    answer: z.object({ task: taskSchema, isNew: z.boolean() }),
  }),
  task: define({ access: 'agent', params: messageParams, answer: taskSchema }),
  changeTask: define({
    access: 'agent',
    params: z.object({
      id: z.string(),
      action: z.enum(['start', 'done', 'fail', 'block', 'unblock', 'assign', 'reopen']),
    }),
    body: z.strictObject({ text: text.optional(), assignee: z.string().optional() }),
    answer: taskSchema,
  }),
  worktrees: define({
    access: 'agent',
    query: z.strictObject({ project }),
    answer: z.object({ worktrees: z.array(worktreeSchema) }),
  }),
  changeWorktrees: define({
    access: 'operator',
    params: z.object({ action: z.enum(['repair', 'clean']) }),
    body: z.strictObject({ project, force: z.boolean().default(false) }),
    answer: z.object({ did: z.array(z.string()), rescues: z.array(rescueSchema) }),
  }),
  rescues: define({
    access: 'agent',
    query: z.strictObject({ project }),
    answer: z.object({ rescues: z.array(rescueSchema) }),
  }),
  rescue: define({
    access: 'agent',
    body: z.strictObject({ project, ref: z.string() }),
    answer: rescueSchema.extend({ files: z.array(z.string()), diff: z.string() }),
  }),
  restoreRescue: define({
    access: 'operator',
    body: z.strictObject({
      project,
      ref: z.string(),
      into: place.optional(),
      force: z.boolean().default(false),
    }),
    answer: z.object({ path: z.string(), files: z.array(z.string()) }),
  }),
};
