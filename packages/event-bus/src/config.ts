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
});

export type EventBusConfig = z.infer<typeof EventBusConfig>;
export type EventBusConfigInput = z.input<typeof EventBusConfig>;

/** @throws ORC_EVENT_BUS_BAD_CONFIG */
export function parseConfig(options: EventBusConfigInput): EventBusConfig {
  const parsed = EventBusConfig.safeParse(options);
  if (parsed.success) return parsed.data;
  throw errors.badConfig(parsed.error.issues.map(describeIssue));
}

export function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return `${path.join('.') || 'options'}: ${message}`;
}
