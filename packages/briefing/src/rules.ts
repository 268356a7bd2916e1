import { z } from 'zod';
import { errors } from './errors.ts';

const minutes = (most: number) => z.int().min(1).max(most);

/** The numbers of the rules that every agent is told; what is checked elsewhere must be configured with the same. */
export const BriefingRules = z.strictObject({
  commitMinutes: minutes(1_440).default(30).describe('A commit at least this often.'),
  commitMinutesMax: minutes(1_440).default(60).describe('Never longer without one.'),
  pushMinutes: minutes(1_440).default(15).describe('From a significant commit to its push.'),
  pullRequestMinutes: minutes(1_440).default(30).describe('From a push to its pull request.'),
  mergeMinutes: minutes(10_080).default(120).describe('From a pull request to its merge.'),
  pullMinutes: minutes(1_440).default(60).describe('From an integration to everybody having it.'),
  conflictMinutes: minutes(1_440).default(30).describe('To resolve a conflict.'),
  behindCommitsMax: z.int().min(1).max(1_000).default(20).describe('Commits behind the parent branch.'),
  blockedMinutes: minutes(1_440).default(10).describe('Blocked for longer is escalated.'),
  exchangesMax: z.int().min(1).max(100).default(3).describe('Messages to and fro before the hub decides.'),
});
export type BriefingRules = z.infer<typeof BriefingRules>;
export type BriefingRulesInput = z.input<typeof BriefingRules>;

/** @throws ORC_BRIEFING_BAD_RULES */
export function readRules(input: BriefingRulesInput = {}): BriefingRules {
  const result = BriefingRules.safeParse(input);
  if (result.success) return result.data;
  throw errors.badRules(
    result.error.issues.map(({ path, message }) => ({ path: z.core.toDotPath(path), message })),
  );
}
