import { describeError } from '@orc/errors';
import { createAssigner } from './assignment.ts';
import { findRole, loadCatalogue } from './catalogue.ts';
import { createLinkGraph } from './links.ts';
import type { WorkPlan } from './outline-types.ts';
import { finishPlan, idCharactersMaxDefault, outlinePlan, type PlanWorkInput } from './outline.ts';
import { planJsonSchema, planSchema, type AnsweredPlan } from './plan-schema.ts';
import { composePlanPrompt } from './plan-prompt.ts';
import { toDraft } from './task-drafts.ts';

/** Makes tasks of a specification. */
export interface Planner {
  readonly name: string;
  plan(input: PlanWorkInput): Promise<WorkPlan>;
}

/** Plans by the form of the specification, without a model. */
export function createOutlinePlanner(): Planner {
  return { name: 'outline', plan: async (input) => outlinePlan(input) };
}

/**
 * Plans with a model behind `ask`, which gets a prompt and a JSON schema. An answer that does not fit the
 * schema, has a cycle, or does not come is replaced by the outline, with a warning; `planner` of the plan says
 * who made it.
 */
export function createClaudePlanner({
  ask,
}: {
  readonly ask: (prompt: string, jsonSchema: Readonly<Record<string, unknown>>) => Promise<unknown>;
}): Planner {
  return {
    name: 'claude',
    async plan(input) {
      try {
        const answer = readAnswer(await ask(composePlanPrompt(input), planJsonSchema));
        return planFromAnswer(answer, input);
      } catch (error) {
        const outline = outlinePlan(input);
        const warning = `Claude gave no usable plan, so the outline of the specification is used: ${describeError(error)}`;
        return { ...outline, warnings: [warning, ...outline.warnings] };
      }
    },
  };
}

function readAnswer(answer: unknown): AnsweredPlan {
  const value: unknown = typeof answer === 'string' ? JSON.parse(withoutFence(answer)) : answer;
  const result = planSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new TypeError(`it does not fit the schema (${problems.join('; ')})`);
}

/** Models like to put JSON between the marks of a code block. */
function withoutFence(text: string): string {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  return start >= 0 && end > start ? text.slice(start, end + 1) : text;
}

function planFromAnswer({ phases }: AnsweredPlan, input: PlanWorkInput): WorkPlan {
  const { team, catalogue = loadCatalogue(), idCharactersMax = idCharactersMaxDefault } = input;
  const answered = phases.flatMap(({ tasks }, phase) => tasks.map((task) => ({ ...task, phase })));
  const places = new Map(answered.map(({ ref }, index) => [ref, index]));
  if (places.size !== answered.length) throw new TypeError('two of its tasks have the same ref');
  const warnings: string[] = [];
  const tasks = answered.map(({ title, objective, criteria, role, priority, phase }) => {
    const known = findRole(catalogue, role) ?? findRole(catalogue, role.replace(/-\d{1,2}$/, ''));
    if (!known) warnings.push(`Claude gave "${title}" to "${role}", which is no role.`);
    return toDraft({ title, objective, criteria, priority, phase, roleHint: known?.id ?? null });
  });
  const graph = createLinkGraph(tasks.map(({ title }) => title));
  for (const [index, { title, after }] of answered.entries())
    for (const ref of after) {
      const other = places.get(ref);
      if (other === undefined) warnings.push(`Claude lets "${title}" wait for "${ref}", which is no task.`);
      else graph.require(index, other, 'Claude planned it so');
    }
  const assigner = createAssigner(catalogue, team);
  const assigned = tasks.map((task) => {
    const { role, reason } = assigner.assign(task);
    return { role, reason: task.roleHint === role ? 'Claude chose this role' : reason };
  });
  return finishPlan({
    planner: 'claude',
    phases,
    tasks,
    assigned,
    links: graph.links(),
    done: [],
    warnings: [...warnings, ...assigner.warnings()],
    idCharactersMax,
  });
}
