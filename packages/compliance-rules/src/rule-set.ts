import { readCondition, readsWords, type Condition, type PathProblem } from './conditions.ts';
import { fieldsOf } from './fields.ts';
import { isAtLeast, type Rule, type RuleEntry } from './rule-schema.ts';
import type { Problem, RulesDocument } from './rules-document.ts';

export interface RuleSet {
  readonly rules: readonly Rule[];
  /** What is wrong; then `rules` must not be used. */
  readonly problems: readonly Problem[];
}

const COOLDOWN_MS = 1_800_000;
const SETTLE_MS = 60_000;

interface Kept {
  readonly entry: RuleEntry;
  /** The document that said `when`, for which problems are reported. */
  readonly place: { readonly document: RulesDocument; readonly index: number };
}

/**
 * Puts documents together, the later over the earlier: an entry with a known id replaces what it says again,
 * any other one is a new rule and must be complete.
 */
export function joinRules(documents: readonly RulesDocument[]): RuleSet {
  const problems: Problem[] = documents.flatMap((document) => document.problems);
  const kept = new Map<string, Kept>();
  for (const document of documents)
    for (const [index, entry] of document.rules.entries())
      kept.set(entry.id, {
        entry: { ...kept.get(entry.id)?.entry, ...withoutAbsent(entry) },
        place: { document, index },
      });
  const rules = [...kept.values()]
    .map((each) => complete(each, problems))
    .filter((rule) => rule !== undefined);
  return { rules, problems };
}

function withoutAbsent(entry: RuleEntry): RuleEntry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as RuleEntry;
}

function complete({ entry, place }: Kept, problems: Problem[]): Rule | undefined {
  const { document, index } = place;
  const { origin } = document;
  const found: PathProblem[] = [];
  const rule = completeEntry(entry, origin, found);
  for (const { path, text } of found)
    problems.push({ origin, line: document.lineOf(['rules', index, ...path]), text: `${entry.id}: ${text}` });
  return found.length > 0 ? undefined : rule;
}

function completeEntry(entry: RuleEntry, origin: string, problems: PathProblem[]): Rule | undefined {
  const missing = (['watches', 'title', 'when', 'remedy', 'severity'] as const).filter(
    (key) => entry[key] === undefined,
  );
  const { watches, title, remedy, severity } = entry;
  if (
    watches === undefined ||
    title === undefined ||
    remedy === undefined ||
    severity === undefined ||
    missing.length > 0
  ) {
    problems.push({
      path: [],
      text: `a new rule needs ${missing.join(', ')}; or is the id of a built-in one misspelled?`,
    });
    return undefined;
  }
  const when = readCondition(entry.when, ['when'], { watched: watches, problems });
  if (when === undefined) return undefined;
  const rule: Rule = {
    id: entry.id,
    watches,
    on: watches === 'git' ? (entry.on ?? ['look']) : [],
    title,
    when,
    says: entry.says ?? title,
    remedy,
    severity,
    cooldownMs: entry.cooldown ?? COOLDOWN_MS,
    settleMs: entry.settle ?? SETTLE_MS,
    escalate: entry.escalate
      ? { times: entry.escalate.times, afterMs: entry.escalate.after, to: entry.escalate.to }
      : null,
    refuse: entry.refuse ?? false,
    enabled: entry.enabled ?? true,
    covers: entry.covers ?? [],
    origin,
  };
  problems.push(...problemsOf(rule, when, entry));
  return rule;
}

function problemsOf(rule: Rule, when: Condition, entry: RuleEntry): PathProblem[] {
  const problems: PathProblem[] = [];
  const { on, watches, severity, refuse, says } = rule;
  if (entry.on !== undefined && watches !== 'git')
    problems.push({ path: ['on'], text: '"on" is for git rules' });
  if (on.includes('look') && on.length > 1)
    problems.push({ path: ['on'], text: 'a rule looks, or judges commits and pushes, but not both' });
  if (refuse && !on.includes('commit-msg') && !on.includes('pre-push'))
    problems.push({ path: ['refuse'], text: 'only a rule on commit-msg or pre-push can refuse' });
  const worst = rule.escalate?.to ?? severity;
  if (readsWords(when) && (refuse || isAtLeast(severity, 'high') || isAtLeast(worst, 'high')))
    problems.push({
      path: ['when'],
      text: 'words in a text are only a hint: such a rule is low or medium, and refuses nothing',
    });
  const unknown = placeholdersOf(says).filter((name) => !Object.hasOwn(fieldsOf(watches), name));
  if (unknown.length > 0)
    problems.push({
      path: ['says'],
      text: `${watches} facts have no ${unknown.map((name) => `{${name}}`).join(', ')}`,
    });
  return problems;
}

/** The names in braces. */
function placeholdersOf(says: string): string[] {
  return [...says.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}
