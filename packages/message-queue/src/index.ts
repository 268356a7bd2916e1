export { QueueConfig } from './config-schema.ts';
export type { QueueConfigInput } from './config.ts';
export { describePriority, fromSpecPriority, parsePriority, priorityBand } from './priority.ts';
export { openQueue } from './queue.ts';
export type {
  AdvanceInput,
  Distribution,
  Evidence,
  EvidenceStep,
  InjectOptions,
  LeaseOptions,
  ListFilter,
  Message,
  MessageState,
  Obligation,
  ObligationFilter,
  ParkedRecipient,
  Percentiles,
  PriorityBand,
  QueueCounts,
  Queue,
  QueueDeps,
  QueueStats,
  RecipientStats,
  SendInput,
  SweepResult,
  Transition,
  TransitionAction,
  Untold,
} from './types.ts';
