import { z } from 'zod';
import { messageSchema } from '../schemas/message.ts';
import { publicationSchema } from '../schemas/publication.ts';
import { sentMessageSchema } from '../schemas/routing.ts';
import { count, define, flag, project, text } from './define.ts';

/** Groups: what is published to them, who hears them, and who acted on it. */
export const pubsub = {
  publish: define({
    access: 'agent',
    body: z.strictObject({
      project,
      group: z.string().default('management'),
      priority: z.union([z.int(), z.string()]).optional(),
      tags: z.array(z.string()).max(20).default([]),
      text: text.min(1),
    }),
    answer: z.object({ publication: publicationSchema, messages: z.array(messageSchema) }),
  }),
  publications: define({
    access: 'agent',
    query: z.strictObject({
      project,
      session: z.string().optional().describe('session or session:window, as tmux shows it'),
      group: z.string().optional(),
      tag: z.string().optional(),
      priority: z.string().optional().describe('This one and what is more urgent.'),
      since: z.coerce.number().int().optional(),
      tail: count,
      follow: flag,
    }),
    answer: z.object({
      project: z.string(),
      reader: z.string().nullable(),
      publications: z.array(publicationSchema),
    }),
    isStream: true,
  }),
  acknowledge: define({
    access: 'agent',
    body: z.strictObject({ project, ids: z.array(z.string()).min(1).max(100), text: text.min(1) }),
    answer: z.object({ publications: z.array(publicationSchema) }),
  }),
  subscribe: define({
    access: 'agent',
    body: z.strictObject({
      project,
      group: z.string().optional(),
      events: z.string().max(4_000).optional().describe('A filter of events, in place of a group.'),
      subscriber: z.string().optional(),
      isWanted: z.boolean().default(true),
    }),
    answer: z.object({
      project: z.string(),
      subscriber: z.string(),
      groups: z.array(z.string()),
      events: z.array(z.string()).describe('Filters of the events that it hears of.'),
    }),
  }),
  subscriptions: define({
    access: 'agent',
    query: z.strictObject({ project }),
    answer: z.object({
      project: z.string(),
      groups: z.array(z.object({ group: z.string(), heardBy: z.array(z.string()) })),
      events: z.array(z.object({ subscriber: z.string(), filter: z.string() })),
    }),
  }),
  escalate: define({
    access: 'agent',
    body: z.strictObject({
      project,
      issue: text.min(1),
      tried: text.min(1).describe('What was done, with what result.'),
      recommendation: text.min(1),
      need: text.min(1).describe('What is needed, from whom, until when.'),
    }),
    answer: sentMessageSchema,
  }),
  teamUpdate: define({
    access: 'agent',
    query: z.strictObject({ project, next: z.string().max(200).optional() }),
    answer: z.object({ project: z.string(), text: z.string() }),
  }),
  pubsubHealth: define({
    access: 'agent',
    query: z.strictObject({ project }),
    answer: z.object({
      isHealthy: z.boolean(),
      stored: z.int(),
      acknowledged: z.int(),
      unsent: z.int(),
      lastAt: z.int().nullable(),
    }),
  }),
};
