import { errors } from '../errors.ts';

/** A word of a filter and where it stands; positions count characters from 0. */
export interface Word {
  readonly type: 'word' | 'quoted' | 'operator' | 'bracket' | 'end';
  readonly text: string;
  readonly at: number;
}

const OPERATOR = /^(?:!=|<=|>=|=|<|>|~)/;
// Everything else that is not a space, a bracket, a comma, a quote or the begin of an operator.
const PLAIN = /^[^\s()",!<>=~]+/;

/**
 * Splits a filter into its words.
 *
 * @throws ORC_EVENT_BUS_BAD_FILTER
 */
export function splitFilter(filter: string): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < filter.length;) {
    const rest = filter.slice(at);
    const [space] = /^\s+/.exec(rest) ?? [];
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const word = readWord(filter, rest, at);
    words.push(word);
    at += word.type === 'quoted' ? lengthOfQuoted(rest) : word.text.length;
  }
  words.push({ type: 'end', text: '', at: filter.length });
  return words;
}

function readWord(filter: string, rest: string, at: number): Word {
  if (rest.startsWith('"')) return { type: 'quoted', text: readQuoted(filter, rest, at), at };
  const [first = ''] = rest;
  if ('(),'.includes(first)) return { type: 'bracket', text: first, at };
  const [operator] = OPERATOR.exec(rest) ?? [];
  if (operator !== undefined) return { type: 'operator', text: operator, at };
  const [plain] = PLAIN.exec(rest) ?? [];
  if (plain === undefined)
    throw errors.badFilter(filter, at, `"${first}" is nothing a filter knows; quote it if it is text`);
  return { type: 'word', text: plain, at };
}

/** From the quote to the next one that has no backslash before it. */
const QUOTED = /^"((?:[^"\\]|\\.)*)"/s;

function readQuoted(filter: string, rest: string, at: number): string {
  const [, inner] = QUOTED.exec(rest) ?? [];
  if (inner === undefined) throw errors.badFilter(filter, at, 'this quote is not closed');
  return inner.replaceAll(/\\(.)/gs, '$1');
}

function lengthOfQuoted(rest: string): number {
  return QUOTED.exec(rest)?.[0].length ?? rest.length;
}
