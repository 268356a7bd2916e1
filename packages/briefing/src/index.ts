export { composeBriefing, composeRebrief, composeSurvivalNotes } from './briefing.ts';
export { composeTask } from './task.ts';
export type { BriefedTask, Rebriefing, RebriefReason, Situation, Survival } from './types.ts';
