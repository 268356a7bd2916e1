import { z } from 'zod';

/** Who hears a group without having asked: roles, or `*` for everybody. */
export const PubsubConfig = z.strictObject({
  groups: z
    .record(z.string(), z.array(z.string()))
    .default({ management: ['project-manager', 'orchestrator'], team: ['*'] })
    .describe('Roles that hear each group; the hub always hears `management`. `*` is everybody.'),
  historyMax: z
    .int()
    .min(10)
    .max(100_000)
    .default(1_000)
    .describe('Publications of a session that are kept.'),
  perMinute: z.int().min(1).max(6_000).default(10).describe('Publications a minute of one publisher.'),
  idleMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(900_000)
    .describe('How long an agent with work may be idle before management is told.'),
  answerMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(120_000)
    .describe('How long an idle agent may leave a status request unanswered.'),
  healthyMs: z
    .int()
    .min(60_000)
    .max(86_400_000)
    .default(1_800_000)
    .describe('How often the state of the team is put on record.'),
});

export type PubsubConfig = z.infer<typeof PubsubConfig>;
