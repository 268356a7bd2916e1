import { isAgentId, isSlug } from '@orc/contracts';
import { z } from 'zod';
import { errors } from './errors.ts';

const instant = z.int().nonnegative();
const text = z.string().min(1);
const slug = z.string().refine(isSlug, 'a slug holds 1 to 48 of a-z, 0-9 and -');
const agentId = z.string().refine((value): boolean => isAgentId(value), 'an agent id reads project/role');
/** Anything that JSON can carry; `undefined`, functions and cycles cannot. */
export const json = z.unknown().refine(isJson, 'only a JSON value can be kept');

// Without defaults: in a patch, a default would overwrite what the patch does not mention.
const projectFields = z.strictObject({
  slug,
  name: text,
  path: text,
  parentBranch: text,
  specPath: text.nullable(),
  specText: z.string().nullable(),
  teamType: text,
  /** The subscription plan the team was sized for. */
  plan: text,
  size: text,
  runtime: text,
  tmuxSession: text,
  status: z.enum(['setting-up', 'active', 'stopping', 'stopped', 'failed']),
  /** The role that every report goes to. */
  hub: text,
  createdAt: instant,
  /** What the planner decided, as it was. */
  planDocument: json,
  /** Who signed the project off, when, and in which words; `null` until somebody did. */
  completion: z.strictObject({ at: instant, by: text, text: z.string() }).nullable(),
});

const agentFields = z.strictObject({
  id: agentId,
  project: slug,
  role: text,
  title: text,
  windowName: text,
  branch: text.nullable(),
  worktreePath: text.nullable(),
  runtime: text,
  /** Hexadecimal SHA-256 of the agent's token; the token itself is never kept here. */
  tokenHash: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 has 64 hexadecimal digits'),
  desired: z.enum(['running', 'stopped', 'ended']),
  paneId: text.nullable(),
  /** The tmux server that `paneId` belongs to: pane ids are given out again by the next server. */
  tmuxServer: z.strictObject({ pid: z.int().positive(), startTime: instant }).nullable(),
  pid: z.int().positive().nullable(),
  /** The kernel's start time of `pid`, which tells it from a later process with the same number. */
  pidStartedAt: text.nullable(),
  sessionId: text.nullable(),
  transcriptPath: text.nullable(),
  launchedAt: instant.nullable(),
  launchCount: z.int().nonnegative(),
  isTemporary: z.boolean(),
  purpose: z.string().nullable(),
  createdAt: instant,
  endedAt: instant.nullable(),
});

export const projectSchema = projectFields.extend({
  planDocument: json.default(null),
  completion: projectFields.shape.completion.default(null),
});
export const projectPatchSchema = projectFields.omit({ slug: true, createdAt: true }).partial();

export const agentSchema = agentFields
  .extend({ createdAt: instant.optional(), endedAt: agentFields.shape.endedAt.default(null) })
  .refine(({ id, project }) => id.startsWith(`${project}/`), 'the id begins with the project');
export const agentPatchSchema = agentFields.omit({ id: true, project: true, createdAt: true }).partial();

export const factSchema = z.strictObject({
  agentId,
  kind: text,
  value: json,
  source: z.enum([
    'hook',
    'process',
    'transcript',
    'session-record',
    'status-line',
    'screen',
    'operator',
    'credits',
  ]),
  at: instant,
});

export const restartSchema = z.strictObject({
  agentId,
  at: instant,
  cause: text,
  outcome: z.string().nullable(),
});

export const contextSchema = z.strictObject({
  agentId,
  briefing: z.string(),
  /** What occasioned the briefing, such as `launch` or `compacted`. */
  kind: text,
  at: instant,
  activitySummary: z.string().nullable(),
  checkpoint: json.default(null),
});

export const channelNoteSchema = z.strictObject({
  runtime: text,
  version: text,
  channel: text,
  /** `dropped`: the client took the text and did not use it. `silent`: nothing was heard of it. */
  outcome: z.enum(['proved', 'dropped', 'silent']),
  at: instant,
});

export const sessionSchema = z.strictObject({
  agentId,
  sessionId: text,
  transcriptPath: text.nullable(),
  startedAt: instant,
  /** How it began, in the client's words: `startup`, `resume`, `clear`, `fork` or `compact`. */
  source: text,
});

export type ProjectInput = z.input<typeof projectSchema>;
export type Project = z.output<typeof projectFields>;
export type ProjectPatch = Partial<Omit<Project, 'slug' | 'createdAt'>>;
/** `createdAt` defaults to now at the first save, and no later save changes it. */
export type AgentInput = z.input<typeof agentSchema>;
export type Agent = z.output<typeof agentFields>;
export type AgentPatch = Partial<Omit<Agent, 'id' | 'project' | 'createdAt'>>;
export type Fact = z.output<typeof factSchema>;
export type Restart = z.output<typeof restartSchema>;
export type ContextInput = z.input<typeof contextSchema>;
export type Context = z.output<typeof contextSchema>;
export type ChannelNote = z.output<typeof channelNoteSchema>;
/** What is known of one way into one version of a client. */
export type ChannelRecord = Omit<ChannelNote, 'outcome' | 'at'> & {
  readonly proofs: number;
  readonly failures: number;
  /** Failures since the last proof. */
  readonly failuresInRow: number;
  readonly provedAt: number | null;
  readonly failedAt: number | null;
  /** What the last failure was. */
  readonly failure: 'dropped' | 'silent' | null;
};
export type Session = z.output<typeof sessionSchema>;

/** @throws ORC_REGISTRY_INVALID */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  what: string,
  input: unknown,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw errors.invalid(
    what,
    result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  );
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}
