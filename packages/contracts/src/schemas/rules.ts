import { z } from 'zod';
import { instant, maybeInstant } from './time.ts';

const severity = z.enum(['low', 'medium', 'high', 'critical']);

export const ruleViewSchema = z.object({
  id: z.string(),
  watches: z.enum(['message', 'git', 'workflow']),
  on: z.array(z.string()).describe('Git rules: which facts are judged.'),
  title: z.string(),
  severity,
  enabled: z.boolean(),
  refuse: z.boolean(),
  remedy: z.string(),
  covers: z.array(z.string()),
  origin: z.string().describe('`built-in`, or the file that has the last word.'),
});

export const verdictSchema = z.object({
  rule: z.string(),
  severity,
  why: z.string(),
  because: z.array(z.string()),
  remedy: z.string(),
  isHint: z.boolean().describe('Words of a text decided, so a person may see it otherwise.'),
  refuse: z.boolean(),
});

export const rulesProblemSchema = z.object({ origin: z.string(), line: z.int(), text: z.string() });

export const violationSchema = z.object({
  id: z.string(),
  rule: z.string(),
  title: z.string(),
  project: z.string(),
  agent: z.string(),
  severity,
  state: z.enum(['open', 'resolved']),
  why: z.string(),
  because: z.array(z.string()),
  remedy: z.string(),
  isHint: z.boolean(),
  fact: z.unknown(),
  firstAt: instant,
  lastAt: instant,
  count: z.int(),
  escalatedAt: maybeInstant,
  resolvedAt: maybeInstant,
  resolvedBy: z.string().nullable(),
  resolution: z.string().nullable(),
});
