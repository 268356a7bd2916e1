import { z } from 'zod';
import { instant, maybeInstant } from './time.ts';

const count = z.int().nonnegative();
const maybeMs = z.number().nullable();

/** Exact figures by nearest rank; null where nothing was measured. */
const distribution = z.object({
  count,
  averageMs: maybeMs,
  p50Ms: maybeMs,
  p95Ms: maybeMs,
  p99Ms: maybeMs,
  maxMs: maybeMs,
});

/** Undelivered messages: high from priority 10 on, low below 5. */
const depthByLevel = z.object({ high: count, normal: count, low: count });

export const numbersSchema = z.object({
  at: instant,
  depth: count,
  depthByLevel,
  duration: distribution.describe('How long work took.'),
  latency: distribution.describe('From a message being sent to being seen.'),
  agents: z.array(
    z.object({
      agent: z.string(),
      depth: count,
      depthByLevel,
      oldestAt: maybeInstant,
      isParked: z.boolean(),
      completed: count,
      failed: count,
      averageMs: maybeMs,
      p95Ms: maybeMs,
    }),
  ),
  slowest: z.array(
    z.object({
      id: z.string(),
      agent: z.string(),
      kind: z.string(),
      durationMs: count,
      finishedAt: maybeInstant,
      title: z.string(),
    }),
  ),
});

export const alertSchema = z.object({
  rule: z.string(),
  subject: z.string(),
  severity: z.enum(['warning', 'critical']),
  since: instant,
  peak: z.number(),
  calmSince: maybeInstant,
  text: z.string(),
});
