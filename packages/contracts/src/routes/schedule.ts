import { z } from 'zod';
import { scheduleSchema } from '../schemas/schedule.ts';
import { define, flag, messageParams, project } from './define.ts';

/** What is to happen when. */
export const schedule = {
  schedules: define({
    access: 'agent',
    query: z.strictObject({ project, all: flag }),
    answer: z.object({ schedules: z.array(scheduleSchema) }),
  }),
  addSchedule: define({
    access: 'agent',
    body: z.strictObject({
      when: z.string().min(1).max(200).optional().describe('Minutes, or a cron expression of five fields.'),
      inMs: z.int().min(0).max(86_400_000).optional().describe('Once, after so long; in place of `when`.'),
      isRepeated: z.boolean().default(false).describe('Minutes are an interval.'),
      zone: z.string().max(60).optional().describe('IANA zone that cron is read in.'),
      note: z.string().min(1).max(10_000),
      target: z.string().min(1).max(200).optional().describe('The caller itself, or for a person the hub.'),
      project,
    }),
    answer: z.object({
      schedule: scheduleSchema,
      firedBy: z.object({ pid: z.int() }).describe('The living process that will fire it.'),
    }),
  }),
  cancelSchedule: define({
    access: 'agent',
    params: messageParams,
    body: z.strictObject({}),
    answer: scheduleSchema,
  }),
};
