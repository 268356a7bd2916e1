import { z } from 'zod';
import { errors } from './errors.ts';
import type { TaskInput, TaskRecord } from './types.ts';

// The id of a task is the id of its message too, so it keeps to what is safe in every place an id goes.
const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
// A delivered text names its message by at most 64 characters, and a round may add some to the id.
const ID_CHARACTERS_MAX = 60;
const PRIORITY_MAX = 999;

const name = z
  .string()
  .regex(NAME, 'a name holds a-z, 0-9 and -, and begins and ends with a letter or digit');
const text = z.string().min(1);

const inputSchema = z.strictObject({
  id: z.string(),
  title: text,
  objective: z.string().default(''),
  criteria: z.array(text).default([]),
  role: text,
  assignee: text.nullable().default(null),
  after: z.array(z.string()).default([]),
  priority: z.int().min(0).max(PRIORITY_MAX).default(0),
  phase: text.nullable().default(null),
  order: z.int().nonnegative().optional(),
});

/**
 * Reads what a plan says into records that have not begun.
 *
 * @throws ORC_TASKS_INVALID, ORC_TASKS_DUPLICATE_ID
 */
export function readPlan(
  project: string,
  inputs: readonly TaskInput[],
  { firstOrder, createdAt }: { readonly firstOrder: number; readonly createdAt: number },
): TaskRecord[] {
  check(name, project, ['project']);
  const records = inputs.map((input, index) => readTask(project, input, index, firstOrder, createdAt));
  const seen = new Set<string>();
  for (const { id } of records) {
    if (seen.has(id)) throw errors.duplicateId(id);
    seen.add(id);
  }
  return records;
}

function readTask(
  project: string,
  input: TaskInput,
  index: number,
  firstOrder: number,
  createdAt: number,
): TaskRecord {
  const { order = firstOrder + index, ...task } = check(inputSchema, input, [index]);
  return {
    ...task,
    order,
    project,
    id: fullId(project, task.id),
    after: [...new Set(task.after.map((each) => fullId(project, each)))],
    createdAt,
    handedOutAt: null,
    startedAt: null,
    blockedReason: null,
    blockedBy: null,
    outcome: null,
    outcomeAt: null,
    outcomeBy: null,
    outcomeText: null,
    round: 1,
  };
}

function fullId(project: string, id: string): string {
  const own = id.startsWith(`${project}.`) ? id.slice(project.length + 1) : id;
  const full = `${project}.${own}`;
  check(
    name.refine(() => full.length <= ID_CHARACTERS_MAX, `an id has at most ${ID_CHARACTERS_MAX} characters`),
    own,
    ['id'],
  );
  return full;
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: (string | number)[],
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw errors.invalid(
    result.error.issues.map(({ path, message }) => ({ path: [...at, ...path].join('.'), message })),
  );
}

/**
 * Refuses a plan that could never be worked through.
 *
 * @throws ORC_TASKS_UNKNOWN_DEPENDENCY, ORC_TASKS_CYCLE
 */
export function refuseEndlessPlan(added: readonly TaskRecord[], known: ReadonlyMap<string, unknown>): void {
  const byId = new Map(added.map((task) => [task.id, task]));
  for (const { id, after } of added) {
    const missing = after.find((each) => !byId.has(each) && !known.has(each));
    if (missing !== undefined) throw errors.unknownDependency(id, missing);
  }
  // Known tasks cannot wait for new ones, so a cycle holds new tasks only. The walk keeps its own stack: a
  // plan may be a chain that is longer than the call stack is deep.
  const cleared = new Set<string>();
  for (const start of added) {
    const path: { readonly id: string; readonly rest: string[] }[] = [];
    const onPath = new Set<string>();
    const enter = (id: string) => {
      onPath.add(id);
      path.push({ id, rest: [...(byId.get(id)?.after ?? [])] });
    };
    if (!cleared.has(start.id)) enter(start.id);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        cleared.add(top.id);
        onPath.delete(top.id);
        path.pop();
      } else if (onPath.has(next)) {
        const ids = path.map(({ id }) => id);
        throw errors.cycle([...ids.slice(ids.indexOf(next)), next]);
      } else if (byId.has(next) && !cleared.has(next)) {
        enter(next);
      }
    }
  }
}
