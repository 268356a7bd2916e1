import { z } from 'zod';
import type { RouteName } from './paths.ts';
import { agentDetailSchema, agentViewSchema } from './schemas/agent.ts';
import { eventSchema } from './schemas/event.ts';
import { messageSchema, messageStates, sendInputSchema, transitionSchema } from './schemas/message.ts';
import { planSchema, upInputSchema } from './schemas/plan.ts';
import { statusSchema } from './schemas/status.ts';
import { taskSchema } from './schemas/task.ts';
import { rescueSchema, worktreeSchema } from './schemas/work.ts';

/** Who may call: the person at the keyboard only, or every agent too (each as itself). */
export type Access = 'operator' | 'agent';

const text = z.string().max(4_000_000);
const flag = z.stringbool().optional();
const count = z.coerce.number().int().min(1).max(10_000).optional();
const project = z.string().optional();
const agentParams = z.object({ project: z.string(), role: z.string() });
const changed = z.object({ changed: z.boolean(), text: z.string() });

const upResult = z.object({
  project: z.string(),
  changed: z.boolean(),
  did: z.array(z.string()),
  agents: z.array(agentViewSchema),
  tmuxSession: z.string(),
});

const define = <
  const Route extends {
    access: Access;
    params?: z.ZodType;
    query?: z.ZodType;
    body?: z.ZodType;
    /** What the daemon answers. A streaming call ends its progress lines with this. */
    answer: z.ZodType;
    isStream?: boolean;
  },
>(
  route: Route,
) => route;

const messageParams = z.object({ id: z.string() });

const system = {
  health: define({
    access: 'agent',
    answer: z.object({ version: z.string(), pid: z.int(), startedAt: z.int(), home: z.string() }),
  }),
  shutdown: define({
    access: 'operator',
    body: z.strictObject({ force: z.boolean().default(false) }),
    answer: z.object({ pid: z.int() }),
  }),
  doctor: define({
    access: 'operator',
    query: z.object({ fix: flag }),
    answer: z.object({
      checks: z.array(
        z.object({
          name: z.string(),
          status: z.enum(['ok', 'warning', 'failed', 'fixed']),
          text: z.string(),
          remedy: z.string().nullable(),
        }),
      ),
    }),
  }),
  backup: define({
    access: 'operator',
    body: z.strictObject({ path: z.string().optional() }),
    answer: z.object({ path: z.string() }),
  }),
  config: define({
    access: 'operator',
    query: z.object({ project }),
    answer: z.object({
      values: z.array(z.object({ key: z.string(), value: z.unknown(), origin: z.string() })),
      schema: z.unknown(),
    }),
  }),
  checkConfig: define({ access: 'operator', answer: z.object({ problems: z.array(z.string()) }) }),
  setConfig: define({
    access: 'operator',
    body: z.strictObject({ key: z.string(), value: z.unknown() }),
    answer: z.object({ key: z.string(), value: z.unknown(), path: z.string(), needsRestart: z.boolean() }),
  }),
};

const team = {
  plan: define({ access: 'operator', body: upInputSchema, answer: planSchema }),
  up: define({ access: 'operator', body: upInputSchema, answer: upResult, isStream: true }),
  resume: define({
    access: 'operator',
    body: z.strictObject({
      project,
      path: z.string().optional(),
      statusOnly: z.boolean().default(false),
      rebriefAll: z.boolean().default(false),
      addRoles: z.array(z.string()).default([]),
    }),
    answer: z.object({
      project: z.string(),
      changed: z.boolean(),
      did: z.array(z.string()),
      agents: z.array(
        agentViewSchema.extend({ verdict: z.enum(['active', 'dead', 'limited', 'ended']), plan: z.string() }),
      ),
    }),
    isStream: true,
  }),
  down: define({
    access: 'operator',
    body: z.strictObject({ project, path: z.string().optional(), force: z.boolean().default(false) }),
    answer: z.object({
      project: z.string(),
      changed: z.boolean(),
      did: z.array(z.string()),
      rescues: z.array(rescueSchema),
    }),
    isStream: true,
  }),
  status: define({ access: 'agent', query: z.object({ project }), answer: statusSchema }),
  events: define({
    access: 'operator',
    query: z.object({
      tail: count,
      since: z.coerce.number().int().optional(),
      types: z.string().optional(),
      follow: flag,
    }),
    answer: z.object({ events: z.array(eventSchema) }),
    isStream: true,
  }),
};

const messages = {
  send: define({ access: 'agent', body: sendInputSchema, answer: messageSchema }),
  broadcast: define({
    access: 'agent',
    body: sendInputSchema.omit({ id: true, to: true, after: true, inReplyTo: true }).extend({
      purpose: z.string().min(1).describe('Why everybody must know; kept as a tag.'),
    }),
    answer: z.object({ messages: z.array(messageSchema) }),
  }),
  messages: define({
    access: 'agent',
    query: z.object({
      project,
      agent: z.string().optional(),
      state: z.enum(messageStates).optional(),
      kind: z.string().optional(),
      limit: count,
    }),
    answer: z.object({ messages: z.array(messageSchema) }),
  }),
  message: define({
    access: 'agent',
    params: messageParams,
    answer: z.object({ message: messageSchema, history: z.array(transitionSchema) }),
  }),
  waitForMessage: define({
    access: 'agent',
    params: messageParams,
    query: z.object({
      state: z.enum(messageStates),
      timeoutMs: z.coerce.number().int().min(0).max(3_600_000),
    }),
    answer: z.object({ message: messageSchema, isReached: z.boolean() }),
  }),
  changeMessage: define({
    access: 'agent',
    params: z.object({ id: z.string(), action: z.enum(['retry', 'cancel', 'start', 'finish', 'fail']) }),
    body: z.strictObject({ text: text.optional() }),
    answer: messageSchema,
  }),
  inbox: define({
    access: 'agent',
    query: z.object({ agent: z.string().optional(), all: flag, limit: count, peek: flag }),
    answer: z.object({ agent: z.string(), unread: z.int(), messages: z.array(messageSchema) }),
  }),
};

const work = {
  tasks: define({
    access: 'agent',
    query: z.object({ project }),
    answer: z.object({ tasks: z.array(taskSchema) }),
  }),
  task: define({ access: 'agent', params: messageParams, answer: taskSchema }),
  changeTask: define({
    access: 'agent',
    params: z.object({
      id: z.string(),
      action: z.enum(['start', 'done', 'fail', 'block', 'unblock', 'assign', 'reopen']),
    }),
    body: z.strictObject({ text: text.optional(), assignee: z.string().optional() }),
    answer: taskSchema,
  }),
  report: define({
    access: 'agent',
    body: z.strictObject({
      role: z.string(),
      project,
      text: text.min(1),
      kind: z.enum(['completion', 'failure', 'blocked', 'status']).default('completion'),
    }),
    answer: z.object({ message: messageSchema }),
  }),
  worktrees: define({
    access: 'agent',
    query: z.object({ project }),
    answer: z.object({ worktrees: z.array(worktreeSchema) }),
  }),
  changeWorktrees: define({
    access: 'operator',
    params: z.object({ action: z.enum(['repair', 'clean']) }),
    body: z.strictObject({ project, force: z.boolean().default(false) }),
    answer: z.object({ did: z.array(z.string()), rescues: z.array(rescueSchema) }),
  }),
  rescues: define({
    access: 'agent',
    query: z.object({ project }),
    answer: z.object({ rescues: z.array(rescueSchema) }),
  }),
  rescue: define({
    access: 'agent',
    body: z.strictObject({ project, ref: z.string() }),
    answer: rescueSchema.extend({ files: z.array(z.string()), diff: z.string() }),
  }),
  restoreRescue: define({
    access: 'operator',
    body: z.strictObject({
      project,
      ref: z.string(),
      into: z.string().optional(),
      force: z.boolean().default(false),
    }),
    answer: z.object({ path: z.string(), files: z.array(z.string()) }),
  }),
};

const agents = {
  agents: define({
    access: 'agent',
    query: z.object({ project }),
    answer: z.object({ agents: z.array(agentViewSchema) }),
  }),
  addAgent: define({
    access: 'operator',
    body: z.strictObject({ project, role: z.string(), temporary: z.string().optional() }),
    answer: agentViewSchema,
  }),
  agent: define({ access: 'agent', params: agentParams, answer: agentDetailSchema }),
  changeAgent: define({
    access: 'operator',
    params: agentParams.extend({ action: z.enum(['start', 'stop', 'restart', 'end', 'brief']) }),
    body: z.strictObject({ force: z.boolean().default(false) }),
    answer: changed.extend({ agent: agentViewSchema, archive: z.string().optional() }),
  }),
  agentScreen: define({
    access: 'operator',
    params: agentParams,
    query: z.object({ history: count, escapes: flag }),
    answer: z.object({ screen: z.string() }),
  }),
  agentContext: define({
    access: 'agent',
    params: agentParams,
    answer: z.object({
      usedPercent: z.number().nullable(),
      windowTokens: z.int().nullable(),
      contexts: z.array(z.object({ at: z.int(), kind: z.string(), text: z.string() })),
    }),
  }),
  attachment: define({
    access: 'operator',
    params: agentParams,
    query: z.object({ readOnly: flag }),
    answer: z.object({ argv: z.array(z.string()) }),
  }),
};

const rawText = z.string();

// What the hook program says and hears is the client's own format, passed through as text.
const clientSide = {
  hooks: define({ access: 'agent', body: z.unknown(), answer: rawText }),
  wait: define({ access: 'agent', body: z.unknown(), answer: rawText }),
  statusLine: define({ access: 'agent', body: z.unknown(), answer: rawText }),
};

/** Every call of the daemon: who may make it, what it takes and what it answers. */
export const routes = {
  ...system,
  ...team,
  ...messages,
  ...work,
  ...agents,
  ...clientSide,
} satisfies Record<RouteName, object>;

export type Routes = typeof routes;

type Part<Name extends RouteName, Key extends string> = Key extends keyof Routes[Name]
  ? Routes[Name][Key] extends z.ZodType
    ? { readonly [K in Key]: z.input<Routes[Name][Key]> }
    : object
  : object;

/** What a caller passes. Query values travel as text, so a caller may give numbers and booleans. */
type QueryPart<Name extends RouteName> = 'query' extends keyof Routes[Name]
  ? Routes[Name]['query'] extends z.ZodType
    ? {
        readonly query?: {
          readonly [K in keyof z.output<Routes[Name]['query']>]:
            z.output<Routes[Name]['query']>[K] | undefined;
        };
      }
    : object
  : object;

export type RouteInput<Name extends RouteName> = Part<Name, 'params'> & QueryPart<Name> & Part<Name, 'body'>;
export type RouteOutput<Name extends RouteName> = Routes[Name]['answer'] extends z.ZodType
  ? z.output<Routes[Name]['answer']>
  : never;
