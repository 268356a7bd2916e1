import type { z } from 'zod';
import type { agentDetailSchema, agentStateSchema, agentViewSchema } from './agent.ts';
import type { budgetSchema, costsSchema } from './cost.ts';
import type { creditsSchema } from './credits.ts';
import type { eventSchema } from './event.ts';
import type {
  gitCheckSchema,
  gitRadarSchema,
  gitStatusSchema,
  gitSyncSchema,
  integrationAnswerSchema,
  laneStatusSchema,
} from './git.ts';
import type { machineSchema } from './machine.ts';
import type { messageSchema, movedMessageSchema, sendInputSchema, transitionSchema } from './message.ts';
import type { planSchema, upInputSchema } from './plan.ts';
import type { ruleViewSchema, verdictSchema, violationSchema } from './rules.ts';
import type { projectStatusSchema, statusSchema } from './status.ts';
import type { standupSchema } from './routing.ts';
import type { numbersSchema } from './numbers.ts';
import type { scheduleSchema } from './schedule.ts';
import type { taskSchema } from './task.ts';
import type { rescueSchema, worktreeSchema } from './work.ts';

export type AgentState = z.infer<typeof agentStateSchema>;
export type AgentView = z.infer<typeof agentViewSchema>;
export type AgentDetail = z.infer<typeof agentDetailSchema>;
export type BudgetView = z.infer<typeof budgetSchema>;
export type CostsView = z.infer<typeof costsSchema>;
export type CreditsView = z.infer<typeof creditsSchema>;
export type EventView = z.infer<typeof eventSchema>;
export type MachineView = z.infer<typeof machineSchema>;
export type MessageView = z.infer<typeof messageSchema>;
export type MovedMessage = z.infer<typeof movedMessageSchema>;
export type TransitionView = z.infer<typeof transitionSchema>;
export type SendRequest = z.input<typeof sendInputSchema>;
export type PlanView = z.infer<typeof planSchema>;
export type UpInput = z.input<typeof upInputSchema>;
export type ProjectStatus = z.infer<typeof projectStatusSchema>;
export type Status = z.infer<typeof statusSchema>;
export type StandupView = z.infer<typeof standupSchema>;
export type NumbersView = z.infer<typeof numbersSchema>;
export type ScheduleView = z.infer<typeof scheduleSchema>;
export type TaskView = z.infer<typeof taskSchema>;
export type RescueView = z.infer<typeof rescueSchema>;
export type WorktreeView = z.infer<typeof worktreeSchema>;
export type GitStatus = z.infer<typeof gitStatusSchema>;
export type GitRadar = z.infer<typeof gitRadarSchema>;
export type GitCheck = z.infer<typeof gitCheckSchema>;
export type GitSync = z.infer<typeof gitSyncSchema>;
export type IntegrationAnswer = z.infer<typeof integrationAnswerSchema>;
export type LaneStatus = z.infer<typeof laneStatusSchema>;
export type RuleView = z.infer<typeof ruleViewSchema>;
export type VerdictView = z.infer<typeof verdictSchema>;
export type ViolationView = z.infer<typeof violationSchema>;
