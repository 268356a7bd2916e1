export { SchedulerConfig } from './config.ts';
export { errors } from './errors.ts';
export { judgeTarget, type TargetFacts } from './judge.ts';
export type { Keeper, KeeperOptions } from './keeper.ts';
export { openScheduler, type Scheduler, type SchedulerDeps, type SchedulerOptions } from './scheduler.ts';
export type { Firing, Outcome, Schedule, ScheduleFilter, ScheduleInput, Timing, Verdict } from './types.ts';
