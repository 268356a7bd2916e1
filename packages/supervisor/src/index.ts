export { judgeChannel, type ChannelHistory, type ChannelVerdict } from './channel.ts';
export { ChannelPolicy, HealthPolicy, RestartPolicy } from './config.ts';
export { judgeHealth, type HealthFacts, type HealthVerdict } from './health.ts';
export {
  decideRestart,
  type Exit,
  type RestartDecision,
  type RestartInput,
  type RestartRecord,
} from './restart.ts';
export { DeadlockPolicy, FailurePolicy, OrphanPolicy, UsageLimits } from './care-config.ts';
export { findDeadlocks, type Deadlock, type Debt } from './deadlock.ts';
export { decideFailureCourse, type FailureCourse } from './failure.ts';
export { findOrphans, type Suspect } from './orphans.ts';
export { judgeUsage, type Usage } from './usage.ts';
