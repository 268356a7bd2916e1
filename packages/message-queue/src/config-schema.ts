import { z } from 'zod';
import { settings } from './config.ts';

type Numbers = { [Name in keyof typeof settings]: z.ZodDefault<z.ZodInt> };

const numbers = Object.fromEntries(
  Object.entries(settings).map(([name, setting]) => [
    name,
    z.int().min(setting.min).max(setting.max).default(setting.default).describe(setting.description),
  ]),
) as Numbers;

/** The settings of a queue as a zod schema, for a program that nests it in its own; `openQueue` does not need it. */
export const QueueConfig = z.strictObject(numbers);
export type QueueConfig = z.infer<typeof QueueConfig>;
