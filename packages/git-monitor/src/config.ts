import { z } from 'zod';

export const GitMonitorConfig = z.strictObject({
  gitPath: z
    .string()
    .min(1)
    .default('git')
    .describe('The git program, 2.38 or newer: a name on the PATH, or an absolute path.'),
  ghPath: z
    .string()
    .min(1)
    .nullable()
    .default('gh')
    .describe("GitHub's own program; null never asks for pull requests."),
  gitTimeoutMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(120_000)
    .describe('A git command that takes longer is killed.'),
  lookEveryMs: z
    .int()
    .min(100)
    .max(3_600_000)
    .default(5_000)
    .describe('How often branches are looked at; a commit hook makes it look at once.'),
  statusEveryMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(30_000)
    .describe('How old a list of uncommitted files may be while HEAD and index have not moved.'),
  pullsEveryMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(120_000)
    .describe('How often pull requests are asked for.'),
  radarEveryMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .describe('How often uncommitted files are rehearsed; commits are rehearsed at once.'),
  untrackedMax: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(5_000)
    .describe('With more untracked files than this, the radar leaves them out.'),
});

export type GitMonitorConfig = z.infer<typeof GitMonitorConfig>;
export type GitMonitorConfigInput = z.input<typeof GitMonitorConfig>;
