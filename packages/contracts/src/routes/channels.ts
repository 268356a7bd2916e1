import { z } from 'zod';
import { define } from './define.ts';

const row = z.object({
  channel: z.string(),
  verdict: z.enum(['untested', 'works', 'doubtful', 'broken', 'probing']),
  why: z.string(),
  proofs: z.int(),
  failures: z.int(),
  provedAt: z.int().nullable(),
  failedAt: z.int().nullable(),
});

const table = z.object({
  clients: z.array(z.object({ runtime: z.string(), version: z.string(), channels: z.array(row) })),
});

/** The ways into the clients that agents run, and which of them are known to work. */
export const channels = {
  channels: define({ access: 'operator', answer: table }),
  probeChannels: define({
    access: 'operator',
    body: z.strictObject({ runtime: z.enum(['claude', 'sim']).optional() }),
    answer: table.extend({
      runtime: z.string(),
      version: z.string(),
      probed: z.array(
        z.object({
          channel: z.string(),
          outcome: z.enum(['proved', 'dropped', 'silent', 'not run']),
          step: z.string().nullable().describe('How far its text got in the transcript.'),
        }),
      ),
    }),
  }),
};
