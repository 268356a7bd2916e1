import { nameKey } from './names.ts';
import type { Drafts, TaskDraft } from './task-drafts.ts';
import { significantWords } from './significant-words.ts';

export interface Reference {
  /** Places in the list of drafts; none for something that is done already. */
  readonly tasks: readonly number[];
  /** True when the words fit several tasks. */
  readonly isVague: boolean;
}

const ALL = /^(?:all|everything|all (?:of )?(?:the )?(?:above|others?|other tasks|tasks))$/i;
const PREVIOUS = /^(?:the )?(?:previous|preceding|last) (?:task|item|step|one)$/i;
const NUMBER = /^(?:tasks?|items?|steps?|#|no\.?|nr\.?)?\s*#?(\d{1,6})$/i;
const RANGE = /^(?:tasks?|items?|steps?)?\s*(\d{1,4})\s*(?:-|–|to)\s*(\d{1,4})$/i;
const RANGE_MAX = 200;

/** Finds the tasks that a text such as "1, 3 and Parse input" means, seen from one of them. */
export function findReferences(
  drafts: Drafts,
  from: number,
  text: string,
): (Reference | { readonly unknown: string })[] {
  const whole = findOne(drafts, from, text);
  if (whole) return [whole];
  const parts = text
    .split(/[,;&]|\s+and\s+/i)
    .map((part) => part.trim())
    .filter(Boolean);
  return parts.flatMap(
    (part) => findRange(drafts, from, part) ?? [findOne(drafts, from, part) ?? { unknown: part }],
  );
}

function findRange(drafts: Drafts, from: number, text: string): Reference[] | undefined {
  const match = RANGE.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2]);
  if (!match || last < first || last - first > RANGE_MAX) return undefined;
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
  const found = numbers.map((number) => findOne(drafts, from, number));
  return found.every((each) => each !== undefined) ? found : undefined;
}

function findOne(drafts: Drafts, from: number, text: string): Reference | undefined {
  const { tasks } = drafts;
  const others = tasks
    .map((_, index) => index)
    .filter((index) => index !== from && tasks[index]?.isClosing !== true);
  if (ALL.test(text)) return exactly(others.filter((index) => index < from));
  if (PREVIOUS.test(text)) return exactly(others.filter((index) => index === from - 1));
  return (
    byName(drafts, from, others, text) ?? byNumber(drafts, from, others, text) ?? byWords(tasks, others, text)
  );
}

/** The title or label of a task, of the item it is a part of, of a phase, or of something that is done. */
function byName(
  { tasks, phases, done }: Drafts,
  from: number,
  others: readonly number[],
  text: string,
): Reference | undefined {
  const key = nameKey(text);
  if (key === '') return undefined;
  const isNamed = (each: Pick<TaskDraft, 'title' | 'label'> | null) =>
    each !== null && (nameKey(each.title) === key || (each.label !== null && nameKey(each.label) === key));
  const named = others.filter(
    (index) => isNamed(tasks[index] ?? null) || isNamed(tasks[index]?.group ?? null),
  );
  if (named.length > 0) return exactly(named);
  if (done.some(isNamed)) return exactly([]);
  const phase = phases.findIndex(
    ({ title }) => nameKey(title) === key || nameKey(title.split(/[:.–—-]/)[0] ?? '') === key,
  );
  // A task that waited for its own phase would wait for itself.
  if (phase < 0 || phase === tasks[from]?.phase) return undefined;
  return exactly(others.filter((index) => tasks[index]?.phase === phase));
}

/** A number means the item of the same list first, and otherwise the only one that has it. */
function byNumber(
  { tasks, done }: Drafts,
  from: number,
  others: readonly number[],
  text: string,
): Reference | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const number = Number(match[1]);
  const has = (index: number) => (tasks[index]?.group ?? tasks[index])?.ordinal === number;
  const numbered = others.filter(has);
  const near = numbered.filter((index) => tasks[index]?.section === tasks[from]?.section);
  if (near.length > 0) return exactly(near);
  const sections = new Set(numbered.map((index) => tasks[index]?.section));
  if (sections.size === 1) return exactly(numbered);
  if (sections.size > 1) return undefined;
  return done.some(({ ordinal }) => ordinal === number) ? exactly([]) : undefined;
}

/** "the parser" for a task called "Write the parser". */
function byWords(
  tasks: readonly TaskDraft[],
  others: readonly number[],
  text: string,
): Reference | undefined {
  const wanted = significantWords(text);
  if (wanted.size === 0) return undefined;
  const fitting = others.filter((index) => {
    const words = significantWords(tasks[index]?.title ?? '');
    return [...wanted].every((word) => words.has(word));
  });
  return fitting.length === 0 ? undefined : { tasks: fitting, isVague: fitting.length > 1 };
}

function exactly(tasks: readonly number[]): Reference {
  return { tasks, isVague: false };
}
