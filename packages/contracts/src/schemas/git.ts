import { z } from 'zod';
import { instant, maybeInstant } from './time.ts';

/** What is answered is never changed by who asked. */
const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();

const commit = z.object({ sha: z.string(), subject: z.string(), at: instant });

const pull = z.object({
  number: z.int(),
  title: z.string(),
  url: z.string(),
  state: z.enum(['open', 'merged', 'closed']),
  isDraft: z.boolean(),
  createdAt: instant,
  mergedAt: maybeInstant,
});

/** What git says of one agent's worktree and branch. */
const gitAgentSchema = z.object({
  owner: z.string(),
  role: z.string(),
  path: z.string(),
  isMissing: z.boolean(),
  branch: z.string().nullable(),
  head: z.string().nullable(),
  naming: z.enum(['prefixed', 'base', 'none', 'parent', 'unprefixed']),
  startedFromParent: z.boolean().nullable(),
  branchPrefix: z.string().nullable(),
  ownCommits: list(commit),
  dirtyFiles: list(z.string()),
  untrackedFiles: list(z.string()),
  uncommittedSince: maybeInstant,
  unpushed: z.object({ count: z.int(), oldestAt: maybeInstant }).nullable(),
  behind: z.int().nullable(),
  ahead: z.int().nullable(),
  operation: z.enum(['merge', 'rebase', 'cherry-pick', 'revert', 'bisect']).nullable(),
  isIndexLocked: z.boolean(),
  pull: z.union([pull, z.literal('unknown')]).nullable(),
});

export const gitStatusSchema = z.object({
  project: z.string(),
  path: z.string(),
  at: instant,
  parent: z.object({ name: z.string(), commit: z.string().nullable(), remoteCommit: z.string().nullable() }),
  remote: z.string().nullable(),
  pulls: z.object({ status: z.enum(['known', 'unknown']), why: z.string().nullable() }),
  agents: list(gitAgentSchema),
});

const order = z.object({ first: z.string(), second: z.string(), why: z.string() });

export const gitRadarSchema = z.object({
  project: z.string(),
  at: instant,
  owners: list(z.string()),
  pairs: list(
    z.object({
      owners: z.tuple([z.string(), z.string()]).readonly(),
      status: z.enum(['clean', 'overlap', 'conflict', 'unknown']),
      conflicts: list(z.object({ file: z.string(), kind: z.string(), isUncommitted: z.boolean() })),
      overlaps: list(z.string()),
      order,
      why: z.string().nullable(),
    }),
  ),
  rehearsed: z.int(),
  open: list(
    z.object({
      owners: z.tuple([z.string(), z.string()]).readonly(),
      file: z.string(),
      kind: z.string(),
      since: instant,
    }),
  ),
});

const conflict = z.object({
  file: z.string(),
  kind: z.string(),
  fileKind: z.enum(['test', 'code', 'other']),
});

const integrationStepSchema = z.object({
  branch: z.string(),
  owner: z.string().nullable(),
  role: z.string().nullable(),
  area: z.enum(['infrastructure', 'backend', 'frontend', 'docs', 'tests']),
  files: z.int(),
  commits: z.int(),
  tip: z.string(),
  state: z.enum(['waiting', 'merged', 'contained', 'conflict']),
  why: z.string(),
  conflicts: list(conflict),
});

const integrationSchema = z.object({
  id: z.string(),
  project: z.string(),
  kind: z.enum(['integration', 'rollback']),
  state: z.enum(['merging', 'conflict', 'untested', 'failed', 'tested', 'published', 'merged', 'abandoned']),
  parent: z.string(),
  base: z.string(),
  head: z.string(),
  steps: list(integrationStepSchema),
  pull: z.object({ number: z.int(), url: z.string() }).nullable(),
  createdAt: instant,
  dueAt: maybeInstant,
  mergedAt: maybeInstant,
});

const testRunSchema = z.object({
  sha: z.string(),
  command: list(z.string()),
  exitCode: z.int().nullable(),
  durationMs: z.int(),
  output: z.string(),
});

/** How far an integration or a rollback came, and what to do next. */
export const integrationAnswerSchema = z.object({
  project: z.string(),
  /** `planned` and `refused` change nothing. */
  outcome: z.enum([
    'planned',
    'refused',
    'conflict',
    'untested',
    'failed',
    'published',
    'merged',
    'abandoned',
  ]),
  checks: list(z.object({ name: z.string(), status: z.enum(['ok', 'warning', 'failed']), text: z.string() })),
  steps: list(integrationStepSchema),
  skipped: list(z.object({ branch: z.string(), why: z.string() })),
  integration: integrationSchema.nullable(),
  path: z.string().nullable(),
  test: testRunSchema.nullable(),
  did: list(z.string()),
  next: z.string().nullable(),
});

export const gitSyncSchema = z.object({
  agent: z.string(),
  branch: z.string().nullable(),
  source: z.string(),
  behind: z.int(),
  status: z.enum(['current', 'merged', 'left']),
  head: z.string().nullable(),
  text: z.string(),
  conflicts: list(conflict),
});

export const gitCheckSchema = z.object({
  project: z.string(),
  at: instant,
  parent: z.string(),
  fetch: z.string(),
  branches: list(
    z.object({
      branch: z.string(),
      owner: z.string().nullable(),
      upstream: z.string().nullable(),
      ahead: z.int().nullable(),
      behind: z.int().nullable(),
      behindParent: z.int().nullable(),
      files: z.int(),
      insertions: z.int(),
      deletions: z.int(),
    }),
  ),
  overlaps: list(z.object({ file: z.string(), branches: list(z.string()) })),
  parentCommits: list(
    z.object({
      sha: z.string(),
      subject: z.string(),
      author: z.string(),
      at: instant,
      isMerge: z.boolean(),
    }),
  ),
  graph: list(z.string()),
  syncs: list(z.object({ agent: z.string(), sha: z.string(), dueAt: instant, isOverdue: z.boolean() })),
});

export const laneStatusSchema = z.object({
  project: z.string(),
  isOn: z.boolean(),
  why: z.string(),
  modes: list(z.string()),
  cycleMinutes: z.int().nullable(),
  lanes: list(
    z.object({
      from: z.string(),
      to: z.string(),
      merges: z.boolean(),
      targetMs: z.int(),
      arrived: z.int(),
      late: z.int(),
      waiting: z.int(),
      medianMs: z.int().nullable(),
      lastMs: z.int().nullable(),
    }),
  ),
  recent: list(
    z.object({
      source: z.string(),
      receiver: z.string(),
      sha: z.string(),
      subject: z.string(),
      committedAt: instant,
      outcome: z.enum(['waiting', 'handed-over', 'conflict', 'merged', 'taken']),
      settledAt: maybeInstant,
    }),
  ),
  timings: list(
    z.object({
      kind: z.string(),
      targetMs: z.int(),
      count: z.int(),
      late: z.int(),
      medianMs: z.int().nullable(),
      longestMs: z.int().nullable(),
    }),
  ),
});
