import type { TaskInput, TaskRecord } from './types.ts';

type Known = Pick<TaskRecord, 'id' | 'title'>;

export interface PlanMerge {
  /** Tasks that the new plan has and the board has not, under ids that are free. */
  readonly added: TaskInput[];
  /** Tasks of the board that the new plan has no more. They stay. */
  readonly gone: Known[];
}

const ID_CHARACTERS_MAX = 60;

/**
 * Compares a changed plan with what is on the board. A task is the same when its title is: ids follow the
 * place in the plan, and shift when something is put in between. Nothing of the board is changed.
 */
export function mergePlan(project: string, known: readonly Known[], inputs: readonly TaskInput[]): PlanMerge {
  const waiting = new Map<string, Known[]>();
  for (const task of known) waiting.set(keyOf(task.title), [...(waiting.get(keyOf(task.title)) ?? []), task]);
  const taken = new Set(known.map(({ id }) => id));
  const finalIds = new Map<string, string>();
  const added: TaskInput[] = [];
  for (const input of inputs) {
    const same = waiting.get(keyOf(input.title))?.shift();
    const id = same?.id ?? freeId(wholeId(project, input.id), taken);
    finalIds.set(wholeId(project, input.id), id);
    if (same) continue;
    taken.add(id);
    added.push({ ...input, id });
  }
  const rename = (id: string) => finalIds.get(wholeId(project, id)) ?? id;
  return {
    added: added.map((input) => ({ ...input, after: (input.after ?? []).map(rename) })),
    gone: [...waiting.values()].flat(),
  };
}

function keyOf(title: string): string {
  return title.trim().toLowerCase().replaceAll(/\s+/g, ' ');
}

function wholeId(project: string, id: string): string {
  return id.startsWith(`${project}.`) ? id : `${project}.${id}`;
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  let candidate = id;
  for (let number = 2; taken.has(candidate); number += 1) {
    const suffix = `-${number}`;
    candidate = `${id.slice(0, ID_CHARACTERS_MAX - suffix.length).replace(/-+$/, '')}${suffix}`;
  }
  return candidate;
}
