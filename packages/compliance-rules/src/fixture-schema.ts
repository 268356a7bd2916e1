import { z } from 'zod';

/** An example beside the rules: a fact, and exactly the rules that it must violate. */
export const fixtureEntry = z.strictObject({
  name: z.string().trim().min(1).max(200),
  message: z.record(z.string(), z.unknown()).optional(),
  git: z.record(z.string(), z.unknown()).optional(),
  workflow: z.record(z.string(), z.unknown()).optional(),
  /** Git facts only. Default: `look`. */
  on: z.string().optional(),
  violates: z.array(z.string()),
});

export type FixtureEntry = z.output<typeof fixtureEntry>;
