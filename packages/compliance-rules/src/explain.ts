import { describeCondition } from './conditions.ts';
import { formatDuration } from './durations.ts';
import { errors } from './errors.ts';
import type { Rule } from './rule-schema.ts';

/** All that a rule does, in sentences for a person. @throws ORC_RULES_UNKNOWN_RULE */
export function explainRule(rules: readonly Rule[], wanted: string): string {
  const rule = rules.find((each) => each.id === wanted);
  if (!rule)
    throw errors.unknownRule(
      wanted,
      rules.map((each) => each.id),
    );
  const { id, title, watches, on, when, remedy, severity, cooldownMs, settleMs, escalate, covers, origin } =
    rule;
  const looks = watches === 'workflow' || on.includes('look');
  const lines = [
    `${id}: ${title}`,
    '',
    `It watches ${watches === 'git' ? `git (${on.join(', ')})` : watches}, and is violated when`,
    `  ${describeCondition(when, watches)}`,
    '',
    `What to do: ${remedy}`,
    '',
    `Severity ${severity}: ${told[severity]}.`,
    ...(escalate === null ? [] : [`It becomes ${escalate.to} ${escalationOf(escalate)}.`]),
    looks
      ? `The violation ends by itself when the fact is gone for ${formatDuration(settleMs)}.`
      : `The violation ends by itself when it was not repeated for ${formatDuration(cooldownMs)}.`,
    `What comes again within ${formatDuration(cooldownMs)} is the same episode, and told to nobody again.`,
    ...(rule.refuse
      ? ['Git hooks refuse the commit or push, unless rules.gitHooks is "warn" or "off".']
      : []),
    ...(rule.enabled ? [] : ['It is switched off.']),
    `It comes from ${origin}${covers.length === 0 ? '' : ` and stands for ${covers.join(', ')}`}.`,
  ];
  return lines.join('\n');
}

const told = {
  low: 'logged, and told to the hub with its other news',
  medium: 'logged, and told to the agent and the hub with their other news',
  high: 'logged, told to the agent and to the hub at once',
  critical: 'logged, told to the agent, the hub and the person at once, before all other mail',
} as const;

function escalationOf({ times, afterMs }: NonNullable<Rule['escalate']>): string {
  const ways = [
    ...(times === undefined ? [] : [`when it was seen ${times} times`]),
    ...(afterMs === undefined ? [] : [`when it was open for ${formatDuration(afterMs)}`]),
  ];
  return ways.join(', or ');
}
