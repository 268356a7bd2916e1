import { kinds, type Kind } from './data/kinds.ts';
import { readForm } from './templates.ts';

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

const URGENT: ReadonlySet<string> = new Set(['failure', 'blocked', 'escalation']);
const URGENT_PRIORITY = 30;
const REPORT_PRIORITY = 10;
const USUAL_PRIORITY = 5;
const PRIORITY_OF_SEVERITY: Readonly<Record<string, number>> = { critical: 60, high: 30 };

/** The priority of a message whose sender names none: what stands in the way goes ahead of what went well. */
export function priorityOf(kind: string, body: string): number {
  const known = findKind(kind);
  if (known?.template === 'bug') {
    const [severity = ''] = readForm('bug', body).values['Severity'] ?? [];
    return PRIORITY_OF_SEVERITY[severity.toLowerCase()] ?? REPORT_PRIORITY;
  }
  if (URGENT.has(kind)) return URGENT_PRIORITY;
  return known?.isReport === true ? REPORT_PRIORITY : USUAL_PRIORITY;
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
