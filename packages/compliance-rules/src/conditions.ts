import { findDuration, formatDuration } from './durations.ts';
import { fieldsOf, type Field, type FieldType, type Watched } from './fields.ts';

export type Operand = string | number | boolean | readonly string[];

/** A condition as data: it can be stored, shown and compared. */
export type Condition =
  | { readonly type: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly type: 'not'; readonly of: Condition }
  | {
      readonly type: 'test';
      readonly field: string;
      readonly operator: Operator;
      readonly operand: Operand;
    };

export const operators = {
  is: ['text', 'number', 'flag'],
  isNot: ['text', 'number'],
  oneOf: ['text'],
  noneOf: ['text'],
  has: ['list'],
  above: ['number', 'duration'],
  below: ['number', 'duration'],
  moreThan: ['list'],
  startsWith: ['text'],
  like: ['text'],
  notLike: ['text'],
  phrases: ['text'],
  onlyWords: ['text'],
} as const satisfies Readonly<Record<string, readonly FieldType[]>>;

export type Operator = keyof typeof operators;

/** What is wrong with a document, and where: keys and indexes from its top. */
export interface PathProblem {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

const DEPTH_MAX = 16;

interface Reading {
  readonly watched: Watched;
  readonly problems: PathProblem[];
}

/** Reads a condition as it is written in a rules file; `undefined`, and problems, when it cannot be used. */
export function readCondition(
  value: unknown,
  path: readonly (string | number)[],
  reading: Reading,
  depth = 0,
): Condition | undefined {
  const fail = (text: string) => void reading.problems.push({ path, text });
  if (depth > DEPTH_MAX) return fail(`conditions nest at most ${DEPTH_MAX} deep`);
  if (!isRecord(value)) return fail('a condition is a map, such as { behind: { above: 20 } }');
  const entries = Object.entries(value);
  if (entries.length === 0) return fail('an empty condition would always hold');
  const parts = entries.map(([key, inner]) => {
    const at = [...path, key];
    if (key === 'all' || key === 'any') return readGroup(key, inner, at, reading, depth);
    if (key === 'not') {
      const of = readCondition(inner, at, reading, depth + 1);
      return of && { type: 'not' as const, of };
    }
    return readTest(key, inner, at, reading);
  });
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  const [only] = known;
  return known.length === 1 ? only : { type: 'all', of: known };
}

function readGroup(
  type: 'all' | 'any',
  value: unknown,
  path: readonly (string | number)[],
  reading: Reading,
  depth: number,
): Condition | undefined {
  if (!Array.isArray(value) || value.length === 0) {
    reading.problems.push({ path, text: `${type} takes a list of conditions` });
    return undefined;
  }
  const of = value.map((each, index) => readCondition(each, [...path, index], reading, depth + 1));
  const known = of.filter((each) => each !== undefined);
  return known.length === of.length ? { type, of: known } : undefined;
}

function readTest(
  name: string,
  value: unknown,
  path: readonly (string | number)[],
  { watched, problems }: Reading,
): Condition | undefined {
  const fields = fieldsOf(watched);
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) {
    const known = Object.keys(fields).join(', ');
    problems.push({ path, text: `a ${watched} rule knows no "${name}". It knows: ${known}` });
    return undefined;
  }
  const tests = isRecord(value) ? Object.entries(value) : [['is', value] as const];
  const of = tests.map(([operator, operand]) => {
    const at = isRecord(value) ? [...path, operator] : path;
    const read = readOperand(field, operator, operand);
    if (typeof read !== 'object' || Array.isArray(read))
      return { type: 'test' as const, field: name, operator: operator as Operator, operand: read as Operand };
    problems.push({ path: at, text: `${name}: ${(read as { problem: string }).problem}` });
    return undefined;
  });
  const known = of.filter((each) => each !== undefined);
  if (known.length < of.length || of.length === 0) {
    if (of.length === 0) problems.push({ path, text: `${name}: say what to test, such as { is: … }` });
    return undefined;
  }
  const [only] = known;
  return known.length === 1 ? only : { type: 'all', of: known };
}

type ReadOperand = Operand | { readonly problem: string };

function readOperand({ type }: Field, operator: string, operand: unknown): ReadOperand {
  const types: readonly FieldType[] | undefined = Object.hasOwn(operators, operator)
    ? operators[operator as Operator]
    : undefined;
  if (!types) return { problem: `there is no "${operator}". There is: ${Object.keys(operators).join(', ')}` };
  if (!types.includes(type))
    return { problem: `"${operator}" is for ${types.join(' and ')}, this is a ${type}` };
  if (operator === 'moreThan') return asNumber(operand);
  if (operator === 'is' && type === 'flag')
    return typeof operand === 'boolean' ? operand : { problem: 'say true or false' };
  if (type === 'duration') return asDuration(operand);
  if (type === 'number') return asNumber(operand);
  if (['oneOf', 'noneOf', 'phrases', 'onlyWords'].includes(operator)) return asTexts(operand);
  return typeof operand === 'string' || typeof operand === 'number'
    ? String(operand)
    : { problem: 'say a text' };
}

function asNumber(operand: unknown): ReadOperand {
  return typeof operand === 'number' && Number.isFinite(operand) ? operand : { problem: 'say a number' };
}

function asDuration(operand: unknown): ReadOperand {
  const ms = typeof operand === 'string' ? findDuration(operand) : undefined;
  return ms ?? { problem: 'say a time with its unit, such as 30m, 90s, 2h or 1d' };
}

function asTexts(operand: unknown): ReadOperand {
  const isList = Array.isArray(operand) && operand.length > 0;
  if (isList && operand.every((each) => typeof each === 'string' && each !== '')) return operand as string[];
  return { problem: 'say a list of texts' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True when words of a text take part in the decision, which makes a verdict a hint and no more. */
export function readsWords(condition: Condition): boolean {
  if (condition.type === 'test') return condition.operator === 'phrases';
  if (condition.type === 'not') return readsWords(condition.of);
  return condition.of.some(readsWords);
}

/** A condition in words. */
export function describeCondition(condition: Condition, watched: Watched): string {
  if (condition.type === 'not') return `not (${describeCondition(condition.of, watched)})`;
  if (condition.type !== 'test') {
    const parts = condition.of.map((each) => {
      const text = describeCondition(each, watched);
      return each.type === 'any' && condition.of.length > 1 ? `(${text})` : text;
    });
    return parts.join(condition.type === 'all' ? ' and ' : ' or ');
  }
  const { field, operator, operand } = condition;
  return `${field} ${inWords[operator]} ${formatValue(operand, fieldsOf(watched)[field]?.type)}`;
}

const inWords: Readonly<Record<Operator, string>> = {
  is: 'is',
  isNot: 'is not',
  oneOf: 'is one of',
  noneOf: 'is none of',
  has: 'has',
  above: 'is above',
  below: 'is below',
  moreThan: 'has more entries than',
  startsWith: 'starts with',
  like: 'is like',
  notLike: 'is not like',
  phrases: 'says, as whole words,',
  onlyWords: 'has only words of',
};

const SHOWN_CHARACTERS = 120;

/** A value for people: durations with their unit, long texts cut. */
export function formatValue(value: unknown, type: FieldType | undefined): string {
  if (typeof value === 'number') return type === 'duration' ? formatDuration(value) : String(value);
  if (Array.isArray(value)) return cut(value.map(String).join(', '));
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? `"${cut(value.replaceAll(/\s+/g, ' ').trim())}"` : 'unknown';
}

function cut(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;
}
