import { z } from 'zod';

/** How often, how soon and until when an agent that ended is started again. */
export const RestartPolicy = z.strictObject({
  restartsMax: z
    .int()
    .min(0)
    .max(100)
    .default(3)
    .describe('Restarts within any window; the next exit blocks the agent.'),
  windowMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(3_600_000)
    .describe('Length of the sliding window that restarts are counted in.'),
  firstDelayMaxMs: z
    .int()
    .min(0)
    .max(2_000)
    .default(500)
    .describe('The first restart comes after a random part of this.'),
  delayMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe('Before the second restart; doubles from then on.'),
  delayMaxMs: z.int().min(0).max(3_600_000).default(600_000).describe('No delay is longer.'),
  jitterRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe('Up to this part of a delay is added at random, so that agents do not all start at once.'),
  futileMax: z
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe(
      'Restarts in a row that led to the same end without any work in between; they block the agent.',
    ),
});

export type RestartPolicy = z.infer<typeof RestartPolicy>;

/** When an agent counts as unresponsive, and when that may lead to a restart. */
export const HealthPolicy = z.strictObject({
  answerMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(5_000)
    .describe('An unanswered question makes an agent unresponsive after this.'),
  restartAfterMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(120_000)
    .describe('An idle agent that does not answer for this long may be restarted.'),
  signFreshMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(30_000)
    .describe('A sign of life is proof for this long where the process itself cannot be seen.'),
});

export type HealthPolicy = z.infer<typeof HealthPolicy>;

/** When a way into a client counts as broken, and when it is tried again. */
export const ChannelPolicy = z.strictObject({
  silencesMax: z
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('Texts in a row of which nothing was heard that make a channel broken.'),
  retryMs: z
    .int()
    .min(100)
    .max(86_400_000)
    .default(600_000)
    .describe('After this long a broken channel is tried again; doubles each time it fails.'),
  retryMaxMs: z
    .int()
    .min(100)
    .max(604_800_000)
    .default(21_600_000)
    .describe('A broken channel is tried again at least this often.'),
});

export type ChannelPolicy = z.infer<typeof ChannelPolicy>;
