export { composeActivitySummary, type Activity } from './activity.ts';
export { composeBriefing, composeRebrief } from './briefing.ts';
export { checkpointFileName, composeCheckpoint, type CheckpointInput } from './checkpoint.ts';
export { composeStatusRequest, composeSurvivalNotes } from './requests.ts';
export { BriefingRules, type BriefingRulesInput } from './rules.ts';
export { composeTask } from './task.ts';
export type {
  BriefedAgent,
  BriefedProject,
  BriefedTask,
  BriefingInput,
  GitStatus,
  RebriefInput,
  RebriefReason,
  StatusRequestInput,
  SurvivalInput,
  Teammate,
} from './types.ts';
