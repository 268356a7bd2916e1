import { z } from 'zod';
import {
  messageSchema,
  messageStates,
  movedMessageSchema,
  sendInputSchema,
  transitionSchema,
} from '../schemas/message.ts';
import { sentMessageSchema } from '../schemas/routing.ts';
import { count, define, flag, messageParams, project, text } from './define.ts';

/** Single messages and mailboxes. */
export const messages = {
  send: define({ access: 'agent', body: sendInputSchema, answer: sentMessageSchema }),
  broadcast: define({
    access: 'agent',
    body: sendInputSchema.omit({ id: true, to: true, after: true, inReplyTo: true }).extend({
      purpose: z.string().min(1).describe('Why everybody must know; kept as a tag.'),
    }),
    answer: z.object({ messages: z.array(messageSchema) }),
  }),
  messages: define({
    access: 'agent',
    query: z.strictObject({
      project,
      agent: z.string().optional(),
      state: z.enum(messageStates).optional(),
      kind: z.string().optional(),
      limit: count,
    }),
    answer: z.object({ messages: z.array(messageSchema) }),
  }),
  message: define({
    access: 'agent',
    params: messageParams,
    answer: z.object({ message: messageSchema, history: z.array(transitionSchema) }),
  }),
  waitForMessage: define({
    access: 'agent',
    params: messageParams,
    query: z.strictObject({
      state: z.enum(messageStates),
      timeoutMs: z.coerce.number().int().min(0).max(3_600_000),
    }),
    answer: z.object({ message: messageSchema, isReached: z.boolean() }),
  }),
  changeMessage: define({
    access: 'agent',
    params: z.object({ id: z.string(), action: z.enum(['retry', 'cancel', 'start', 'finish', 'fail']) }),
    body: z.strictObject({ text: text.optional() }),
    answer: messageSchema,
  }),
  inbox: define({
    access: 'agent',
    query: z.strictObject({ agent: z.string().optional(), all: flag, limit: count }),
    answer: z.object({ agent: z.string(), unread: z.int(), messages: z.array(messageSchema) }),
  }),
  /** A person has had these on the screen. */
  readInbox: define({
    access: 'operator',
    body: z.strictObject({ ids: z.array(z.string()).max(10_000) }),
    answer: z.object({ read: z.int() }),
  }),
  exportMessages: define({
    access: 'operator',
    query: z.strictObject({ afterSeq: z.coerce.number().int().min(0).optional(), limit: count }),
    answer: z.object({ messages: z.array(movedMessageSchema) }),
  }),
  importMessages: define({
    access: 'operator',
    body: z.strictObject({
      messages: z.array(movedMessageSchema).max(10_000),
      isDryRun: z.boolean().default(false).describe('Check everything and write nothing.'),
    }),
    answer: z.object({ added: z.int() }),
  }),
};
