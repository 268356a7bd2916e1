import type { Spent } from './totals.ts';

/** What may be spent in a scope: a project (`shop`) or an agent (`shop/developer`). */
export interface Budget {
  readonly scope: string;
  /** Tokens of every kind together, or billionths of a dollar. */
  readonly unit: 'tokens' | 'nano-dollars';
  /** Said once when it is reached. */
  readonly soft: number | null;
  /** Nothing goes on when it is reached. */
  readonly hard: number | null;
  /** What was spent before does not count. */
  readonly since: number;
  readonly setAt: number;
}

export interface BudgetVerdict {
  readonly level: 'within' | 'soft' | 'hard';
  readonly spent: number;
  /** Tokens of models without a price: money budgets do not see them, and whoever reads one should know. */
  readonly unpricedTokens: number;
}

/** Whether a budget is used up. A limit counts as reached when exactly so much is spent. */
export function judgeBudget({ unit, soft, hard }: Budget, total: Spent): BudgetVerdict {
  const spent = unit === 'tokens' ? total.tokens : total.nanoDollars;
  const level = hard !== null && spent >= hard ? 'hard' : soft !== null && spent >= soft ? 'soft' : 'within';
  return { level, spent, unpricedTokens: total.unpricedTokens };
}
