import { z } from 'zod';
import { ruleViewSchema, rulesProblemSchema, verdictSchema, violationSchema } from '../schemas/rules.ts';
import { count, define, flag, project, text } from './define.ts';

const ruleId = z.object({ id: z.string() });
const written = z.record(z.string(), z.unknown()).optional();
const counts = z.object({ low: z.int(), medium: z.int(), high: z.int(), critical: z.int() });

/** What a team is held to, and what was found. */
export const rules = {
  rules: define({
    access: 'agent',
    query: z.strictObject({ project }),
    answer: z.object({
      isOn: z.boolean(),
      rules: z.array(ruleViewSchema),
      problems: z.array(rulesProblemSchema),
      fields: z.array(
        z.object({ watches: z.string(), name: z.string(), type: z.string(), what: z.string() }),
      ),
      file: z.string().describe('Where rules of this project, or of all projects, are written.'),
      open: counts,
    }),
  }),
  rule: define({
    access: 'agent',
    params: ruleId,
    query: z.strictObject({ project }),
    answer: z.object({ rule: ruleViewSchema, text: z.string() }),
  }),
  switchRules: define({
    access: 'operator',
    body: z.strictObject({ on: z.boolean() }),
    answer: z.object({ isOn: z.boolean() }),
  }),
  checkRules: define({
    access: 'agent',
    body: z.strictObject({
      project,
      message: z
        .strictObject({
          body: text,
          from: z.string().optional(),
          to: z.string().optional(),
          kind: z.string().optional(),
          tags: z.array(z.string()).max(100).optional(),
        })
        .optional(),
      git: z.boolean().optional().describe('Judges branches and work of the team as they are now.'),
      agent: z.string().optional(),
      fact: z
        .strictObject({ message: written, git: written, workflow: written, on: z.string().optional() })
        .optional()
        .describe('A fact as fixtures have it.'),
    }),
    answer: z.object({
      judged: z.array(
        z.object({
          agent: z.string(),
          watches: z.string(),
          violations: z.array(verdictSchema),
          kept: z.array(z.string()),
          facts: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  }),
  testRules: define({
    access: 'agent',
    body: z.strictObject({
      project,
      path: z.string().optional().describe('A file in the place of those in use.'),
      text: text.optional(),
    }),
    answer: z.object({
      problems: z.array(rulesProblemSchema),
      results: z.array(
        z.object({
          name: z.string(),
          origin: z.string(),
          line: z.int(),
          isAsExpected: z.boolean(),
          text: z.string(),
        }),
      ),
      rules: z.int(),
    }),
  }),
  violations: define({
    access: 'agent',
    query: z.strictObject({
      project,
      agent: z.string().optional(),
      rule: z.string().optional(),
      open: flag,
      since: z.coerce.number().int().optional(),
      limit: count,
    }),
    answer: z.object({ violations: z.array(violationSchema) }),
  }),
  resolveViolation: define({
    access: 'operator',
    params: z.object({ id: z.string() }),
    body: z.strictObject({ text: text.optional() }),
    answer: z.object({ changed: z.boolean(), violation: violationSchema }),
  }),
};
