import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  findRuleBlocks,
  joinRules,
  readBuiltInRules,
  readRules,
  type Problem,
  type Rule,
  type RulesDocument,
} from '@orc/compliance-rules';
import { isErrno } from '@orc/errors';
import type { Project } from '@orc/registry';
import { operator } from '@orc/contracts';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';

/** A file that rules come from, and what was read in it last. */
interface Source {
  readonly path: string;
  /** Told to the user: `CLAUDE.md`, not where it lies. */
  readonly isMarkdown: boolean;
}

export interface Book {
  readonly rules: readonly Rule[];
  /** What is wrong with the files as they are now; the rules are the last ones that were right. */
  readonly problems: readonly Problem[];
  /** What stands beside the rules, for `orc rules test`. */
  readonly documents: readonly RulesDocument[];
}

export interface RuleBooks {
  /** The rules that a project is judged by. */
  of(project: Project | undefined): Book;
  /** Where a user writes rules: for one project, or for all. */
  fileOf(project: Project | undefined): string;
  /** Reads what has changed since the last time. */
  reload(): void;
  /** As `of`, with another text in the place of one file: for trying out. */
  tryOut(project: Project | undefined, path: string, text: string): Book;
}

const builtIn = readBuiltInRules();

/**
 * The rules of every project, read anew when a file has changed. Texts are compared, not times, so no change
 * can hide behind another one in the same second. What cannot be used changes nothing: the last text that
 * could be used stays, over restarts, too.
 */
export function createRuleBooks(
  { layout, registry, bus, log }: Pick<Parts, 'layout' | 'registry' | 'bus' | 'log'>,
  notices: Notices,
): RuleBooks {
  const home = join(layout.home, 'rules.yaml');
  const books = new Map<string, Book & { readonly texts: string }>();
  const goodKey = (path: string) => `rules.good:${path}`;

  const sourcesOf = (project: Project | undefined): Source[] => [
    { path: home, isMarkdown: false },
    ...(project ? projectSources(project) : []),
  ];
  const goodText = (path: string): string => {
    const text = registry.getValue(goodKey(path));
    return typeof text === 'string' ? text : '';
  };

  const load = (project: Project | undefined): void => {
    const key = project?.slug ?? '';
    const sources = sourcesOf(project).map((source) => ({ ...source, text: textOf(source.path) }));
    const texts = JSON.stringify(sources.map(({ text }) => text));
    const before = books.get(key);
    if (before?.texts === texts) return;
    const book = compose(sources, goodText);
    books.set(key, { ...book, texts });
    if (book.problems.length === 0)
      for (const { path, text } of sources) registry.setValue(goodKey(path), text);
    announce(project, book, before === undefined);
  };

  const announce = (project: Project | undefined, book: Book, isFirst: boolean): void => {
    const about = { source: 'rules', ...(project && { project: project.slug }) };
    const [problem] = book.problems;
    if (problem) {
      const where = `${problem.origin}:${problem.line}`;
      bus.publish('rules.broken', { problems: book.problems }, { ...about, severity: 'warning' });
      log.warn({ problem: problem.text, where }, 'rules cannot be used');
      notices.tell({
        recipient: project ? notices.hubOf(project) : operator,
        severity: 'warning',
        text: `The rules in ${where} cannot be used: ${problem.text}. The last ones that were right stay in use; check with "orc rules test".`,
      });
    } else if (!isFirst) bus.publish('rules.reloaded', { rules: book.rules.length }, about);
  };

  const of = (project: Project | undefined): Book => {
    const key = project?.slug ?? '';
    if (!books.has(key)) load(project);
    return books.get(key) ?? { rules: [], problems: [], documents: [] };
  };

  return {
    of,
    fileOf: (project) => (project ? join(project.path, '.orc', 'rules.yaml') : home),
    reload() {
      load(undefined);
      for (const project of registry.listProjects()) if (project.status === 'active') load(project);
    },
    tryOut(project, path, text) {
      const sources = sourcesOf(project).map((source) => ({
        ...source,
        text: source.path === path ? text : textOf(source.path),
      }));
      const all = sources.some((source) => source.path === path)
        ? sources
        : [...sources, { path, isMarkdown: path.endsWith('.md'), text }];
      const documents = all.flatMap(documentsOf);
      const { rules, problems } = joinRules([builtIn, ...documents]);
      return { rules, problems, documents };
    },
  };
}

type ReadSource = Source & { readonly text: string };

/** The rules of these texts; of a file that cannot be used, those of its last text that could. */
function compose(sources: readonly ReadSource[], goodText: (path: string) => string): Book {
  const now = sources.map((source) => ({ source, documents: documentsOf(source) }));
  const all = now.flatMap(({ documents }) => documents);
  const { rules, problems } = joinRules([builtIn, ...all]);
  if (problems.length === 0) return { rules, problems, documents: all };
  const wrong = new Set(problems.map(({ origin }) => origin));
  const good = now.flatMap(({ source, documents }) =>
    wrong.has(source.path) ? documentsOf({ ...source, text: goodText(source.path) }) : documents,
  );
  const last = joinRules([builtIn, ...good]);
  // A file that leaned on another one may be wrong without it; then only what stands by itself is left.
  const alone = last.problems.length === 0 ? last : joinRules([builtIn]);
  return { rules: alone.rules, problems, documents: good };
}

function projectSources({ path }: Project): Source[] {
  return [
    { path: join(path, '.orc', 'rules.yaml'), isMarkdown: false },
    { path: join(path, 'CLAUDE.md'), isMarkdown: true },
  ];
}

function documentsOf({ path, isMarkdown, text }: ReadSource): RulesDocument[] {
  if (!isMarkdown) return [readRules(text, path)];
  return findRuleBlocks(text).map((block) => readRules(block.text, path, block.firstLine));
}

/** A file that is not there has no rules. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return '';
    throw error;
  }
}
