import type { Command } from '../command.ts';
import { formatPlan } from '../plan-text.ts';
import { planOptions, readPlanRequest } from './up.ts';

export const command: Command = {
  path: 'plan',
  summary: 'Show which team and tasks a spec would give, with every reason; changes nothing',
  options: planOptions,
  examples: [['orc plan --project . --spec SPEC.md', 'prints the plan']],
  async run(args, { connect, directory }) {
    const client = await connect();
    const plan = await client.call('plan', { body: readPlanRequest(args, directory) });
    return { json: plan, text: formatPlan(plan) };
  },
};
