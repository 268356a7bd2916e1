import { z } from 'zod';

const pair = z
  .string()
  .regex(
    /^(\*|[a-z0-9-]+)\s*>\s*(\*|[a-z0-9-]+)$/,
    'a pair reads sender>recipient, such as developer>devops',
  );
const ms = (fallback: number, what: string) =>
  z.int().min(100).max(604_800_000).default(fallback).describe(what);

/** How strict the routes are, and when silence is asked about. */
export const RoutingConfig = z.strictObject({
  enforcement: z
    .enum(['off', 'warn', 'refuse'])
    .default('warn')
    .describe('What a message outside of the matrix leads to.'),
  allow: z
    .array(pair)
    .max(500)
    .default([])
    .describe('Pairs of roles that may talk directly, beside the matrix.'),
  deny: z.array(pair).max(500).default([]).describe('Pairs of roles that may not, whatever the matrix says.'),
  kinds: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a kind holds a-z, 0-9 and -'))
    .max(100)
    .default([])
    .describe('Further kinds of messages that are known in your teams.'),
  fastLanes: z.boolean().default(true).describe('Hand-offs between neighbours in a lane go directly.'),
  duplicateMs: ms(30_000, 'An agent that says exactly the same again within this time is not heard twice.'),
  hopsMax: z.int().min(1).max(10).default(3).describe('Work is passed on by itself at most so often.'),
  broadcastsMax: z
    .int()
    .min(1)
    .max(1_000)
    .default(6)
    .describe('Broadcasts of one project within the window.'),
  broadcastWindowMs: ms(600_000, 'Length of that window.'),
  silentAfterMs: ms(600_000, 'An agent idle for so long with a begun task and no report is asked about it.'),
  noWordAfterMs: ms(2_700_000, 'A begun task that nothing was heard of for so long is asked about.'),
  escalateAfterMs: ms(300_000, 'An agent that was asked and stays silent for so long is told to the hub.'),
  standupMs: ms(600_000, 'How long a standup collects answers.'),
  askReplyMs: ms(600_000, 'Time for an answer to "orc ask", where it does not say another.'),
  contradictionMs: ms(604_800_000, 'What was reported longer ago than this contradicts nothing any more.'),
});

export type RoutingConfig = z.infer<typeof RoutingConfig>;
