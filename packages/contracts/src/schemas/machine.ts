import { z } from 'zod';
import { instant } from './time.ts';

const bytes = z.number().nonnegative();

/** What the machine has for agents, and who waits for it; null is what the system does not say. */
export const machineSchema = z.object({
  memory: z.object({ totalBytes: bytes, availableBytes: bytes }).nullable(),
  load: z.object({ average: z.number(), cores: z.int() }).nullable().describe('Of the last minute.'),
  agents: z.object({ heldBytes: bytes, limitBytes: bytes.nullable() }).describe('All agents together.'),
  pressure: z.string().nullable().describe('Why nobody is started now; null when nothing is in the way.'),
  waiting: z.array(z.object({ agent: z.string(), since: instant, why: z.string() })),
});
