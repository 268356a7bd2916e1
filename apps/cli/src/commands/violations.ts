import type { ViolationView } from '@orc/contracts';
import { isSet, numberOption, stringOption, textOf, type Command } from '../command.ts';
import { formatDuration } from '../duration.ts';
import { formatTable } from '../table.ts';

const projectName = { type: 'string', describe: 'Name of the project; without it, all' } as const;

const violations: Command = {
  path: 'violations',
  summary: 'List violations of rules, the newest first',
  options: {
    project: projectName,
    open: { type: 'boolean', describe: 'Only those that are not resolved' },
    today: { type: 'boolean', describe: 'Only those seen since midnight here' },
    agent: { type: 'string', describe: 'Only those of this agent' },
    rule: { type: 'string', describe: 'Only those of this rule' },
    limit: { type: 'number', describe: 'How many at most', defaultText: '100' },
  },
  examples: [
    ['orc violations --open', 'what is wrong at this moment'],
    ['orc violations --today --agent developer', 'what the developer did today'],
  ],
  async run(args, { connect }) {
    const midnight = new Date().setHours(0, 0, 0, 0);
    const client = await connect();
    const answer = await client.call('violations', {
      query: {
        project: stringOption(args, 'project'),
        agent: stringOption(args, 'agent'),
        rule: stringOption(args, 'rule'),
        open: isSet(args, 'open') ? true : undefined,
        since: isSet(args, 'today') ? midnight : undefined,
        limit: numberOption(args, 'limit'),
      },
    });
    const rows = answer.violations.map((violation) => [
      violation.id,
      violation.severity,
      violation.rule,
      violation.agent,
      stateOf(violation),
      violation.why,
    ]);
    const head = ['VIOLATION', 'SEVERITY', 'RULE', 'AGENT', 'STATE', 'WHY'];
    return {
      json: answer,
      text: rows.length === 0 ? 'no violations' : formatTable([head, ...rows]),
    };
  },
};

function stateOf({ state, firstAt, lastAt, count, resolvedBy }: ViolationView): string {
  const seen = count > 1 ? `, ${count} times` : '';
  if (state === 'open') return `open for ${formatDuration(Date.now() - firstAt)}${seen}`;
  return `resolved (${resolvedBy ?? 'unknown'}) after ${formatDuration(lastAt - firstAt)}${seen}`;
}

const resolveViolation: Command = {
  path: 'violations resolve',
  summary: 'Say that a violation is settled; it is told again only after its cooldown',
  positionals: [
    { name: 'id', describe: 'A violation of "orc violations"' },
    { name: 'reason', describe: 'What was decided', isOptional: true, isVariadic: true },
  ],
  examples: [['orc violations resolve v7k2p9q4xd "agreed with the team"', 'keeps who said so, and why']],
  async run(args, { connect }) {
    const client = await connect();
    const answer = await client.call('resolveViolation', {
      params: { id: textOf(args, 'id') },
      body: { text: textOf(args, 'reason') },
    });
    const { id, rule, agent } = answer.violation;
    const text = answer.changed ? `resolved ${id} (${rule}, ${agent})` : `${id} was resolved already`;
    return { json: answer, text };
  },
};

export const violationCommands: readonly Command[] = [violations, resolveViolation];
