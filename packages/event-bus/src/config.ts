import { z } from 'zod';
import { errors } from './errors.ts';

export const EventBusConfig = z.strictObject({
  directory: z.string().min(1).describe('Holds one file a day, named `YYYY-MM-DD.jsonl` after the UTC day.'),
  source: z.string().min(1).default('orc').describe('Who an event is from when its publisher does not say.'),
  queueMax: z
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe(
      'Events that wait for one slow listener; what is over that is dropped for this listener alone.',
    ),
  keptMax: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Events that are kept in memory while the disk takes none; beyond that the oldest are lost.'),
});

export type EventBusConfig = z.infer<typeof EventBusConfig>;
export type EventBusConfigInput = z.input<typeof EventBusConfig>;

const perMinute = (fallback: number, what: string) =>
  z.int().min(1).max(6_000).default(fallback).describe(what);
const burst = (fallback: number, what: string) => z.int().min(1).max(1_000).default(fallback).describe(what);

/** How much one recipient is told at once. */
export const SinkConfig = z.strictObject({
  perMinute: perMinute(10, 'Warnings a minute, evenly: 10 is one each 6 s.'),
  burst: burst(10, 'Warnings at once after a quiet time.'),
  criticalsPerMinute: perMinute(60, 'Different critical ones a minute before they come as digests.'),
  criticalBurst: burst(30, 'Different critical ones at once.'),
  repeatMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(600_000)
    .describe('For how long the same thing is not told again but counted in the digest.'),
  coalesceMs: z
    .int()
    .min(0)
    .max(10_000)
    .default(1_000)
    .describe('The most that a critical one waits for a digest.'),
  digestMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(300_000)
    .describe('How long after the first gathered event its digest comes.'),
  limitedMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(60_000)
    .describe('How long warnings over the limit, and those after them, wait for a digest.'),
  gatheredMax: z.int().min(1).max(10_000).default(100).describe('Kinds of event a digest tells apart.'),
});

export type SinkConfig = z.infer<typeof SinkConfig>;
export type SinkConfigInput = z.input<typeof SinkConfig>;

/** How large and how old the log may become. */
export const EventLogConfig = z.strictObject({
  fileBytesMax: z
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .default(33_554_432)
    .describe('A file of this size is closed, and packed a minute later.'),
  daysMax: z.int().min(1).max(3_650).default(30).describe('Days of events that are kept.'),
  totalBytesMax: z
    .int()
    .min(1_048_576)
    .default(1_073_741_824)
    .describe('The oldest go when all files together are larger.'),
});

/** @throws ORC_EVENT_BUS_BAD_CONFIG */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  options: z.input<Schema>,
): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw errors.badConfig(parsed.error.issues.map(describeIssue));
}

export function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return `${path.join('.') || 'options'}: ${message}`;
}
