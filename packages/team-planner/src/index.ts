export {
  getPlan,
  getProfile,
  getRole,
  getSize,
  getTemplate,
  loadCatalogue,
  type Catalogue,
  type Override,
  type Role,
} from './catalogue.ts';
export { detectType, type TypeDecision } from './detect-type.ts';
export { explainPlan } from './explain.ts';
export type { PlannedPhase, PlannedTask, WorkPlan } from './outline-types.ts';
export { outlinePlan, type PlanWorkInput } from './outline.ts';
export { planJsonSchema, planSchema } from './plan-schema.ts';
export { createClaudePlanner, createOutlinePlanner, type Planner } from './planner.ts';
export type { Spec, SpecItem, SpecSection } from './spec-types.ts';
export { parseSpec } from './spec.ts';
export type { ProjectSurvey } from './survey-types.ts';
export { surveyProject, type SurveyOptions } from './survey.ts';
export { teamMatrix } from './team-matrix.ts';
export type { TeamMatrix, TeamMember, TeamPlan } from './team-types.ts';
export { planTeam, type PlanTeamInput } from './team.ts';
