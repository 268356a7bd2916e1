import type { BudgetView } from '@orc/contracts';
import { judgeBudget, type Budget, type CostLedger, type Spent } from '@orc/cost-ledger';

const NANO = 1_000_000_000;

/** Money as people read it; the ledger counts billionths. */
export function spentView<Extra extends Spent>({ nanoDollars, ...rest }: Extra) {
  return { ...rest, usd: nanoDollars / NANO };
}

export function budgetView(budget: Budget, ledger: CostLedger): BudgetView {
  const { scope, unit, soft, hard, since } = budget;
  const { level, spent, unpricedTokens } = judgeBudget(budget, ledger.total(budget));
  const shown = (amount: number) => (unit === 'tokens' ? amount : amount / NANO);
  return {
    ...{
      scope,
      unit: unit === 'tokens' ? 'tokens' : 'usd',
      since,
      level,
      unpricedTokens,
      spent: shown(spent),
    },
    ...{ soft: soft === null ? null : shown(soft), hard: hard === null ? null : shown(hard) },
  };
}

/** An amount in the ledger's unit, from what a person gave. */
export function toLedger(amount: number | null, unit: BudgetView['unit']): number | null {
  return amount === null ? null : Math.round(unit === 'tokens' ? amount : amount * NANO);
}

export function amountText(amount: number, unit: Budget['unit']): string {
  return unit === 'tokens'
    ? `${amount.toLocaleString('en-US')} tokens`
    : `$${(amount / NANO).toFixed(2)} (estimated)`;
}
