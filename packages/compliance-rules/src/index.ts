export { readBuiltInRules } from './built-in.ts';
export { findRuleBlocks } from './claude-md.ts';
export { RulesConfig } from './config.ts';
export { errors } from './errors.ts';
export { explainRule } from './explain.ts';
export {
  fieldTable,
  type Fact,
  type GitFact,
  type GitMoment,
  type MessageFact,
  type WorkflowFact,
} from './fields.ts';
export { readFact, runFixtures, type FixtureResult, type WrittenFact } from './fixtures.ts';
export { judge, type Judgement, type Verdict } from './judge.ts';
export { isAtLeast, severities, type Rule, type Severity } from './rule-schema.ts';
export { joinRules, type RuleSet } from './rule-set.ts';
export { readRules, type Problem, type RulesDocument } from './rules-document.ts';
export { readText } from './text-facts.ts';
export { openViolations, type Violation, type Violations } from './violations.ts';
