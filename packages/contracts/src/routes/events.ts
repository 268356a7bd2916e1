import { z } from 'zod';
import { eventCountsSchema, eventSchema } from '../schemas/event.ts';
import { count, define, flag } from './define.ts';

/** Which part of the log is meant. */
const window = {
  since: z.coerce.number().int().optional(),
  until: z.coerce.number().int().optional(),
  types: z.string().optional().describe('Globs with commas between them, such as message.*,agent.*'),
  filter: z.string().max(4_000).optional().describe('Such as: agent.* and severity >= warning'),
};

/** What has happened, as the log has it. */
export const events = {
  events: define({
    access: 'operator',
    query: z.strictObject({ ...window, tail: count, follow: flag }),
    answer: z.object({ events: z.array(eventSchema) }),
    isStream: true,
  }),
  eventCounts: define({ access: 'operator', query: z.strictObject(window), answer: eventCountsSchema }),
  clearNotices: define({
    access: 'operator',
    body: z.strictObject({}),
    answer: z.object({ gathered: z.int(), cancelled: z.int() }),
  }),
  replay: define({
    access: 'operator',
    body: z.strictObject({
      since: z.int().nonnegative(),
      until: z.int().nonnegative().optional(),
      filter: z.string().max(4_000).optional(),
      speed: z.number().positive().optional().describe('1 is as it was; none is as fast as possible.'),
      into: z.enum(['terminal', 'notices', 'ledger']).default('terminal'),
      apply: z.boolean().default(false).describe('Do it, and not only say what would be done.'),
    }),
    answer: z.object({
      into: z.string(),
      isDry: z.boolean(),
      events: z.int().nonnegative(),
      outcomes: z.record(z.string(), z.int()).describe('How many events ended how.'),
      differences: z.array(z.string()).describe('Where the log and what it was played into disagree.'),
    }),
    isStream: true,
  }),
};
