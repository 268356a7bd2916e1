import { join } from 'node:path';
import { migrate, openDatabase } from '@orc/sqlite';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { openCostLedger, type Answer } from './ledger.ts';
import { migrations } from './migrations.ts';
import { createTotals, type Spent, type Totals } from './totals.ts';

const HOUR = 3_600_000;
const AT = Date.UTC(2026, 10, 20);
const PEOPLE = [
  ['shop', 'shop/developer'],
  ['shop', 'shop/tester'],
  ['blog', 'blog/developer'],
  // Nothing keeps a scope from being the name of both.
  ['solo', 'solo'],
] as const;

function openFile(path = join(makeTempDirectory('orc-cost'), 'orc.db')) {
  const database = openDatabase({ path });
  onTeardown(() => void database.close());
  return { database, path };
}

function openLedger(path: string) {
  const ledger = openCostLedger({ path });
  onTeardown(() => ledger[Symbol.dispose]());
  return ledger;
}

/** Answers of all, some within one hour, some at the edges of hours, some without a price. */
function makeAnswers(count: number): Answer[] {
  return Array.from({ length: count }, (_, n): Answer => {
    const [project, agent] = PEOPLE[n % PEOPLE.length] ?? PEOPLE[0];
    const at = AT + Math.floor(n / 3) * (HOUR / 4) - (n % 3);
    const tokens = { input: n, output: 2 * n, cacheRead: 3 * n, cacheWrite: 5 * n };
    const model = n % 5 === 0 ? 'mystery' : 'claude-opus-5-5';
    return { requestId: `req_${n}`, at, project, agent, role: 'developer', task: null, model, tokens };
  });
}

function recount(answers: readonly Answer[], scope: string, since: number) {
  const own = answers.filter((each) => each.at >= since && [each.project, each.agent].includes(scope));
  const sum = (list: readonly Answer[]) =>
    list.reduce(
      (total, { tokens: { input, output, cacheRead, cacheWrite } }) =>
        total + input + output + cacheRead + cacheWrite,
      0,
    );
  return {
    answers: own.length,
    tokens: sum(own),
    unpricedTokens: sum(own.filter(({ model }) => model === 'mystery')),
  };
}

const scopes = [...new Set(PEOPLE.flat())];
const starts = [
  0,
  AT - 1,
  AT,
  AT + 1,
  AT + HOUR - 1,
  AT + HOUR,
  AT + 1.5 * HOUR,
  AT + 4 * HOUR,
  AT + 99 * HOUR,
];

function expectExact(totals: Pick<Totals, 'total'>, answers: readonly Answer[]): void {
  for (const scope of scopes)
    for (const since of starts)
      expect(totals.total({ scope, since }), `${scope} ${since - AT}`).toMatchObject(
        recount(answers, scope, since) satisfies Partial<Spent>,
      );
}

describe('what a scope has spent', () => {
  it('is exact from any instant on, with answers that come late or twice', () => {
    const { path } = openFile();
    const ledger = openLedger(path);
    const answers = makeAnswers(60);
    const [late, usual] = [answers.slice(0, 20), answers.slice(20)];
    for (const answer of [...usual, ...usual.slice(5)]) ledger.record(answer);
    expectExact(ledger, usual);
    // Another process that has the same file counts as well.
    const other = openLedger(path);
    for (const answer of late) other.record(answer);
    expectExact(ledger, answers);
    expect(ledger.total().answers).toBe(60);
  });

  it('is exact for a file from before sums were kept', () => {
    const { path } = openFile();
    const { database } = openFile(path);
    migrate(database, 'cost-ledger', migrations.slice(0, 1));
    const answers = makeAnswers(60);
    const insert = database.prepare(
      'INSERT INTO cost_answers VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?)',
    );
    for (const { requestId, at, project, agent, role, model, tokens } of answers) {
      const { input, output, cacheRead, cacheWrite } = tokens;
      const price = model === 'mystery' ? null : 1;
      insert.run(
        ...[requestId, at, project, agent, role, model, input, output, cacheRead, cacheWrite, price, 'p'],
      );
    }
    const ledger = openLedger(path);
    expectExact(ledger, answers);
    expect(ledger.total({ scope: 'shop' }).nanoDollars).toBe(
      answers.filter(({ project, model }) => project === 'shop' && model !== 'mystery').length,
    );
  });

  it('is found without reading all that was ever spent', () => {
    const { database, path } = openFile();
    openLedger(path);
    const seen: string[] = [];
    const totals = createTotals({
      prepare: ((source: string) => {
        const statement = database.prepare(source);
        const explain = database.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${source}`);
        const planned = (values: object) => seen.push(...explain.all(values).map(({ detail }) => detail));
        return {
          get: (values: object) => (planned(values), statement.get(values)),
          all: (values: object) => (planned(values), statement.all(values)),
        };
      }) as unknown as typeof database.prepare,
    });
    totals.total({ scope: 'shop', since: AT });
    totals.by('agent', { scope: 'shop', since: AT });
    expect(seen.filter((step) => /SCAN cost_/.test(step))).toEqual([]);
    expect(seen).toContainEqual(
      expect.stringMatching(/SEARCH cost_answers USING INDEX cost_answers_by_project/),
    );
    expect(seen).toContainEqual(
      expect.stringMatching(/SEARCH cost_answers USING INDEX cost_answers_by_agent/),
    );
  });
});
