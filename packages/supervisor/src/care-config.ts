import { z } from 'zod';

/** When agents that wait for one another are told so. */
export const DeadlockPolicy = z.strictObject({
  waitMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(30_000)
    .describe('Agents that all wait for each other this long, and do nothing else, are in a deadlock.'),
});

export type DeadlockPolicy = z.infer<typeof DeadlockPolicy>;

/** How an agent goes on whose requests to the model fail. */
export const FailurePolicy = z.strictObject({
  retryMs: z
    .int()
    .min(100)
    .max(3_600_000)
    .default(30_000)
    .describe('After an error that passes by itself: how long until the agent is asked to go on. Doubles.'),
  retryMaxMs: z.int().min(100).max(86_400_000).default(900_000).describe('No such wait is longer.'),
  probeMs: z
    .int()
    .min(100)
    .max(86_400_000)
    .default(300_000)
    .describe(
      'After an error that somebody must repair: how long until it is tried whether they have. Doubles.',
    ),
  probeMaxMs: z.int().min(100).max(86_400_000).default(3_600_000).describe('No such wait is longer.'),
});

export type FailurePolicy = z.infer<typeof FailurePolicy>;

/** What becomes of processes that an agent's program left behind. */
export const OrphanPolicy = z.strictObject({
  lookEveryMs: z.int().min(500).max(3_600_000).default(30_000).describe('How often they are looked for.'),
  graceMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(10_000)
    .describe('How long they may outlive the program that they belonged to.'),
  endMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(5_000)
    .describe('How long they may take to end after they were asked to; then they are killed.'),
  action: z.enum(['end', 'report']).default('end').describe('End them, or only show them in "orc doctor".'),
});

export type OrphanPolicy = z.infer<typeof OrphanPolicy>;

/** What an agent and everything it started may use. Nothing is limited unless it is set here. */
export const UsageLimits = z.strictObject({
  memoryMb: z
    .int()
    .min(64)
    .max(1_048_576)
    .nullable()
    .default(null)
    .describe('Resident memory of the whole process tree in MiB; null is no limit.'),
  cpuPercent: z
    .int()
    .min(1)
    .max(100_000)
    .nullable()
    .default(null)
    .describe('Processor time in percent of one core; null is no limit.'),
  forMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(60_000)
    .describe('A limit counts once it was exceeded for this long without a break.'),
  action: z
    .enum(['notice', 'restart'])
    .default('notice')
    .describe('Tell the hub and you, or keep the work and start the agent again.'),
});

export type UsageLimits = z.infer<typeof UsageLimits>;
