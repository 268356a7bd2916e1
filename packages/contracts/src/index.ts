export { agentIdOf, isAgentId, isSlug, newId, operator, parseAgentId, slugOf, type AgentId } from './ids.ts';
export { createClient, type CallInput, type Client, type Progress } from './client.ts';
export { errors } from './errors.ts';
export { createAnswerReader } from './http-answer.ts';
export { daemonTitle, layoutOf, type Layout } from './layout.ts';
export { parseTarget, type Target } from './target.ts';
export { paths, type RouteName } from './paths.ts';
export { routes, type Access, type RouteInput, type RouteOutput, type Routes } from './routes.ts';
export * as schemas from './schemas/index.ts';
export type {
  AgentDetail,
  AgentState,
  AgentView,
  BudgetView,
  CostsView,
  CreditsView,
  EventView,
  GitCheck,
  GitRadar,
  GitStatus,
  GitSync,
  IntegrationAnswer,
  LaneStatus,
  MachineView,
  MessageView,
  NumbersView,
  MovedMessage,
  PlanView,
  ProjectStatus,
  RescueView,
  ScheduleView,
  RuleView,
  SendRequest,
  StandupView,
  Status,
  TaskView,
  TransitionView,
  UpInput,
  VerdictView,
  ViolationView,
  WorktreeView,
} from './schemas/types.ts';
