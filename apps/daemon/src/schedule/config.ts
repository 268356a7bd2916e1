import { SchedulerConfig } from '@orc/scheduler';
import { z } from 'zod';

const minutes = z.int().min(1).max(10_080);

/** A schedule that every agent of a role has for as long as it runs. */
const StandingSchedule = z
  .strictObject({
    role: z.string().min(1).describe('Role, without the number of a second agent.'),
    everyMinutes: minutes.optional().describe('Again and again; either this or cron.'),
    cron: z.string().optional().describe('Minute, hour, day, month and weekday.'),
    zone: z.string().optional().describe('Zone that cron is read in; the default is schedule.zone.'),
    note: z.string().min(1).max(10_000).describe('What the agent is told.'),
  })
  .refine(({ everyMinutes, cron }) => (everyMinutes === undefined) !== (cron === undefined), {
    message: 'say either everyMinutes or cron',
  });

export type StandingSchedule = z.infer<typeof StandingSchedule>;

export const ScheduleConfig = z.strictObject({
  checkIns: z
    .boolean()
    .default(true)
    .describe('Tell every running agent now and then to look at where it is.'),
  checkInMinutes: z
    .record(z.string(), minutes)
    .default({})
    .describe(
      'Minutes between check-ins by role; without an entry the role catalogue decides, bounded by the plan.',
    ),
  planMinutesMin: z
    .record(z.string(), minutes)
    .default({})
    .describe('The shortest time between check-ins by plan, in place of what the catalogue says.'),
  zone: z
    .string()
    .nullable()
    .default(null)
    .describe('Zone of cron expressions; null is that of this machine.'),
  standing: z.array(StandingSchedule).max(100).default([]).describe('What a role is told at its own pace.'),
  firing: SchedulerConfig.prefault({}),
});

export type ScheduleConfig = z.infer<typeof ScheduleConfig>;
