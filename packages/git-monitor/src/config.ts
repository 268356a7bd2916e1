import { z } from 'zod';
import { FastLanesConfig } from './lanes.ts';

const minutes = (fallback: number, what: string) =>
  z.int().min(1).max(100_000).default(fallback).describe(what);

const command = z.array(z.string()).min(1).nullable().default(null);

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
  radarQuietMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(600_000)
    .describe('A conflict that comes back within this time is the same one, and nobody is told again.'),
  integration: z
    .strictObject({
      testCommand: command.describe(
        'Program and arguments that test an integration; null means that there is none.',
      ),
      smokeCommand: command.describe(
        'Program and arguments that are run after the merge, such as a build and a first start.',
      ),
      projects: z
        .record(z.string(), z.strictObject({ testCommand: command, smokeCommand: command }))
        .default({})
        .describe('Commands of single projects, by name; they take the place of the two above.'),
      testTimeoutMs: z
        .int()
        .min(1_000)
        .max(86_400_000)
        .default(1_800_000)
        .describe('Tests that take longer are stopped and count as failed.'),
      pullRequest: z
        .enum(['merge', 'open', 'off'])
        .default('merge')
        .describe('With gh: open a pull request and merge it, only open it, or do neither.'),
      adminMerge: z
        .boolean()
        .default(false)
        .describe('Merge past required reviews, and only when the tests of exactly that commit passed.'),
      syncWithinMinutes: minutes(60, 'Agents pull within this time after an integration.'),
      conflictWithinMinutes: minutes(30, 'A conflict of an integration is solved within this time.'),
    })
    .prefault({}),
  fastLanes: FastLanesConfig.prefault({}),
});

export type GitMonitorConfig = z.infer<typeof GitMonitorConfig>;
export type GitMonitorConfigInput = z.input<typeof GitMonitorConfig>;
