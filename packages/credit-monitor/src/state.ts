import { z } from 'zod';
import type { CreditPolicy } from './config.ts';
import { errors } from './errors.ts';
import { sources } from './signals.ts';

const time = z.number().int();
const source = z.enum(sources);

/** What was last heard of one window. `resetsAt` is as it was said; an estimate is never kept here. */
const readingSchema = z.object({
  window: z.string(),
  status: z.enum(['ok', 'warning', 'limited']),
  usedPercent: z.number().nullable(),
  resetsAt: time.nullable(),
  source,
  at: time,
  /** Who said `resetsAt`, which may be older than the rest. */
  resetSource: source.nullable(),
  /** Since when all of it is used; `null` while it is not. */
  fullSince: time.nullable(),
  warnedFor: time.nullable(),
});

const heldSchema = z.object({
  /** When it met the limit itself; `null` for one that is held because its account is limited. */
  metAt: time.nullable(),
  /** When it goes on, once the limit is known to be over. */
  goesOnAt: time.nullable(),
});

const endSchema = z.object({ resetsAt: time.nullable(), isEstimate: z.boolean(), source, at: time });

/**
 * One limit from the notice to the last agent that went on again:
 *
 *   limited     until the announced end and a little longer; nobody is asked anything
 *   verifying   one agent goes on; the others wait for what becomes of it
 *   resuming    it was answered, so the others follow one by one
 *
 * A limit that is met again on the way leads back to `limited`, in the next round.
 */
const episodeSchema = z.object({
  id: z.string(),
  account: z.string(),
  /** Whom it holds: the whole account, agents with this word in their model's name, or one agent. */
  model: z.string().nullable(),
  agentId: z.string().nullable(),
  kind: z.enum(['limit', 'throttle']),
  startedAt: time,
  phase: z.enum(['limited', 'verifying', 'resuming']),
  /** Since when; what was said before is about an earlier phase. */
  phaseSince: time,
  /** By window; `unknown` for a limit without a name. */
  ends: z.record(z.string(), endSchema),
  resumeAt: time,
  round: z.number().int(),
  failures: z.number().int(),
  probe: z.object({ agentId: z.string(), since: time }).nullable(),
  /** A person wants it to be tried, and it was not yet. */
  isAsked: z.boolean().default(false),
  tried: z.array(z.string()),
  /** What the team was told of it; each is told once. */
  told: z.array(z.enum(['limited', 'due', 'stuck'])),
  held: z.record(z.string(), heldSchema),
});

const endedSchema = z.object({
  id: z.string(),
  account: z.string(),
  windows: z.array(z.string()),
  startedAt: time,
  resetsAt: time.nullable(),
  isEstimate: z.boolean(),
  endedAt: time,
  rounds: z.number().int(),
});

/** How far an agent's own records were taken in: a file that is read again says nothing new. */
const markSchema = z.object({
  limitAt: time,
  answerAt: time,
  /** When it was last given a prompt, by whomever. */
  beginAt: time,
  /** How often in a row its requests came too fast. */
  throttles: z.number().int(),
});

const sampleSchema = z.object({ at: time, usedPercent: z.number() });

const stateSchema = z.object({
  version: z.literal(1),
  sequence: z.number().int(),
  readings: z.record(z.string(), z.record(z.string(), readingSchema)),
  samples: z.record(z.string(), z.record(z.string(), z.array(sampleSchema))),
  episodes: z.array(episodeSchema),
  marks: z.record(z.string(), markSchema),
  history: z.array(endedSchema),
});

export type Reading = z.infer<typeof readingSchema>;
export type Episode = z.infer<typeof episodeSchema>;
/** Everything that is known of every account's limits: plain JSON, to be kept between processes. */
export type CreditState = z.infer<typeof stateSchema>;

function emptyState(): CreditState {
  return { version: 1, sequence: 0, readings: {}, samples: {}, episodes: [], marks: {}, history: [] };
}

/** Reads what was kept; nothing kept is an empty state. @throws ORC_CREDITS_BAD_STATE */
export function parseState(value: unknown): CreditState {
  if (value === undefined || value === null) return emptyState();
  const result = stateSchema.safeParse(value);
  if (!result.success) throw errors.badState(z.prettifyError(result.error));
  return result.data;
}

/** An agent as the governor needs to know it. */
export interface CreditAgent {
  readonly id: string;
  /** Agents of one account share its windows. */
  readonly account: string;
  /** The model that answered it last, when that is known. */
  readonly model: string | null;
  readonly isRunning: boolean;
}

export interface CreditContext {
  readonly now: number;
  readonly policy: CreditPolicy;
  /** Every agent there is, of all accounts. */
  readonly agents: readonly CreditAgent[];
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** What follows from a step. Each names what it is about, so that doing it twice can be told from twice. */
export type CreditEffect =
  /** An agent was stopped in the middle of its work and nothing has begun a turn since: say "go on", once. */
  | { readonly type: 'continue'; readonly key: string; readonly agentId: string; readonly episode: Episode }
  /** Tell whoever coordinates the team, once. */
  | {
      readonly type: 'tell';
      readonly key: string;
      readonly what: 'limited' | 'due' | 'stuck';
      readonly episode: Episode;
    }
  | {
      readonly type: 'event';
      readonly key: string;
      readonly name: `credits.${string}`;
      readonly severity: 'info' | 'warning';
      readonly agentId: string | null;
      readonly account: string;
      readonly data: Readonly<Record<string, unknown>>;
    };

export interface CreditStep {
  readonly state: CreditState;
  readonly effects: readonly CreditEffect[];
}

/** True for agents that a limit of this episode concerns. */
export function isConcerned(episode: Episode, agent: CreditAgent): boolean {
  if (agent.account !== episode.account) return false;
  if (episode.agentId !== null) return agent.id === episode.agentId;
  // Whose model is not known may be working on another one; it is held once it meets the limit itself.
  return episode.model === null || (agent.model?.toLowerCase().includes(episode.model) ?? false);
}

/** The announced end of all its windows; `null` when one of them is not known. */
export function endOf(episode: Episode): { readonly at: number | null; readonly isEstimate: boolean } {
  const ends = Object.values(episode.ends);
  const at = ends.some(({ resetsAt }) => resetsAt === null)
    ? null
    : Math.max(...ends.map(({ resetsAt }) => resetsAt as number));
  return { at, isEstimate: ends.some(({ isEstimate }) => isEstimate) };
}
