import {
  migrate,
  openDatabase,
  translateSqliteError,
  translatingErrors,
  type Database,
  type OpenDatabaseOptions,
} from '@orc/sqlite';
import { z } from 'zod';
import type { Budget } from './budget.ts';
import { errors } from './errors.ts';
import { migrations } from './migrations.ts';
import { costOf, priceList, type PriceList } from './prices.ts';
import { createTotals, type Totals } from './totals.ts';

const count = z.int().nonnegative();
const name = z.string().min(1).max(200);

const answerSchema = z.strictObject({
  /** The API's own id of the request. */
  requestId: name,
  at: count,
  project: name,
  agent: name,
  role: name,
  task: name.nullable(),
  model: name,
  tokens: z.strictObject({
    ...{ input: count, output: count, cacheRead: count, cacheWrite: count },
    /** Of `cacheWrite`, what is kept for an hour. */
    cacheWrite1h: count.optional(),
  }),
});

/** What one answer of a model used, and for whom. */
export type Answer = z.input<typeof answerSchema>;

const budgetSchema = z
  .strictObject({
    scope: name,
    unit: z.enum(['tokens', 'nano-dollars']),
    soft: count.positive().nullable(),
    hard: count.positive().nullable(),
    since: count,
  })
  .refine(({ soft, hard }) => soft !== null || hard !== null, 'it has neither a soft nor a hard limit')
  .refine(
    ({ soft, hard }) => soft === null || hard === null || soft <= hard,
    'its soft limit is above its hard one',
  );

export type BudgetInput = z.input<typeof budgetSchema>;

/** Every call is one transaction that is in the file when it returns. */
export interface CostLedger extends Totals, Disposable {
  /** Counts an answer once: false for one that is there, as when a transcript is read again. @throws ORC_COST_INVALID */
  record(answer: Answer): boolean;
  /** Replaces the scope's budget. @throws ORC_COST_INVALID */
  setBudget(budget: BudgetInput): Budget;
  /** False when there was none. */
  clearBudget(scope: string): boolean;
  budgets(): Budget[];
}

/**
 * Opens the ledger in a database file that it may share with others.
 *
 * @throws ORC_SQLITE_CANNOT_OPEN, ORC_SQLITE_CORRUPT, ORC_SQLITE_SCHEMA_TOO_NEW, ORC_SQLITE_BUSY
 */
export function openCostLedger(
  options: Pick<OpenDatabaseOptions, 'path' | 'busyTimeoutMs'>,
  {
    clock = { now: Date.now },
    prices = priceList,
  }: { readonly clock?: { now(): number }; readonly prices?: PriceList } = {},
): CostLedger {
  const database = openDatabase(options);
  try {
    migrate(database, 'cost-ledger', migrations);
    const parts = {
      ...createAnswers(database, prices),
      ...createTotals(database),
      ...createBudgets(database, clock),
    };
    return { ...translatingErrors(options.path, parts), [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    throw translateSqliteError(options.path, error);
  }
}

function createAnswers(database: Database, prices: PriceList): Pick<CostLedger, 'record'> {
  const insert = database.prepare(
    'INSERT OR IGNORE INTO cost_answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    record(input) {
      const answer = check(answerSchema, 'answer', input);
      const { requestId, at, project, agent, role, task, model, tokens } = answer;
      const about = [requestId, at, project, agent, role, task, model];
      const numbers = [tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite];
      return insert.run(...about, ...numbers, costOf(answer, prices), prices.version).changes > 0;
    },
  };
}

function createBudgets(
  database: Database,
  clock: { now(): number },
): Pick<CostLedger, 'setBudget' | 'clearBudget' | 'budgets'> {
  const put = database.prepare('INSERT OR REPLACE INTO cost_budgets VALUES (?, ?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM cost_budgets WHERE scope = ?');
  const all = database.prepare<[], Budget>(
    'SELECT scope, unit, soft, hard, since, set_at AS setAt FROM cost_budgets ORDER BY scope',
  );
  return {
    setBudget(input) {
      const { scope, unit, soft, hard, since } = check(budgetSchema, 'budget', input);
      const setAt = clock.now();
      put.run(scope, unit, soft, hard, since, setAt);
      return { scope, unit, soft, hard, since, setAt };
    },
    clearBudget: (scope) => remove.run(scope).changes > 0,
    budgets: () => all.all(),
  };
}

function check<Schema extends z.ZodType>(schema: Schema, what: string, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw errors.invalid(what, z.prettifyError(result.error).replaceAll('\n', ' '));
  return result.data;
}
