import { z } from 'zod';
import { messageSchema } from '../schemas/message.ts';
import { publicationSchema } from '../schemas/publication.ts';
import { count, define, project, text } from './define.ts';

/** Groups: what is published to them, who hears them, and who acted on it. */
export const pubsub = {
  publish: define({
    access: 'agent',
    body: z.strictObject({
      project,
      group: z.string().default('management'),
      priority: z.union([z.int(), z.string()]).optional(),
      tags: z.array(z.string()).default([]),
      text: text.min(1),
    }),
    answer: z.object({ publication: publicationSchema, messages: z.array(messageSchema) }),
  }),
  publications: define({
    access: 'agent',
    query: z.object({
      project,
      session: z.string().optional().describe('session or session:window, as tmux shows it'),
      group: z.string().optional(),
      tag: z.string().optional(),
      priority: z.string().optional().describe('This one and what is more urgent.'),
      since: z.coerce.number().int().optional(),
      tail: count,
    }),
    answer: z.object({
      project: z.string(),
      reader: z.string().nullable(),
      publications: z.array(publicationSchema),
    }),
  }),
  acknowledge: define({
    access: 'agent',
    body: z.strictObject({ project, ids: z.array(z.string()).min(1), text: text.min(1) }),
    answer: z.object({ publications: z.array(publicationSchema) }),
  }),
  subscribe: define({
    access: 'agent',
    body: z.strictObject({
      project,
      group: z.string(),
      subscriber: z.string().optional(),
      isWanted: z.boolean().default(true),
    }),
    answer: z.object({ project: z.string(), subscriber: z.string(), groups: z.array(z.string()) }),
  }),
  subscriptions: define({
    access: 'agent',
    query: z.object({ project }),
    answer: z.object({
      project: z.string(),
      groups: z.array(z.object({ group: z.string(), heardBy: z.array(z.string()) })),
    }),
  }),
  pubsubHealth: define({
    access: 'agent',
    query: z.object({ project }),
    answer: z.object({
      isHealthy: z.boolean(),
      stored: z.int(),
      acknowledged: z.int(),
      unsent: z.int(),
      lastAt: z.int().nullable(),
    }),
  }),
};
