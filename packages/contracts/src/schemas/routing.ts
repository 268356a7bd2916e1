import { z } from 'zod';
import { messageSchema } from './message.ts';
import { instant, maybeInstant } from './time.ts';

/** A message as it was sent, and what its sender should know about how it was. */
export const sentMessageSchema = messageSchema.extend({
  warnings: z.array(z.string()).describe('What is missing in it, or whom it should have gone to.'),
});

export const routeVerdictSchema = z.object({
  isAllowed: z.boolean(),
  because: z.string(),
  why: z.string(),
  instead: z.string().nullable(),
});

export const routingSchema = z.object({
  project: z.string(),
  profile: z.string(),
  hub: z.string(),
  enforcement: z.enum(['off', 'warn', 'refuse']),
  talksTo: z.record(z.string(), z.array(z.string())),
  handoffs: z.array(z.object({ from: z.string(), to: z.string(), tags: z.array(z.string()) })),
  allow: z.array(z.string()),
  deny: z.array(z.string()),
});

export const kindSchema = z.object({
  id: z.string(),
  summary: z.string(),
  aliases: z.array(z.string()),
  hasTemplate: z.boolean(),
  isCritical: z.boolean(),
});

export const reportKinds = [
  'completion',
  'failure',
  'blocked',
  'status',
  'deployment',
  'escalation',
  'bug',
  'spec-request',
  'spec-created',
  'implementation-complete',
  'team-update',
] as const;

export const reportSchema = z.object({
  id: z.string().describe('Id of the message that carried it.'),
  agent: z.string(),
  role: z.string(),
  kind: z.string(),
  subjects: z.array(z.string()),
  at: instant,
  text: z.string(),
});

export const standupSchema = z.object({
  id: z.string(),
  project: z.string(),
  askedBy: z.string(),
  askedAt: instant,
  closesAt: instant,
  closedAt: maybeInstant.describe('null while answers are collected.'),
  answers: z.array(
    z.object({
      agent: z.string(),
      hasAnswered: z.boolean(),
      answeredAt: maybeInstant,
      completed: z.array(z.string()),
      current: z.string().nullable(),
      blocked: z.string().nullable(),
    }),
  ),
  missing: z.array(z.string()).describe('Who has not answered.'),
  summary: z.string(),
});
