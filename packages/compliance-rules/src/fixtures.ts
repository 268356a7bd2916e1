import { findDuration } from './durations.ts';
import { errors } from './errors.ts';
import { fieldsOf, gitMoments, type Fact, type Field, type MessageFact, type Watched } from './fields.ts';
import type { FixtureEntry } from './fixture-schema.ts';
import { judge } from './judge.ts';
import type { Rule } from './rule-schema.ts';
import type { RulesDocument } from './rules-document.ts';
import { readText } from './text-facts.ts';

export interface FixtureResult {
  readonly name: string;
  readonly origin: string;
  readonly line: number;
  readonly isAsExpected: boolean;
  /** Empty when it is as expected. */
  readonly text: string;
}

/** One of `message`, `git` and `workflow`, with the facts in it. */
export type WrittenFact = Omit<FixtureEntry, 'name' | 'violates'>;

/** Judges the examples of a document: each must violate exactly the rules that it names. */
export function runFixtures(rules: readonly Rule[], document: RulesDocument): FixtureResult[] {
  return document.fixtures.map((fixture, index) => {
    const text = check(rules, fixture);
    const { name } = fixture;
    const line = document.lineOf(['fixtures', index]);
    return { name, origin: document.origin, line, isAsExpected: text === '', text };
  });
}

function check(rules: readonly Rule[], fixture: FixtureEntry): string {
  const fact = tryFact(fixture);
  if ('problem' in fact) return fact.problem;
  const { violations } = judge(rules, fact.fact);
  const found = violations.map(({ rule }) => rule);
  const unknown = fixture.violates.filter((id) => rules.every((rule) => rule.id !== id));
  const missed = fixture.violates.filter((id) => !found.includes(id) && !unknown.includes(id));
  const more = violations.filter(({ rule }) => !fixture.violates.includes(rule));
  return [
    ...unknown.map((id) => `there is no rule "${id}"`),
    ...missed.map((id) => `"${id}" is not violated`),
    ...more.map(({ rule, because }) => `"${rule}" is violated, too: ${because.join('; ')}`),
  ].join('. ');
}

/**
 * Reads a fact as it is written for a dry run: durations with their unit, and only what is known.
 *
 * @throws ORC_RULES_BAD_FACT
 */
export function readFact(entry: WrittenFact): Fact {
  const read = tryFact(entry);
  if ('problem' in read) throw errors.badFact(read.problem);
  return read.fact;
}

function tryFact(entry: WrittenFact): { fact: Fact } | { problem: string } {
  const given = (['message', 'git', 'workflow'] as const).filter((watched) => entry[watched] !== undefined);
  const [watched] = given;
  if (watched === undefined || given.length > 1)
    return { problem: 'it needs one of message, git and workflow, with the facts in it' };
  const read = readValues(watched, entry[watched] ?? {});
  if (typeof read === 'string') return { problem: read };
  if (watched === 'git') {
    const moment = gitMoments.find((each) => each === (entry.on ?? 'look'));
    if (!moment) return { problem: `"on" is one of ${gitMoments.join(', ')}` };
    return { fact: { watches: 'git', moment, ...read } };
  }
  if (watched === 'workflow') return { fact: { watches: 'workflow', ...read } };
  const { body } = read as Partial<MessageFact>;
  const text = typeof body === 'string' ? readText(body) : {};
  const fact: MessageFact = { watches: 'message', kind: 'note', via: 'ledger', ...text, ...read };
  return { fact };
}

function readValues(watched: Watched, values: Readonly<Record<string, unknown>>): object | string {
  const fields = fieldsOf(watched);
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field) return `${watched} facts have no "${name}"; they have ${Object.keys(fields).join(', ')}`;
    const known = readValue(field, value);
    if (known === undefined) return `${name} should be a ${field.type}`;
    read[name] = known;
  }
  return read;
}

function readValue({ type }: Field, value: unknown): unknown {
  if (type === 'duration') return typeof value === 'string' ? findDuration(value) : undefined;
  if (type === 'list') return Array.isArray(value) ? value.map(String) : undefined;
  if (type === 'text')
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  return typeof value === (type === 'flag' ? 'boolean' : 'number') ? value : undefined;
}
