import { z } from 'zod';
import { define, flag, place, project } from './define.ts';

/** The daemon itself: its health, its configuration, its database. */
export const system = {
  health: define({
    access: 'agent',
    answer: z.object({ version: z.string(), pid: z.int(), startedAt: z.int(), home: z.string() }),
  }),
  shutdown: define({
    access: 'operator',
    // With `restart`, whoever meets no daemon in between starts it, as after a crash.
    body: z.strictObject({ restart: z.boolean().default(false) }),
    answer: z.object({ pid: z.int() }),
  }),
  doctor: define({
    access: 'operator',
    query: z.strictObject({ fix: flag }),
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
    body: z.strictObject({ path: place.optional() }),
    answer: z.object({ path: z.string() }),
  }),
  config: define({
    access: 'operator',
    query: z.strictObject({ project }),
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
