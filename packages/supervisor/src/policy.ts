import { z } from 'zod';

const delay = (fallback: number, what: string) =>
  z.int().min(0).max(3_600_000).default(fallback).describe(what);

/** When and how often an agent that ended by itself is started again. */
export const RestartPolicy = z.strictObject({
  firstDelayMs: delay(250, 'Wait before the first restart of a window.'),
  backoffMs: delay(10_000, 'Wait before the second restart; doubles with each further one.'),
  backoffMaxMs: delay(600_000, 'No wait is longer than this.'),
  jitter: z.number().min(0).max(1).default(0.2).describe('Share of a backoff that chance may add.'),
  restartsMax: z
    .int()
    .min(0)
    .max(100)
    .default(3)
    .describe('Restarts within the window; the next end blocks.'),
  windowMs: z.int().min(60_000).max(86_400_000).default(3_600_000).describe('Length of the sliding window.'),
  futileMs: delay(5_000, 'An end this soon after a restart, with the same cause, makes that restart futile.'),
  futileMax: z.int().min(1).max(100).default(2).describe('Futile restarts in a row; then no more are tried.'),
});

export type RestartPolicy = z.output<typeof RestartPolicy>;
export type RestartPolicyInput = z.input<typeof RestartPolicy>;
