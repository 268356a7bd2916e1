export { agentStateNames, agentStateSchema, agentViewSchema, agentDetailSchema } from './agent.ts';
export { eventCountsSchema, eventSchema } from './event.ts';
export { messageSchema, messageStates, sendInputSchema, transitionSchema } from './message.ts';
export { planSchema, upInputSchema } from './plan.ts';
export { projectStatusSchema, statusSchema } from './status.ts';
export { scheduleSchema } from './schedule.ts';
export { taskSchema, taskStates } from './task.ts';
export { rescueSchema, worktreeSchema } from './work.ts';
export { publicationSchema } from './publication.ts';
