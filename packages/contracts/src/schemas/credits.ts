import { z } from 'zod';
import { instant as time } from './time.ts';

const source = z
  .enum(['transcript', 'status-line', 'stop-failure', 'screen', 'estimate'])
  .describe('Who said it; an estimate was said by nobody.');

/** What is known of one window of an account, with its source and the time it was said at. */
const windowSchema = z.object({
  window: z.string().describe('As the client names it: five_hour, seven_day …'),
  title: z.string(),
  status: z.enum(['ok', 'warning', 'limited']),
  usedPercent: z.number().nullable(),
  resetsAt: time.nullable(),
  source,
  at: time,
  forecast: z
    .object({
      exhaustedAt: time.nullable(),
      percentPerHour: z.number(),
      confidence: z.enum(['low', 'medium', 'high']),
      samples: z.int(),
    })
    .nullable(),
});

/** A limit that is not over: announced, being verified with one agent, or being gone on from. */
const limitSchema = z.object({
  id: z.string(),
  title: z.string(),
  phase: z.enum(['limited', 'verifying', 'resuming']),
  startedAt: time,
  resumeAt: time,
  round: z.int(),
  ends: z.array(
    z.object({ window: z.string(), resetsAt: time.nullable(), isEstimate: z.boolean(), source, at: time }),
  ),
});

const agentCreditSchema = z.object({
  id: z.string(),
  status: z.enum(['available', 'limited', 'stopped']),
  limit: z
    .object({
      since: time,
      endsAt: time.nullable(),
      isEstimate: z.boolean(),
      resumesAt: time,
      isOwn: z.boolean().describe('False for one that waits because its account is limited.'),
      source: z.string(),
      why: z.string(),
    })
    .nullable(),
});

export const creditsSchema = z.object({
  at: time,
  autoResume: z.boolean(),
  accounts: z.array(
    z.object({
      account: z.string(),
      pressure: z.number().min(0).max(1).describe('0 nowhere near a limit, 1 limited.'),
      windows: z.array(windowSchema),
      limits: z.array(limitSchema),
      agents: z.array(agentCreditSchema),
      history: z.array(
        z.object({
          id: z.string(),
          windows: z.array(z.string()),
          startedAt: time,
          resetsAt: time.nullable(),
          isEstimate: z.boolean(),
          endedAt: time,
          rounds: z.int(),
        }),
      ),
    }),
  ),
});
