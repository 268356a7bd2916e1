import { builtInFixtures } from './data/fixtures.ts';
import { gitRules } from './data/git-rules.ts';
import { messageRules } from './data/message-rules.ts';
import { workflowRules } from './data/workflow-rules.ts';
import { ruleEntry } from './rule-schema.ts';
import type { RulesDocument } from './rules-document.ts';

/** The rules that orc comes with, read through the schema like any that a user writes. */
export function readBuiltInRules(): RulesDocument {
  return {
    origin: 'built-in',
    rules: [...messageRules, ...gitRules, ...workflowRules].map((rule) => ruleEntry.parse(rule)),
    fixtures: builtInFixtures,
    problems: [],
    lineOf: () => 1,
  };
}
