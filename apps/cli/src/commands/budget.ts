import type { BudgetView, CostsView } from '@orc/contracts';
import { parseAmount } from '../amount.ts';
import { isSet, stringOption, textOf, type Command } from '../command.ts';
import { errors } from '../errors.ts';
import { formatTable } from '../table.ts';

const scopePositional = { name: 'scope', describe: 'A project (shop) or an agent (shop/developer)' };

const show: Command = {
  path: 'budget',
  aliases: ['show'],
  summary: 'Show tokens and estimated cost, and how much of each budget is used',
  options: {
    scope: { type: 'string', describe: 'Only this project or agent' },
    by: {
      type: 'string',
      describe: 'How to group it',
      choices: ['project', 'agent', 'role', 'task', 'model'],
      defaultText: 'agent',
    },
  },
  examples: [
    ['orc budget show', 'what each agent has used'],
    ['orc budget show --scope shop --by task', 'what each task of a project has cost'],
  ],
  async run(args, { connect }) {
    const by = (stringOption(args, 'by') ?? 'agent') as CostsView['by'];
    const costs = await (
      await connect()
    ).call('costs', { query: { scope: stringOption(args, 'scope'), by } });
    return { json: costs, text: formatCosts(costs) };
  },
};

const set: Command = {
  path: 'budget set',
  summary: 'Bound what a project or an agent may use: the soft limit is said, the hard one stops it',
  positionals: [scopePositional],
  options: {
    soft: { type: 'string', describe: 'Hub and you are told when it is reached (5usd, 2M tokens)' },
    hard: { type: 'string', describe: 'Mail and tasks wait when it is reached, and you are asked' },
    fresh: { type: 'boolean', describe: 'Count from now on; what was spent before is left out' },
  },
  examples: [
    ['orc budget set shop --soft 20usd --hard 25usd', 'bounds a whole project'],
    ['orc budget set shop/developer --hard 5M --fresh', 'five million tokens from now on'],
  ],
  async run(args, { connect }) {
    const [soft, hard] = [stringOption(args, 'soft'), stringOption(args, 'hard')].map((text) =>
      text === undefined ? null : parseAmount(text),
    );
    const unit = soft?.unit ?? hard?.unit;
    if (unit === undefined)
      throw errors.usage('Give a budget a limit: --soft, --hard or both.', 'See "orc budget set --help".');
    if (soft && hard && soft.unit !== hard.unit)
      throw errors.usage(
        'One budget is in tokens or in money, and not in both.',
        'See "orc budget set --help".',
      );
    const body = {
      ...{ scope: textOf(args, 'scope'), unit, soft: soft?.value ?? null, hard: hard?.value ?? null },
      isFresh: isSet(args, 'fresh'),
    };
    const budget = await (await connect()).call('setBudget', { body });
    return { json: budget, text: formatTable(rowsOf([budget])) };
  },
};

const clear: Command = {
  path: 'budget clear',
  summary: 'Take a budget away; what waited for it goes on',
  positionals: [scopePositional],
  examples: [['orc budget clear shop', 'nothing bounds the project any more']],
  async run(args, { connect }) {
    const answer = await (await connect()).call('clearBudget', { body: { scope: textOf(args, 'scope') } });
    const text = answer.cleared ? `${answer.scope} has no budget any more` : `${answer.scope} had no budget`;
    return { json: answer, text };
  },
};

function formatCosts({ by, groups, total, prices, budgets }: CostsView): string {
  const row = (name: string, spent: CostsView['total']) => [
    name,
    ...[spent.answers, spent.input, spent.output, spent.cacheRead, spent.cacheWrite].map((count) =>
      count.toLocaleString('en-US'),
    ),
    `$${spent.usd.toFixed(2)}${spent.unpricedTokens > 0 ? ` + ${spent.unpricedTokens.toLocaleString('en-US')} tokens without a price` : ''}`,
  ];
  const table = formatTable([
    [by.toUpperCase(), 'ANSWERS', 'INPUT', 'OUTPUT', 'CACHE READ', 'CACHE WRITE', 'ESTIMATE'],
    ...groups.map(({ name, ...spent }) => row(name ?? '(none)', spent)),
    row('total', total),
  ]);
  const bounds =
    budgets.length === 0
      ? 'No budget is set: orc budget set <project|agent> --hard 25usd'
      : formatTable(rowsOf(budgets));
  return `${table}\nestimated by the prices of ${prices}; a subscription is not billed by tokens\n\n${bounds}`;
}

function rowsOf(budgets: readonly BudgetView[]): string[][] {
  const amount = (value: number | null, unit: BudgetView['unit']) =>
    value === null ? '' : unit === 'usd' ? `$${value.toFixed(2)}` : value.toLocaleString('en-US');
  return [
    ['BUDGET', 'UNIT', 'USED', 'SOFT', 'HARD', 'STATE'],
    ...budgets.map(({ scope, unit, spent, soft, hard, level }) => [
      ...[scope, unit, amount(spent, unit), amount(soft, unit), amount(hard, unit)],
      level === 'within'
        ? 'within'
        : level === 'soft'
          ? 'soft limit reached'
          : 'used up: mail and tasks wait',
    ]),
  ];
}

export const budgetCommands: readonly Command[] = [show, set, clear];
