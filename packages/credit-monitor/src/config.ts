import { z } from 'zod';

const minutes = 60_000;
const hours = 3_600_000;

/** What is known of a kind of window besides what the client says each time. */
const WindowKind = z.strictObject({
  title: z.string().min(1).max(60).describe('What people are told: 5-hour, weekly …'),
  durationMs: z
    .int()
    .min(minutes)
    .max(62 * 24 * hours)
    .nullable()
    .describe('How long one lasts at most; null when that is not known, and then no end is estimated.'),
  model: z
    .string()
    .nullable()
    .default(null)
    .describe('The window counts only models with this word in their names; null counts all of them.'),
});

/** How usage limits are waited for. Windows are data: a new kind needs a line here, or not even that. */
export const CreditPolicy = z.strictObject({
  windows: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/), WindowKind)
    .default({
      five_hour: { title: '5-hour', durationMs: 5 * hours, model: null },
      seven_day: { title: 'weekly', durationMs: 7 * 24 * hours, model: null },
      seven_day_opus: { title: 'weekly Opus', durationMs: 7 * 24 * hours, model: 'opus' },
      seven_day_sonnet: { title: 'weekly Sonnet', durationMs: 7 * 24 * hours, model: 'sonnet' },
      overage: { title: 'extra usage', durationMs: null, model: null },
    })
    .describe('Kinds of windows by the name that the client gives them.'),
  estimateWindow: z
    .string()
    .default('five_hour')
    .describe('The kind of window that is meant where a limit has neither name nor end.'),
  resumeDelayMs: z
    .int()
    .min(0)
    .max(6 * hours)
    .default(2 * minutes)
    .describe('Work goes on this long after the reset that was announced.'),
  verifyMs: z
    .int()
    .min(1_000)
    .max(6 * hours)
    .default(10 * minutes)
    .describe('How long the first agent may take to show that the limit is over; then another one tries.'),
  retryMs: z
    .int()
    .min(1_000)
    .max(24 * hours)
    .default(5 * minutes)
    .describe('Wait before the next try when a limit turns out to hold without a later reset; doubles.'),
  retryMsMax: z
    .int()
    .min(1_000)
    .max(24 * hours)
    .default(1 * hours)
    .describe('No such wait is longer.'),
  staggerMs: z
    .int()
    .min(0)
    .max(1 * hours)
    .default(15_000)
    .describe('Between one agent that goes on and the next.'),
  staggerJitterMs: z
    .int()
    .min(0)
    .max(1 * hours)
    .default(10_000)
    .describe('Up to this much is added at random each time.'),
  throttleMs: z
    .int()
    .min(1_000)
    .max(6 * hours)
    .default(2 * minutes)
    .describe('How long an agent rests whose requests came too fast, which is no usage limit.'),
  inFlightMs: z
    .int()
    .min(0)
    .max(6 * hours)
    .default(10 * minutes)
    .describe('An answer this soon after a limit may have been on its way before; it proves nothing.'),
  unknownMs: z
    .int()
    .min(1 * minutes)
    .max(24 * hours)
    .default(1 * hours)
    .describe('Wait before the first try when nothing is known of the end of a limit.'),
  autoResume: z
    .boolean()
    .default(true)
    .describe('Go on by itself after a reset; false leaves it to "orc credits resume".'),
});

export type CreditPolicy = z.infer<typeof CreditPolicy>;
