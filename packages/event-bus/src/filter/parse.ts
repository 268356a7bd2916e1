import { errors } from '../errors.ts';
import { severities, type Severity } from '../types.ts';
import { splitFilter, type Word } from './words.ts';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~';

/** What a filter means. Names of fields are those of an event; `data.a.b` looks into its data. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'type'; readonly glob: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'severity'; readonly operator: Operator; readonly severity: Severity }
  | { readonly kind: 'at'; readonly operator: Operator; readonly at: number }
  | {
      readonly kind: 'field';
      readonly field: string;
      readonly operator: Operator;
      readonly values: readonly string[];
    };

const DEPTH_MAX = 50;
const LENGTH_MAX = 4_000;
const FIELDS = ['type', 'severity', 'source', 'project', 'agent', 'message', 'id', 'seq', 'at', 'text'];
const NEEDED = 'a field, a type such as agent.*, a "text", "not" or "("';
const TYPE = /^[a-z0-9_-]*[.*][a-z0-9._*-]*$/;

/** Words of other systems for how bad something is. */
const SEVERITY_WORDS: Readonly<Record<string, Severity>> = {
  low: 'info',
  medium: 'notice',
  high: 'warning',
  warn: 'warning',
};
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

interface Reader {
  readonly filter: string;
  readonly now: number;
  readonly next: () => Word;
  readonly take: () => Word;
  /** Takes the next word if it is this one. */
  readonly takeIf: (text: string) => boolean;
  readonly fail: (word: Word, expected: string) => Error;
}

/**
 * Reads a filter. `now`, in ms since 1970, is what "30m" counts back from.
 *
 * @throws ORC_EVENT_BUS_BAD_FILTER with the position and what was expected there
 */
export function readCondition(filter: string, now: number): Condition {
  if (filter.length > LENGTH_MAX)
    throw errors.badFilter(filter.slice(0, 40), LENGTH_MAX, `a filter has at most ${LENGTH_MAX} characters`);
  const words = splitFilter(filter);
  let index = 0;
  const next = () => words[index] ?? { type: 'end', text: '', at: filter.length };
  const take = () => {
    const word = next();
    index += 1;
    return word;
  };
  const reader: Reader = {
    filter,
    now,
    next,
    take,
    takeIf: (text) => {
      const word = next();
      const isIt = word.type !== 'quoted' && word.type !== 'end' && word.text === text;
      if (isIt) index += 1;
      return isIt;
    },
    fail: ({ type, text, at }, expected) =>
      errors.badFilter(filter, at, `expected ${expected}, found ${type === 'end' ? 'the end' : `"${text}"`}`),
  };
  const condition = readOr(reader, 0);
  if (next().type !== 'end') throw reader.fail(next(), '"and", "or" or the end');
  return condition;
}

function readOr(reader: Reader, depth: number): Condition {
  if (depth > DEPTH_MAX) throw reader.fail(reader.next(), `at most ${DEPTH_MAX} brackets in one another`);
  const parts = [readAnd(reader, depth)];
  while (reader.takeIf('or')) parts.push(readAnd(reader, depth));
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'or', parts };
}

function readAnd(reader: Reader, depth: number): Condition {
  const parts = [readNot(reader, depth)];
  for (;;) {
    const isSaid = reader.takeIf('and');
    // Two conditions side by side mean both.
    const { type, text } = reader.next();
    const isOver = type === 'end' || (type !== 'quoted' && (text === 'or' || text === ')'));
    if (!isSaid && isOver) return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', parts };
    parts.push(readNot(reader, depth));
  }
}

function readNot(reader: Reader, depth: number): Condition {
  let isNegated = false;
  while (reader.takeIf('not')) isNegated = !isNegated;
  const part = readOne(reader, depth);
  return isNegated ? { kind: 'not', part } : part;
}

function readOne(reader: Reader, depth: number): Condition {
  if (reader.takeIf('(')) {
    const inner = readOr(reader, depth + 1);
    if (!reader.takeIf(')')) throw reader.fail(reader.next(), '")"');
    return inner;
  }
  const word = reader.take();
  if (word.type === 'quoted') return { kind: 'text', text: word.text.toLowerCase() };
  if (word.type !== 'word' || word.text === 'and' || word.text === 'or') throw reader.fail(word, NEEDED);
  const { type, text } = reader.next();
  if (type === 'operator' || (type === 'word' && text === 'in')) return readComparison(reader, word);
  if (TYPE.test(word.text)) return { kind: 'type', glob: word.text };
  if (!isField(word.text)) throw reader.fail(word, NEEDED);
  throw reader.fail(reader.next(), `=, !=, <, <=, >, >=, ~ or "in" after "${word.text}"`);
}

const isField = (name: string) => FIELDS.includes(name) || /^data(\.[\w-]+)+$/.test(name);

function readComparison(reader: Reader, field: Word): Condition {
  if (!isField(field.text))
    throw reader.fail(field, `one of ${FIELDS.join(', ')} or data.<name> before a comparison`);
  const operatorWord = reader.take();
  const isList = operatorWord.text === 'in';
  const operator = (isList ? '=' : operatorWord.text) as Operator;
  const words = isList ? readList(reader) : [readValue(reader)];
  const [first] = words;
  if (field.text === 'severity' || field.text === 'at') {
    if (operator === '~') throw reader.fail(operatorWord, `=, !=, <, <=, > or >= after "${field.text}"`);
    const parts = words.map((word): Condition =>
      field.text === 'at'
        ? { kind: 'at', operator, at: readInstant(reader, word) }
        : { kind: 'severity', operator, severity: readSeverity(reader, word) },
    );
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'or', parts };
  }
  if (field.text === 'text') {
    if (operator !== '~' || !first) throw reader.fail(operatorWord, '"~" after "text"');
    return { kind: 'text', text: first.text.toLowerCase() };
  }
  if (field.text === 'type' && ['<', '<=', '>', '>='].includes(operator))
    throw reader.fail(operatorWord, '=, !=, ~ or "in" after "type"');
  return { kind: 'field', field: field.text, operator, values: words.map(({ text }) => text) };
}

function readValue(reader: Reader): Word {
  const word = reader.take();
  if (word.type !== 'word' && word.type !== 'quoted') throw reader.fail(word, 'a value');
  return word;
}

function readList(reader: Reader): Word[] {
  if (!reader.takeIf('(')) throw reader.fail(reader.next(), '"(" after "in"');
  const words = [readValue(reader)];
  while (reader.takeIf(',')) words.push(readValue(reader));
  if (!reader.takeIf(')')) throw reader.fail(reader.next(), '"," or ")"');
  return words;
}

function readSeverity(reader: Reader, word: Word): Severity {
  const named = SEVERITY_WORDS[word.text] ?? severities.find((each) => each === word.text);
  if (named === undefined) throw reader.fail(word, `one of ${severities.join(', ')}`);
  return named;
}

function readInstant(reader: Reader, word: Word): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(word.text) ?? [];
  if (amount !== undefined) return reader.now - Number(amount) * (UNITS[unit] ?? 0);
  const at = /^\d{4}-\d{2}-\d{2}/.test(word.text) ? Date.parse(word.text) : Number(word.text);
  if (Number.isNaN(at))
    throw reader.fail(word, 'a time: 30m (ago), 2030-01-31, 2030-01-31T12:00Z or milliseconds');
  return at;
}
