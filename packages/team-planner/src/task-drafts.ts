import { errors } from './errors.ts';
import type { Spec, SpecDependency, SpecItem, SpecSection, TaskPriority } from './spec-types.ts';
import {
  CRITERIA_LABEL,
  criteriaOf,
  criteriaUnder,
  findPhaseRoot,
  findWorkSources,
  isOneTask,
} from './work-sources.ts';

/** A task before it has an id and an assignee. Its place in the list is what others refer to it by. */
export interface TaskDraft {
  readonly title: string;
  readonly objective: string;
  readonly criteria: readonly string[];
  readonly roleHint: string | null;
  readonly priority: TaskPriority;
  /** Index of its phase. */
  readonly phase: number;
  /** Index of the section it came from; `null` for one that was made up. */
  readonly section: number | null;
  readonly sectionTitle: string;
  readonly ordinal: number | null;
  readonly label: string | null;
  /** The item that it is a part of. */
  readonly group: Pick<TaskDraft, 'title' | 'ordinal' | 'label'> | null;
  readonly after: readonly SpecDependency[];
  /** True for the task at the end that checks what the whole must fulfil. */
  readonly isClosing: boolean;
}

export interface PhaseDraft {
  readonly title: string;
  readonly order: SpecSection['order'];
}

export interface Drafts {
  readonly tasks: readonly TaskDraft[];
  readonly phases: readonly PhaseDraft[];
  /** Items that are checked off: others may wait for them, and then wait for nothing. */
  readonly done: readonly SpecItem[];
  readonly warnings: readonly string[];
}

const TASKS_MAX = 200;
const CRITERIA_MAX = 40;
const TITLE_CHARACTERS_MAX = 120;
const CRITERION_CHARACTERS_MAX = 400;
const OBJECTIVE_CHARACTERS_MAX = 3_000;

/** @throws ORC_PLANNER_TOO_MANY_TASKS */
export function draftTasks(spec: Spec): Drafts {
  const all = collect(spec, itemTasks);
  if (all.tasks.length <= TASKS_MAX) return all;
  const grouped = collect(spec, sectionTask);
  if (grouped.tasks.length > TASKS_MAX) throw errors.tooManyTasks(grouped.tasks.length, TASKS_MAX);
  const warning = `The specification has ${all.tasks.length} items, so each of its sections is one task (${grouped.tasks.length}).`;
  return { ...grouped, warnings: [warning] };
}

type Cutter = (section: SpecSection, phase: number) => TaskDraft[];

function collect(spec: Spec, cutter: Cutter): Drafts {
  const sources = findWorkSources(spec);
  const phases: PhaseDraft[] = [];
  const phaseOf = new Map<number, number>();
  const tasks: TaskDraft[] = [];
  const open: string[] = [];
  for (const section of sources.work) {
    const root = findPhaseRoot(spec, section);
    const phase = phaseOf.get(root.index) ?? phases.length;
    const made = isOneTask(spec, section, sources.isProse)
      ? [proseTask(spec, section, phase)]
      : cutter(section, phase);
    const criteria = criteriaUnder(spec, section);
    const [only] = made;
    // A lone task takes the criteria of its section; those of several tasks are checked at the end.
    if (made.length === 1 && only) tasks.push({ ...only, criteria: [...only.criteria, ...criteria] });
    else {
      tasks.push(...made);
      open.push(...criteria.map((criterion) => `${section.title}: ${criterion}`));
    }
    if (made.length === 0 || phaseOf.has(root.index)) continue;
    phaseOf.set(root.index, phase);
    phases.push({ title: root.title === '' || root.isTitle ? spec.title : root.title, order: root.order });
  }
  const done = sources.work.flatMap(({ items }) => checkedOf(items));
  const criteria = [...new Set([...open, ...sources.criteria])];
  if (tasks.length > 0 && criteria.length > 0) {
    tasks.push(closingTask(criteria, phases.length));
    phases.push({ title: 'Acceptance', order: null });
  }
  const isAllDone = tasks.length === 0 && done.length > 0;
  const warnings = isAllDone ? ['Every item of the specification is checked off, so there is no task.'] : [];
  return { tasks, phases, done, warnings };
}

/** The criteria of a finished task: never none, none too long, and not too many to read. */
export function finalCriteria({ criteria, title }: Pick<TaskDraft, 'criteria' | 'title'>): string[] {
  if (criteria.length === 0)
    return [`"${title}" is done as described, committed, and its report says what was checked.`];
  const shown = criteria.slice(0, CRITERIA_MAX).map((each) => cut(each, CRITERION_CHARACTERS_MAX));
  const left = criteria.length - shown.length;
  return left === 0 ? shown : [...shown, `… and ${left} more, which stand in the specification.`];
}

const blank = {
  criteria: [],
  roleHint: null,
  priority: 'normal',
  section: null,
  sectionTitle: '',
  ordinal: null,
  label: null,
  group: null,
  after: [],
  isClosing: false,
} as const;

/** Makes a draft of texts that fit a board, whatever their length was. */
export function toDraft(
  task: Partial<TaskDraft> & Pick<TaskDraft, 'title' | 'objective' | 'phase'>,
): TaskDraft {
  return {
    ...blank,
    ...task,
    title: cut(task.title, TITLE_CHARACTERS_MAX),
    objective: cut(task.objective, OBJECTIVE_CHARACTERS_MAX),
  };
}

function itemTasks(section: SpecSection, phase: number): TaskDraft[] {
  return section.items.flatMap((item) => fromItem(section, phase, item));
}

function fromItem(section: SpecSection, phase: number, item: SpecItem): TaskDraft[] {
  if (item.isChecked === true) return [];
  // Parts that name a role or an order of their own are tasks, and the item is only what they are parts of.
  const isGroup = item.children.some(
    ({ roleHint, after, label }) => roleHint !== null || after.length > 0 || label !== null,
  );
  if (!isGroup) return [itemTask(section, phase, item)];
  const { title, ordinal, label } = item;
  return item.children
    .filter(({ isChecked }) => isChecked !== true)
    .map((child) =>
      toDraft({
        ...itemTask(section, phase, child),
        objective: `${textOf(child)}\nPart of: ${textOf(item)}`,
        roleHint: child.roleHint ?? item.roleHint,
        priority: child.priority ?? item.priority ?? 'normal',
        group: { title, ordinal, label },
        after: [...item.after, ...child.after],
      }),
    );
}

function itemTask(section: SpecSection, phase: number, item: SpecItem): TaskDraft {
  const { title, roleHint, ordinal, label, after, details, children } = item;
  const stated = details.split('\n').filter((line) => CRITERIA_LABEL.test(line));
  return toDraft({
    title,
    objective: textOf(item),
    criteria: [
      ...stated.map((line) => line.replace(CRITERIA_LABEL, '')).filter(Boolean),
      ...criteriaOf(children),
    ],
    roleHint,
    priority: item.priority ?? 'normal',
    phase,
    section: section.index,
    sectionTitle: section.title,
    ordinal,
    label,
    after,
  });
}

function textOf({ title, details }: SpecItem): string {
  return [title, ...details.split('\n').filter((line) => line !== '' && !CRITERIA_LABEL.test(line))].join(
    '\n',
  );
}

function proseTask(spec: Spec, section: SpecSection, phase: number): TaskDraft {
  const bare = section.title.replace(/^\d+(?:\.\d+)*[.)]?\s+/, '');
  const title = bare === '' || section.isTitle ? spec.title : bare;
  const objective = section.text === '' ? title : section.text;
  return toDraft({ title, objective, phase, section: section.index, sectionTitle: section.title });
}

/** For specifications that are too long for a task per item. */
function sectionTask(section: SpecSection, phase: number): TaskDraft[] {
  const items = section.items.filter(({ isChecked }) => isChecked !== true);
  if (items.length === 0) return [];
  const priorities = ['critical', 'high'] as const;
  return [
    toDraft({
      title: section.title === '' ? (items[0]?.title ?? '') : section.title,
      objective: [`${items.length} items of the specification.`, section.text].filter(Boolean).join('\n'),
      criteria: items.map((item) => item.title),
      priority: priorities.find((each) => items.some(({ priority }) => priority === each)) ?? 'normal',
      phase,
      section: section.index,
      sectionTitle: section.title,
    }),
  ];
}

function closingTask(criteria: readonly string[], phase: number): TaskDraft {
  return toDraft({
    title: 'Verify what the specification asks for',
    objective: 'Check every point against the finished work, and write down what was checked and how.',
    criteria,
    phase,
    isClosing: true,
  });
}

function checkedOf(items: readonly SpecItem[]): SpecItem[] {
  return items.flatMap((item) =>
    item.isChecked === true ? [item] : item.children.filter(({ isChecked }) => isChecked),
  );
}

function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const kept = text.slice(0, charactersMax - 1);
  const space = kept.lastIndexOf(' ');
  return `${(space > charactersMax / 2 ? kept.slice(0, space) : kept).replace(/[\uD800-\uDBFF]$/, '').trimEnd()}…`;
}
