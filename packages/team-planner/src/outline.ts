import { createAssigner } from './assignment.ts';
import { loadCatalogue, type Catalogue } from './catalogue.ts';
import { linkTasks } from './links.ts';
import type { WorkPlan } from './outline-types.ts';
import type { Spec, TaskPriority } from './spec-types.ts';
import type { ProjectSurvey } from './survey-types.ts';
import { draftTasks, finalCriteria, type PhaseDraft, type TaskDraft } from './task-drafts.ts';
import { taskIds } from './task-ids.ts';
import type { TeamMember } from './team-types.ts';

export interface PlanWorkInput {
  readonly spec: Spec;
  readonly team: { readonly type: string; readonly members: readonly TeamMember[] };
  readonly survey: ProjectSurvey;
  /** Longest task id. Default 18, which leaves a project 40 characters of an id of 60. */
  readonly idCharactersMax?: number;
  readonly catalogue?: Catalogue;
}

const PRIORITIES: Readonly<Record<TaskPriority, number>> = { critical: 75, high: 30, normal: 5, low: 0 };
export const idCharactersMaxDefault = 18;
const TEST_ROLES = new Set(['tester', 'testrunner']);

/**
 * Phases and tasks from the form of a specification, without a model; the same text gives the same plan. Every
 * task has a role of the team and at least one criterion, and no task waits for itself.
 *
 * @throws ORC_PLANNER_DEPENDENCY_CYCLE, ORC_PLANNER_TOO_MANY_TASKS
 */
export function outlinePlan(input: PlanWorkInput): WorkPlan {
  const { spec, team, survey, catalogue = loadCatalogue() } = input;
  const drafts = draftTasks(spec);
  const tasks = drafts.tasks.map((task) => addTestCommand(task, survey));
  const assigner = createAssigner(catalogue, team);
  const assigned = tasks.map((task) => assigner.assign(task));
  const linked = linkTasks(drafts, (index) => TEST_ROLES.has(assigned[index]?.nature ?? ''));
  return finishPlan({
    planner: 'outline',
    phases: drafts.phases,
    tasks: tasks.map((task, index) => ({ ...task, title: linked.titles[index] ?? task.title })),
    assigned,
    links: linked.links,
    done: drafts.done.map(({ title }) => title),
    warnings: [...drafts.warnings, ...linked.warnings, ...assigner.warnings()],
    idCharactersMax: input.idCharactersMax ?? idCharactersMaxDefault,
  });
}

export interface UnfinishedPlan {
  readonly planner: string;
  readonly phases: readonly Pick<PhaseDraft, 'title'>[];
  readonly tasks: readonly TaskDraft[];
  readonly assigned: readonly { readonly role: string; readonly reason: string }[];
  readonly links: readonly { readonly task: number; readonly after: number; readonly reason: string }[];
  readonly done: readonly string[];
  readonly warnings: readonly string[];
  readonly idCharactersMax: number;
}

/** Gives tasks and phases their ids. */
export function finishPlan({
  phases,
  tasks,
  assigned,
  links,
  idCharactersMax,
  ...rest
}: UnfinishedPlan): WorkPlan {
  const ids = taskIds(
    tasks.map(({ title }) => title),
    idCharactersMax,
  );
  const idOf = (index: number) => ids[index] ?? '';
  const phaseId = (index: number) => `phase-${index + 1}`;
  return {
    planner: rest.planner,
    phases: phases.map(({ title }, phase) => ({
      id: phaseId(phase),
      title,
      tasks: ids.filter((_, index) => tasks[index]?.phase === phase),
    })),
    tasks: tasks.map((task, index) => ({
      id: idOf(index),
      title: task.title,
      objective: task.objective,
      criteria: finalCriteria(task),
      role: assigned[index]?.role ?? 'orchestrator',
      after: links.filter((link) => link.task === index).map(({ after }) => idOf(after)),
      priority: PRIORITIES[task.priority],
      phase: phaseId(task.phase),
    })),
    assignments: assigned.map(({ role, reason }, index) => ({ task: idOf(index), role, reason })),
    links: links.map(({ task, after, reason }) => ({ task: idOf(task), after: idOf(after), reason })),
    done: [...rest.done],
    warnings: [...rest.warnings],
  };
}

/** Whoever checks the whole should not have to guess how the tests of the project are run. */
function addTestCommand(task: TaskDraft, { testCommand }: ProjectSurvey): TaskDraft {
  if (!task.isClosing || testCommand === null) return task;
  const where = testCommand.directory === '' ? '' : ` in ${testCommand.directory}/`;
  return {
    ...task,
    objective: `${task.objective} The tests of the project run with "${testCommand.command}"${where}.`,
  };
}
