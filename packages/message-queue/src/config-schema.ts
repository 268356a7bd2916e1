import { z } from 'zod';
import { settings } from './config.ts';

// Marked as pure, and the package as free of side effects, so that a program which only opens the queue is bundled
// without zod: loading zod takes a hook longer than its whole work.
function createSchema() {
  const numbers = Object.entries(settings).map(([name, setting]) => [
    name,
    z.int().min(setting.min).max(setting.max).default(setting.default).describe(setting.description),
  ]);
  return z.strictObject(
    Object.fromEntries(numbers) as { [Name in keyof typeof settings]: z.ZodDefault<z.ZodInt> },
  );
}

/** The settings of a queue, for a program that nests them in a schema of its own; `openQueue` needs no schema. */
export const QueueConfig = /* @__PURE__ */ createSchema();
export type QueueConfig = z.infer<typeof QueueConfig>;
