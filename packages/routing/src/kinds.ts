import { kinds, type Kind } from './data/kinds.ts';

const named = new Map<string, Kind>(
  kinds.flatMap((kind) => [kind.id, ...kind.aliases].map((name) => [name, kind] as const)),
);

/** Reads a kind as people write it: `BUG_REPORT`, `Fast Lane` and `handoff` are understood. */
export function findKind(text: string): Kind | undefined {
  return named.get(
    text
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_]+/g, '-'),
  );
}

interface Hint {
  readonly kind: string;
  readonly words: RegExp;
}

// Whole words at the beginning of a text: "incomplete", "unblocked" and "tissue" are other words.
const HINTS: readonly Hint[] = [
  { kind: 'completion', words: /^\W*(completed?|done|finished|deployed)\b/i },
  { kind: 'failure', words: /^\W*(failed|failure|error)\b/i },
  { kind: 'blocked', words: /^\W*(blocked)\b/i },
];
const NEGATION = /\b(not|no|never|isn'?t|wasn'?t|nothing|without|until|when|if)\b/i;
const LOOKED_AT_CHARACTERS = 80;

/**
 * The kind that a text seems to be of, for a question to its sender. It never decides anything: a kind is
 * what its sender said it is.
 */
export function guessKind(text: string): string | undefined {
  const [line = ''] = text.trimStart().split('\n');
  const start = line.slice(0, LOOKED_AT_CHARACTERS);
  if (NEGATION.test(start) || /\?\s*$/.test(line)) return undefined;
  return HINTS.find(({ words }) => words.test(start))?.kind;
}
