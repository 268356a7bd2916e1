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
export { openGitMonitor, type GitMonitor, type GitMonitorDeps } from './monitor.ts';
export type { Radar, RadarConflict, RadarPair } from './radar.ts';
