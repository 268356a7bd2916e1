import { z } from 'zod';
import { instant, maybeInstant } from './time.ts';

export const messageStates = ['queued', 'leased', 'injected', 'seen', 'done', 'failed', 'dead'] as const;

export const messageSchema = z.object({
  id: z.string(),
  seq: z.int(),
  sender: z.string(),
  recipient: z.string(),
  kind: z.string(),
  priority: z.int(),
  body: z.string(),
  tags: z.array(z.string()),
  after: z.array(z.string()),
  topic: z.string().nullable(),
  inReplyTo: z.string().nullable(),
  state: z.enum(messageStates),
  isParked: z.boolean(),
  reason: z.string().nullable(),
  attempts: z.int(),
  channel: z.string().nullable(),
  step: z.enum(['printed', 'received', 'accepted', 'sent', 'answered']).nullable(),
  result: z.string().nullable(),
  createdAt: instant,
  leasedAt: maybeInstant,
  leaseExpiresAt: maybeInstant,
  injectedAt: maybeInstant,
  seenAt: maybeInstant,
  startedAt: maybeInstant,
  finishedAt: maybeInstant,
  durationMs: z.int().nullable(),
  replyBy: maybeInstant,
  repliedAt: maybeInstant,
});

/** A message on its way from one ledger to another. What older exports do not say has its default. */
export const movedMessageSchema = messageSchema.extend({
  isBlocked: z.boolean().default(false),
  expectReplyMs: z.int().positive().nullable().default(null),
});

export const transitionSchema = z.object({
  seq: z.int(),
  at: instant,
  messageId: z.string(),
  action: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  step: z.string().optional(),
  channel: z.string().optional(),
  actor: z.string().optional(),
  reason: z.string().optional(),
  evidence: z
    .object({ transcript: z.string().optional(), line: z.int().optional(), session: z.string().optional() })
    .optional()
    .describe('Where the proof stands: a line of the transcript that the client wrote.'),
});

/** The sender is not here: the daemon sets it from the caller's token. */
export const sendInputSchema = z.strictObject({
  id: z.string().min(1).max(64).optional(),
  to: z.string().min(1).max(200),
  project: z.string().optional().describe('Where a bare role is looked up; an agent needs none.'),
  body: z.string(),
  kind: z.string().optional(),
  priority: z.union([z.int(), z.string()]).optional().describe('A number from 0 to 999, or a name.'),
  tags: z.array(z.string()).max(100).optional(),
  after: z.array(z.string()).max(100).optional(),
  inReplyTo: z.string().optional(),
  expectReplyMs: z.int().min(1_000).max(604_800_000).optional(),
});
