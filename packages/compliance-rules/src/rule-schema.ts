import { z } from 'zod';
import type { Condition } from './conditions.ts';
import { findDuration } from './durations.ts';
import { gitMoments, watchedThings, type GitMoment, type Watched } from './fields.ts';

export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

export interface Escalation {
  /** After so many repetitions, or … */
  readonly times?: number | undefined;
  /** … open for so many ms. */
  readonly afterMs?: number | undefined;
  readonly to: Severity;
}

/** One rule, complete and checked. Times in ms. */
export interface Rule {
  readonly id: string;
  readonly watches: Watched;
  /** Git rules only: which facts are judged. Of a rule that looks, the violation ends when the fact does. */
  readonly on: readonly GitMoment[];
  readonly title: string;
  readonly when: Condition;
  /** Why, with `{field}` for the values of the fact. */
  readonly says: string;
  readonly remedy: string;
  readonly severity: Severity;
  /** So long after an episode, the same is a part of it and told to nobody again. */
  readonly cooldownMs: number;
  /** So long a fact must be gone before its violation is resolved. */
  readonly settleMs: number;
  readonly escalate: Escalation | null;
  /** A commit message or push is refused, where hooks may refuse. */
  readonly refuse: boolean;
  readonly enabled: boolean;
  /** Requirements that it watches over. */
  readonly covers: readonly string[];
  /** Where its last word comes from. */
  readonly origin: string;
}

const duration = z.string().transform((text, context) => {
  const ms = findDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: 'say a time with its unit, such as 30m, 90s, 2h or 1d' });
  return z.NEVER;
});
const words = z.string().trim().min(1).max(2_000);

/**
 * A rule as it is written. Only `id` is required here: with the id of a rule that is there already, the rest
 * replaces what is said again.
 */
export const ruleEntry = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'an id has small letters, digits and dashes')
    .describe('Names the rule; the id of a built-in one changes that.'),
  watches: z.enum(watchedThings).optional().describe('Whether it judges messages, git, or how work goes on.'),
  on: z.array(z.enum(gitMoments)).min(1).optional().describe('Git rules: which facts it judges.'),
  title: words.optional().describe('What should be, in one line.'),
  when: z.unknown().optional().describe('When it is violated.'),
  says: words.optional().describe('Why, with {field} for the values of the fact.'),
  remedy: words.optional().describe('What to do about it.'),
  severity: z.enum(severities).optional(),
  cooldown: duration.optional().describe('So long the same is no news.'),
  settle: duration.optional().describe('So long the fact must be gone.'),
  escalate: z
    .strictObject({
      times: z.int().min(2).max(1_000).optional(),
      after: duration.optional(),
      to: z.enum(severities),
    })
    .refine(({ times, after }) => times !== undefined || after !== undefined, 'say times, after, or both')
    .nullable()
    .optional(),
  refuse: z.boolean().optional().describe('Refuses a commit message or a push.'),
  enabled: z.boolean().optional(),
  covers: z.array(z.string().max(20)).max(20).optional(),
});

export type RuleEntry = z.output<typeof ruleEntry>;
/** A rule as somebody writes it. */
export type RuleInput = z.input<typeof ruleEntry>;

/** True when the first is as bad as the other, or worse. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}
