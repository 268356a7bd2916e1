import { operator } from '@orc/contracts';
import { judgeBudget, type Budget, type BudgetVerdict, type CostLedger } from '@orc/cost-ledger';
import type { Agent } from '@orc/registry';
import type { HoldReason, Parking } from '../credits/parking.ts';
import { noticeId, type Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { amountText } from './views.ts';

interface Judged {
  readonly budget: Budget;
  readonly verdict: BudgetVerdict;
}

/**
 * What follows from budgets, decided by numbers and by no model: a soft limit is said once, a hard one parks
 * the mail of its agents, holds their tasks back and asks the person, until it is raised or taken away.
 */
export function createBudgets(
  { registry, bus }: Pick<Parts, 'registry' | 'bus'>,
  {
    ledger,
    notices,
    parking,
  }: { readonly ledger: CostLedger; readonly notices: Notices; readonly parking: Parking },
) {
  let isDue = true;
  let judged: readonly Judged[] | undefined;
  const told = new Set<string>();

  // Judged when somebody first asks, and not by a job of its own: the job for limits would find nothing used
  // up before that one has run, and hand out all the mail that waits.
  const judge = (): readonly Judged[] =>
    (judged ??= ledger
      .budgets()
      .map((budget) => ({ budget, verdict: judgeBudget(budget, ledger.total(budget)) })));
  const usedUpFor = (agent: Agent): Budget | undefined =>
    judge().find(({ budget, verdict }) => verdict.level === 'hard' && isIn(agent, budget.scope))?.budget;

  const tell = (budget: Budget, verdict: BudgetVerdict): void => {
    const { scope, setAt } = budget;
    const { level } = verdict;
    const key = `${scope} ${setAt} ${level}`;
    if (told.has(key)) return;
    told.add(key);
    const project = registry.listProjects().find(({ slug }) => slug === scope.split('/')[0]);
    const text = textOf(budget, verdict);
    const severity = level === 'hard' ? 'critical' : 'warning';
    for (const recipient of new Set([...(project ? [notices.hubOf(project)] : []), operator]))
      notices.tell({ recipient, severity, text, id: noticeId('budget', key, recipient) });
    const about = { id: noticeId('budget', key), source: 'costs', severity } as const;
    bus.publish('budget.reached', { scope, level, spent: verdict.spent, unit: budget.unit }, about);
  };

  parking.add(
    () =>
      new Map(
        registry.listAgents().flatMap((agent): [string, HoldReason][] => {
          const budget = usedUpFor(agent);
          return budget ? [[agent.id, `budget: that of ${budget.scope} is used up`]] : [];
        }),
      ),
  );

  return {
    /** Something was spent, or a budget was changed. */
    touch(): void {
      isDue = true;
      judged = undefined;
    },
    enforce(): void {
      if (!isDue) return;
      isDue = false;
      for (const { budget, verdict } of judge()) if (verdict.level !== 'within') tell(budget, verdict);
      parking.reconcile();
    },
    mayStart: (agent: Agent): boolean => usedUpFor(agent) === undefined,
  };
}

function isIn({ id, project }: Agent, scope: string): boolean {
  return id === scope || project === scope;
}

function textOf({ scope, unit, soft, hard }: Budget, { level, spent }: BudgetVerdict): string {
  const used = amountText(spent, unit);
  if (level === 'soft')
    return `${scope} has used ${used}; its soft limit is ${amountText(soft ?? 0, unit)}. Nothing is stopped.`;
  return [
    `The budget of ${scope} is used up: ${used} of ${amountText(hard ?? 0, unit)}.`,
    'The mail of its agents waits and no task is handed out, until you decide:',
    `  orc budget set ${scope} --hard …   raises it`,
    `  orc budget clear ${scope}          takes it away`,
  ].join('\n');
}
