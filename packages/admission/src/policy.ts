import { z } from 'zod';

const mebibytes = z.int().min(0).max(1_048_576);

/** What must be there before one more agent is started. The defaults hold back only where it would go wrong. */
export const AdmissionPolicy = z.strictObject({
  enabled: z.boolean().default(true).describe('False starts every agent at once, whatever the machine says.'),
  freeMemoryMb: mebibytes
    .default(256)
    .describe('MiB of memory that stay free when the agent has what it is expected to need.'),
  expectedMemoryMb: mebibytes
    .default(100)
    .describe('MiB that an agent is expected to need as long as none of its kind has been measured.'),
  loadPerCoreMax: z
    .number()
    .min(0.1)
    .max(10_000)
    .nullable()
    .default(20)
    .describe('Load average of a minute for each core, above which starts wait; null does not look at it.'),
  settleMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(60_000)
    .describe('For this long after a start, memory that the agent does not hold yet is kept for it.'),
});

export type AdmissionPolicy = z.infer<typeof AdmissionPolicy>;
