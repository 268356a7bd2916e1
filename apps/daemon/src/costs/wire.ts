import type { TranscriptFact } from '@orc/agent-runtime';
import { openCostLedger, priceList, type CostLedger } from '@orc/cost-ledger';
import type { Capability } from '../capability.ts';
import type { Parking } from '../credits/parking.ts';
import { errors } from '../errors.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Notices } from '../messaging/notices.ts';
import { databaseOf, type Parts } from '../parts.ts';
import type { FactListener } from '../supervision/observe.ts';
import { createBudgets } from './budgets.ts';
import { createSubagentReader } from './subagents.ts';
import { budgetView, spentView, toLedger } from './views.ts';

type Names = 'costs' | 'setBudget' | 'clearBudget';

const ENFORCE_MS = 2_000;

/** What the models' answers used and cost, taken from transcripts, and the budgets that bound it. */
export function wireCosts(
  parts: Parts,
  { notices, parking }: { readonly notices: Notices; readonly parking: Parking },
) {
  const { registry, board, clock } = parts;
  const ledger = openCostLedger(databaseOf(parts), { clock });
  const budgets = createBudgets(parts, { ledger, notices, parking });

  const count = (agentId: string, fact: TranscriptFact): void => {
    const agent = registry.findAgent(agentId);
    if (fact.type !== 'usage' || !agent) return;
    const { requestId, at, model } = fact;
    const { input, output, cacheRead, cacheCreation, cacheCreation1h } = fact.tokens;
    const isNew = ledger.record({
      ...{ requestId, at, model, project: agent.project, agent: agentId, role: agent.role },
      task: board.currentFor(agentId)?.id ?? null,
      tokens: { input, output, cacheRead, cacheWrite: cacheCreation, cacheWrite1h: cacheCreation1h },
    });
    if (isNew) budgets.touch();
  };
  const listener: FactListener = { fromHook: () => undefined, fromTranscript: count };
  const readSubagents = createSubagentReader(parts, count);
  const capability: Capability<Names> = {
    handlers: createCostHandlers(parts, ledger, budgets),
    jobs: [
      { name: 'usage of sub-agents', everyMs: ENFORCE_MS, run: readSubagents },
      { name: 'budgets', everyMs: ENFORCE_MS, run: () => budgets.enforce() },
    ],
    [Symbol.dispose]: () => ledger[Symbol.dispose](),
  };
  return { ...capability, listener, mayStart: budgets.mayStart };
}

export type Costs = ReturnType<typeof wireCosts>;

function createCostHandlers(
  { registry, clock }: Pick<Parts, 'registry' | 'clock'>,
  ledger: CostLedger,
  budgets: ReturnType<typeof createBudgets>,
): HandlersOf<Names> {
  const requireScope = (scope: string): void => {
    const projects = registry.listProjects().map(({ slug }) => slug);
    if (projects.includes(scope) || registry.findAgent(scope)) return;
    throw errors.unknownScope(scope, [...projects, ...registry.listAgents().map(({ id }) => id)]);
  };
  return {
    costs: ({ query: { scope, by, since } }) => {
      if (scope !== undefined) requireScope(scope);
      const filter = { scope, since };
      return {
        ...{ at: clock.now(), prices: priceList.version, by },
        total: spentView(ledger.total(filter)),
        groups: ledger.by(by, filter).map(spentView),
        budgets: ledger.budgets().map((budget) => budgetView(budget, ledger)),
      };
    },
    setBudget: ({ body: { scope, unit, soft, hard, isFresh } }) => {
      requireScope(scope);
      const limits = { soft: toLedger(soft, unit), hard: toLedger(hard, unit) };
      const since = isFresh ? clock.now() : 0;
      const budget = ledger.setBudget({
        scope,
        unit: unit === 'tokens' ? 'tokens' : 'nano-dollars',
        since,
        ...limits,
      });
      budgets.touch();
      budgets.enforce();
      return budgetView(budget, ledger);
    },
    clearBudget: ({ body: { scope } }) => {
      const cleared = ledger.clearBudget(scope);
      budgets.touch();
      budgets.enforce();
      return { scope, cleared };
    },
  };
}
