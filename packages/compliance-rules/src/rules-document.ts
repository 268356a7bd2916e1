import { isMap, isNode, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import type { PathProblem } from './conditions.ts';
import { ruleEntry, type RuleEntry } from './rule-schema.ts';
import { fixtureEntry, type FixtureEntry } from './fixture-schema.ts';

/** What is wrong with a rules file: line and words. */
export interface Problem {
  readonly origin: string;
  /** Counts from 1 in the file that the text comes from. */
  readonly line: number;
  readonly text: string;
}

/** The rules of one file, not yet put together with those of the others. */
export interface RulesDocument {
  readonly origin: string;
  readonly rules: readonly RuleEntry[];
  readonly fixtures: readonly FixtureEntry[];
  readonly problems: readonly Problem[];
  /** The line of a place in the document; for problems that are found later. */
  readonly lineOf: (path: PathProblem['path']) => number;
}

const TEXT_CHARACTERS_MAX = 1_000_000;

const documentSchema = z.strictObject({
  version: z.literal(1).optional(),
  rules: z.array(ruleEntry).max(500).optional(),
  fixtures: z.array(fixtureEntry).max(1_000).optional(),
});

/**
 * Reads a rules file, or a block of another file that begins at `firstLine`. Never throws; with problems, the
 * whole document is of no use.
 */
export function readRules(text: string, origin: string, firstLine = 1): RulesDocument {
  const lines = new LineCounter();
  const nothing = { origin, rules: [], fixtures: [] };
  const at = (offset: number) => firstLine - 1 + Math.max(1, lines.linePos(offset).line);
  const lineOf = () => firstLine;
  if (text.length > TEXT_CHARACTERS_MAX)
    return { ...nothing, lineOf, problems: [{ origin, line: firstLine, text: 'it is far too long' }] };
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos: [offset], message }) => ({
      origin,
      line: at(offset),
      text: message.split('\n')[0] ?? message,
    }));
    return { ...nothing, lineOf, problems };
  }
  const placeOf = (path: PathProblem['path']) => at(offsetOf(document, path));
  const parsed = documentSchema.safeParse(valueOf(document));
  if (parsed.success) {
    const { rules = [], fixtures = [] } = parsed.data;
    return { origin, rules, fixtures, problems: twice(rules, origin, placeOf), lineOf: placeOf };
  }
  const problems = parsed.error.issues.map((issue) => {
    const { path, message } = issue;
    // The place of a key that should not be there is that key, not the map around it.
    const extra = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const keys = [...path, ...extra].map((key) => (typeof key === 'symbol' ? String(key) : key));
    return { origin, line: placeOf(keys), text: `${keys.join('.') || 'the document'}: ${message}` };
  });
  return { ...nothing, lineOf: placeOf, problems };
}

/** An empty file has no rules, which is no problem. Aliases may not make a small file a large value. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch {
    return 'too many aliases';
  }
}

function twice(rules: readonly RuleEntry[], origin: string, lineOf: RulesDocument['lineOf']): Problem[] {
  return rules.flatMap(({ id }, index) =>
    rules.findIndex((other) => other.id === id) === index
      ? []
      : [{ origin, line: lineOf(['rules', index]), text: `the rule "${id}" stands here twice` }],
  );
}

/** The nearest place that exists: a key that is missing has none of its own. */
function offsetOf(document: Document, path: PathProblem['path']): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isNode(item.key) && item.key.toJSON() === key)
      : undefined;
    const node = pair?.key ?? (isSeq(parent) ? parent.items[Number(key)] : undefined);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
