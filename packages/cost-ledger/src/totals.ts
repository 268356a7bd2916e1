import type { Database } from '@orc/sqlite';

export interface Spent {
  readonly answers: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Of every kind together. */
  readonly tokens: number;
  /** Estimated, in billionths of a dollar, of models whose price is known. */
  readonly nanoDollars: number;
  readonly unpricedTokens: number;
}

export interface SpentBy extends Spent {
  /** The agent, role, task, model or project; `null` for what was used outside of any task. */
  readonly name: string | null;
}

const groups = { project: 'project', agent: 'agent', role: 'role', task: 'task', model: 'model' } as const;
export type Group = keyof typeof groups;

export interface SpentFilter {
  /** A project or an agent. */
  readonly scope?: string | undefined;
  readonly since?: number | undefined;
}

export interface Totals {
  total(filter?: SpentFilter): Spent;
  /** The most expensive first. */
  by(group: Group, filter?: SpentFilter): SpentBy[];
}

const HOUR_MS = 3_600_000;
const TOKENS_AND_MONEY = `total(input) AS input, total(output) AS output, total(cache_read) AS cacheRead,
  total(cache_write) AS cacheWrite, total(input + output + cache_read + cache_write) AS tokens,
  total(nano_dollars) AS nanoDollars`;
const UNPRICED = 'iif(nano_dollars IS NULL, input + output + cache_read + cache_write, 0)';
const SUMS = `count(*) AS answers, ${TOKENS_AND_MONEY}, total(${UNPRICED}) AS unpricedTokens`;
const OF_ALL = 'at >= @since';
// Each of the two has an index; a condition that may also be none at all would have to be tried on every row.
const OF_SCOPE = '(project = @scope OR agent = @scope) AND at >= @since';
/** The answers of the hour in which the time begins, and the sums of the hours after it. */
const SUMS_OF_SCOPE = `SELECT total(answers) AS answers, ${TOKENS_AND_MONEY}, total(unpriced_tokens) AS unpricedTokens FROM (
  SELECT 1 AS answers, input, output, cache_read, cache_write, nano_dollars, ${UNPRICED} AS unpriced_tokens
    FROM cost_answers WHERE ${OF_SCOPE} AND at < @hour * ${HOUR_MS}
  UNION ALL
  SELECT answers, input, output, cache_read, cache_write, nano_dollars, unpriced_tokens
    FROM cost_hours WHERE scope = @scope AND hour >= @hour)`;

/** What was spent. How much a scope has is asked for every few seconds, and so is not summed up anew. */
export function createTotals(database: Pick<Database, 'prepare'>): Totals {
  const sumOfAll = database.prepare<object, Spent>(`SELECT ${SUMS} FROM cost_answers WHERE ${OF_ALL}`);
  const sumOfScope = database.prepare<object, Spent>(SUMS_OF_SCOPE);
  return {
    total: ({ scope, since = 0 } = {}) =>
      (scope === undefined
        ? sumOfAll.get({ since })
        : sumOfScope.get({ scope, since, hour: Math.ceil(since / HOUR_MS) })) as Spent,
    by: (group, { scope, since = 0 } = {}) =>
      database
        .prepare<object, SpentBy>(
          `SELECT ${groups[group]} AS name, ${SUMS} FROM cost_answers WHERE ${scope === undefined ? OF_ALL : OF_SCOPE} GROUP BY 1 ORDER BY nanoDollars DESC, tokens DESC, 1`,
        )
        .all(scope === undefined ? { since } : { scope, since }),
  };
}
