import { formatValue, readsWords } from './conditions.ts';
import { evaluate } from './evaluate.ts';
import { fieldsOf, valueOf, type Fact } from './fields.ts';
import type { Rule, Severity } from './rule-schema.ts';

/** One rule that does not hold, why, and what to do. */
export interface Verdict {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  /** The rule's sentence, with the values of the fact in it. */
  readonly why: string;
  /** The single tests that decided, in words. */
  readonly because: readonly string[];
  readonly remedy: string;
  /** Words of a text decided, so a person may see it otherwise. */
  readonly isHint: boolean;
  /** The commit or push is to be stopped. */
  readonly refuse: boolean;
  readonly fact: Fact;
}

export interface Judgement {
  readonly violations: readonly Verdict[];
  /** Rules that were looked at and hold. One that hangs on what nobody knows is in neither list. */
  readonly kept: readonly string[];
}

/** Judges one fact by all rules that are on and watch it. Never throws, whatever stands in the fact. */
export function judge(rules: readonly Rule[], fact: Fact): Judgement {
  const violations: Verdict[] = [];
  const kept: string[] = [];
  for (const rule of rules) {
    if (!rule.enabled || !isWatchedBy(rule, fact)) continue;
    const { truth, because } = evaluate(rule.when, fact);
    if (truth === false) kept.push(rule.id);
    if (truth === true)
      violations.push({
        rule: rule.id,
        title: rule.title,
        severity: rule.severity,
        why: fill(rule.says, fact),
        because,
        remedy: rule.remedy,
        isHint: readsWords(rule.when),
        refuse: rule.refuse && fact.watches === 'git' && isAsking(fact.moment),
        fact,
      });
  }
  return { violations, kept };
}

function isWatchedBy(rule: Rule, fact: Fact): boolean {
  return rule.watches === fact.watches && (fact.watches !== 'git' || rule.on.includes(fact.moment));
}

function isAsking(moment: string): boolean {
  return moment === 'commit-msg' || moment === 'pre-push';
}

function fill(says: string, fact: Fact): string {
  const fields = fieldsOf(fact.watches);
  return says.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    formatValue(valueOf(fact, name), fields[name]?.type),
  );
}
