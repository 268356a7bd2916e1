export { errors } from './errors.ts';
export { openTaskBoard, type TaskBoard, type TaskBoardOptions, type TaskFilter } from './board.ts';
export { mergePlan, type PlanMerge } from './merge.ts';
export type { Statement } from './reporting.ts';
export type { Task, TaskInput, TaskOutcome, TaskReport, TaskState, WaitingReason } from './types.ts';
