import { errors } from './errors.ts';
import { findReferences } from './references.ts';
import { significantWords } from './significant-words.ts';
import type { Drafts, TaskDraft } from './task-drafts.ts';

export interface Link {
  readonly task: number;
  readonly after: number;
  readonly reason: string;
}

export interface Links {
  readonly links: readonly Link[];
  readonly warnings: readonly string[];
  /** Titles without the words that turned out to be dependencies, by place. */
  readonly titles: readonly string[];
}

/** Which tasks wait for which, kept free of cycles. */
export interface LinkGraph {
  /** @throws ORC_PLANNER_DEPENDENCY_CYCLE */
  readonly require: (task: number, after: number, reason: string) => void;
  /** Adds what was worked out, unless the two are linked already or it would close a cycle. */
  readonly suggest: (task: number, after: number, reason: string) => void;
  has(task: number): boolean;
  dependsOn(task: number, other: number): boolean;
  /** Those of the given tasks for which none of the others waits. */
  lastOf(tasks: readonly number[]): number[];
  links(): Link[];
}

export function createLinkGraph(titles: readonly string[]): LinkGraph {
  const after = titles.map(() => new Map<number, string>());
  const path = (from: number, to: number): number[] | undefined => {
    const cameFrom = new Map<number, number>([[from, from]]);
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === to) {
        const steps = [to];
        while (steps[0] !== from) steps.unshift(cameFrom.get(steps[0] ?? from) ?? from);
        return steps;
      }
      for (const next of after[at]?.keys() ?? [])
        if (!cameFrom.has(next)) {
          cameFrom.set(next, at);
          open.push(next);
        }
    }
    return undefined;
  };
  const dependsOn = (task: number, other: number) => path(task, other) !== undefined;
  return {
    require(task, other, reason) {
      const way = path(other, task);
      if (way) throw errors.dependencyCycle([task, ...way].map((index) => titles[index] ?? ''));
      if (!after[task]?.has(other)) after[task]?.set(other, reason);
    },
    suggest(task, other, reason) {
      if (!dependsOn(task, other) && !dependsOn(other, task)) after[task]?.set(other, reason);
    },
    has: (task) => (after[task]?.size ?? 0) > 0,
    dependsOn,
    lastOf: (tasks) =>
      tasks.filter((task) => !tasks.some((other) => other !== task && dependsOn(other, task))),
    links: () =>
      after.flatMap((others, task) =>
        [...others]
          .sort(([left], [right]) => left - right)
          .map(([other, reason]) => ({ task, after: other, reason })),
      ),
  };
}

/**
 * What the specification says of order, then what follows from it: tests wait for what they test, an ordered
 * phase for the end of the one before, and the closing task for all.
 *
 * @throws ORC_PLANNER_DEPENDENCY_CYCLE
 */
export function linkTasks(drafts: Drafts, isTest: (index: number) => boolean): Links {
  const { tasks } = drafts;
  const graph = createLinkGraph(tasks.map(({ title }) => title));
  const stated = readStated(drafts, graph);
  tasks.forEach((_, index) => {
    if (isTest(index) && !stated.isOrdered(index)) linkTest(tasks, index, isTest, graph);
  });
  linkPhases(drafts, graph, stated.isOrdered);
  const closing = tasks.findIndex(({ isClosing }) => isClosing);
  if (closing >= 0) {
    const others = tasks.map((_, index) => index).filter((index) => index !== closing);
    for (const last of graph.lastOf(others)) graph.suggest(closing, last, 'it checks all the work before it');
  }
  return { links: graph.links(), warnings: stated.warnings, titles: stated.titles };
}

interface Stated {
  readonly warnings: string[];
  readonly titles: string[];
  /** True for a task whose author said what it waits for. */
  readonly isOrdered: (index: number) => boolean;
}

function readStated(drafts: Drafts, graph: LinkGraph): Stated {
  const warnings: string[] = [];
  const ordered = new Set<number>();
  const titles = drafts.tasks.map(({ title, after }, index) => {
    let rest = title;
    for (const { text, source, isExplicit } of after) {
      const found = findReferences(drafts, index, text);
      const unknown = found.flatMap((each) => ('unknown' in each ? [each.unknown] : []));
      if (isExplicit)
        warnings.push(
          ...unknown.map((each) => `"${title}" waits for "${each}", and no single task is called that.`),
        );
      // Running text that names no task was no marker.
      else if (unknown.length > 0) continue;
      ordered.add(index);
      if (source !== '') rest = rest.replace(source, ' ').replaceAll(/\s+/g, ' ').trim();
      for (const each of found) {
        if ('unknown' in each) continue;
        if (each.isVague)
          warnings.push(
            `"${title}" waits for "${text}", which fits ${each.tasks.length} tasks; it waits for all of them.`,
          );
        const link = isExplicit && !each.isVague ? graph.require : graph.suggest;
        for (const other of each.tasks) link(index, other, 'the specification says so');
      }
    }
    return rest === '' ? title : rest;
  });
  return { warnings, titles, isOrdered: (index) => ordered.has(index) };
}

const WHOLE = /\b(?:all|whole|full|every|entire|complete)\b/i;

function linkTest(
  tasks: readonly TaskDraft[],
  index: number,
  isTest: (index: number) => boolean,
  graph: LinkGraph,
): void {
  const task = tasks[index];
  // A test plan says what is going to be tested, so it comes before the code or beside it.
  if (!task || /\bplans?\b/i.test(task.title)) return;
  const reachable = tasks
    .map((_, other) => other)
    .filter((other) => other !== index && (tasks[other]?.phase ?? 0) <= task.phase);
  if (WHOLE.test(task.title) && /\b(?:suites?|tests?)\b/i.test(task.title)) {
    const earlier = reachable.filter((other) => other < index);
    for (const last of graph.lastOf(earlier)) graph.suggest(index, last, 'it runs what was written before');
    return;
  }
  const wanted = significantWords(task.title);
  const fits = reachable
    .filter((other) => !isTest(other))
    .map((other) => ({ other, fit: fitOf(wanted, significantWords(tasks[other]?.title ?? '')) }))
    .filter(({ fit }) => fit >= FIT_MIN);
  const best = Math.max(...fits.map(({ fit }) => fit));
  for (const { other, fit } of fits)
    if (fit === best) graph.suggest(index, other, `it tests "${tasks[other]?.title ?? ''}"`);
}

const FIT_MIN = 0.5;

/** The share of a test's words that a task has; between equals the task with fewer other words fits better. */
function fitOf(wanted: ReadonlySet<string>, words: ReadonlySet<string>): number {
  const shared = [...wanted].filter((word) => words.has(word)).length;
  if (shared === 0) return 0;
  return shared / wanted.size + shared / words.size / 100;
}

function linkPhases(
  { tasks, phases }: Drafts,
  graph: LinkGraph,
  isOrdered: (index: number) => boolean,
): void {
  const inPhase = (phase: number) =>
    tasks.map((_, index) => index).filter((index) => tasks[index]?.phase === phase);
  const ordered = phases.map((_, index) => index).filter((index) => phases[index]?.order !== null);
  for (const [place, phase] of ordered.entries()) {
    const before = ordered[place - 1];
    if (before === undefined) continue;
    const last = graph.lastOf(inPhase(before));
    const own = inPhase(phase);
    const first = own.filter(
      (task) => !isOrdered(task) && !own.some((other) => other !== task && graph.dependsOn(task, other)),
    );
    const reason = `phase "${phases[phase]?.title ?? ''}" comes after "${phases[before]?.title ?? ''}"`;
    for (const task of first) for (const other of last) graph.suggest(task, other, reason);
  }
}
