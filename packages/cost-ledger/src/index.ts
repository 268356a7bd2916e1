export { judgeBudget, type Budget, type BudgetVerdict } from './budget.ts';
export { errors } from './errors.ts';
export { openCostLedger, type Answer, type BudgetInput, type CostLedger } from './ledger.ts';
export { costOf, priceList, type PriceList, type Tokens } from './prices.ts';
export type { Group, Spent, SpentBy } from './totals.ts';
