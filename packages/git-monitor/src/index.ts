export { GitMonitorConfig, type GitMonitorConfigInput } from './config.ts';
export type {
  AgentFacts,
  BranchNaming,
  Commit,
  GitChange,
  PullRequest,
  Pulls,
  RepositoryFacts,
  WatchedAgent,
  WatchedRepository,
} from './facts.ts';
export { compareEpisodes, type Episode } from './episodes.ts';
export { type Health } from './health.ts';
export { createIntegrator, type Forwarded, type Integrator, type Merged } from './integrator.ts';
export type { Integration, IntegrationPlan, IntegrationStep, OwnedConflict } from './integration-types.ts';
export { openGitJournal, type GitJournal, type Sync, type TestRun } from './journal.ts';
export { judgeLane, lanesOf, type Lane, type LaneVerdict } from './lanes.ts';
export { type LaneSync } from './lane-records.ts';
export { medianOf, type TimingKind } from './timings.ts';
export { openGitMonitor, type GitMonitor, type GitMonitorDeps } from './monitor.ts';
export type { Radar, RadarConflict, RadarPair } from './radar.ts';
