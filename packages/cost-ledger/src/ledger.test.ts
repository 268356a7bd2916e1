import { join } from 'node:path';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { judgeBudget } from './budget.ts';
import { openCostLedger, type Answer } from './ledger.ts';
import { costOf } from './prices.ts';

const AT = Date.UTC(2026, 10, 20);
const tokens = { input: 1_000_000, output: 100_000, cacheRead: 2_000_000, cacheWrite: 400_000 };
const answer = (changes: Partial<Answer> = {}): Answer => ({
  ...{ requestId: 'req_1', at: AT, project: 'shop', agent: 'shop/developer', role: 'developer' },
  ...{ task: 'shop.t1', model: 'claude-opus-5-5', tokens, ...changes },
});

function open(path = join(makeTempDirectory('orc-cost'), 'orc.db')) {
  const ledger = openCostLedger({ path }, { clock: { now: () => AT } });
  onTeardown(() => ledger[Symbol.dispose]());
  return { ledger, path };
}

describe('an answer', () => {
  it('is counted once, also by a process that reads the transcript again', () => {
    const { ledger, path } = open();
    expect(ledger.record(answer())).toBe(true);
    expect(ledger.record(answer())).toBe(false);
    const later = open(path).ledger;
    expect(later.record(answer())).toBe(false);
    expect(later.total()).toMatchObject({ answers: 1, tokens: 3_500_000 });
  });

  it('costs what is published for its model on that day', () => {
    // 1 × 4 + 0.1 × 20 + 2 × 0.2 + 0.4 × 5 dollars
    expect(costOf({ model: 'claude-opus-5-5', at: AT, tokens })).toBe(8_400_000_000);
    expect(costOf({ model: 'claude-opus-5-5-20260901', at: AT, tokens })).toBe(8_400_000_000);
    const reads = { input: 0, output: 0, cacheRead: 1_000_000, cacheWrite: 0 };
    expect(costOf({ model: 'claude-sonnet-5-5', at: Date.UTC(2026, 9, 6), tokens: reads })).toBe(200_000_000);
    expect(costOf({ model: 'claude-sonnet-5-5[1m]', at: Date.UTC(2026, 9, 7), tokens: reads })).toBe(
      100_000_000,
    );
    const asked = { input: 2_949, output: 10, cacheRead: 0, cacheWrite: 0 };
    expect(costOf({ model: 'claude-sonnet-5-5', at: AT, tokens: asked })).toBe(5_998_000);
    const long = { input: 100_001, output: 0, cacheRead: 0, cacheWrite: 0 };
    expect(costOf({ model: 'claude-haiku-5-5', at: AT, tokens: long })).toBe(50_000_500);
  });

  it('costs for what is written to the cache by how long it is kept', () => {
    const written = { input: 0, output: 0, cacheRead: 0, cacheWrite: 400_000 };
    const costs = (cacheWrite1h?: number) =>
      costOf({ model: 'claude-opus-5-5', at: AT, tokens: { ...written, cacheWrite1h } });
    // 0.4 × 5 dollars for five minutes, 0.4 × 8 for an hour; what is said of more than was written is not believed.
    expect([costs(), costs(0), costs(400_000), costs(100_000), costs(9_000_000)]).toEqual([
      2_000_000_000, 2_000_000_000, 3_200_000_000, 2_300_000_000, 3_200_000_000,
    ]);
    const { ledger } = open();
    ledger.record(answer({ tokens: { ...written, cacheWrite1h: 400_000 } }));
    expect(ledger.total()).toMatchObject({
      cacheWrite: 400_000,
      tokens: 400_000,
      nanoDollars: 3_200_000_000,
    });
  });

  it('of a model without a price is tokens only, and is never given the price of another one', () => {
    for (const model of ['claude-opus-5-7', 'claude-opus-50', 'gpt-7', '<synthetic>'])
      expect(costOf({ model, at: AT, tokens })).toBeNull();
    const { ledger } = open();
    ledger.record(answer({ model: 'claude-opus-5-7' }));
    expect(ledger.total()).toMatchObject({ nanoDollars: 0, tokens: 3_500_000, unpricedTokens: 3_500_000 });
  });

  it('is refused whole when it is none', () => {
    const { ledger } = open();
    const invalid = expect.objectContaining({ code: 'ORC_COST_INVALID' }) as Error;
    expect(() => ledger.record(answer({ at: -1 }))).toThrow(invalid);
    expect(() => ledger.record(answer({ tokens: { ...tokens, output: 0.5 } }))).toThrow(invalid);
    expect(ledger.total().answers).toBe(0);
  });
});

describe('what was spent', () => {
  it('is told by agent, role, task, model and project', () => {
    const { ledger } = open();
    ledger.record(answer());
    ledger.record(answer({ requestId: 'req_2', agent: 'shop/tester', role: 'tester', task: null }));
    ledger.record(answer({ requestId: 'req_3', project: 'blog', agent: 'blog/tester', role: 'tester' }));
    expect(ledger.by('role').map(({ name, answers }) => [name, answers])).toEqual([
      ['tester', 2],
      ['developer', 1],
    ]);
    expect(ledger.by('task', { scope: 'shop' }).map(({ name }) => name)).toEqual([null, 'shop.t1']);
    expect(ledger.by('agent', { scope: 'shop' })).toHaveLength(2);
    expect(ledger.total({ scope: 'shop/tester' }).answers).toBe(1);
    expect(ledger.total({ scope: 'shop', since: AT + 1 })).toMatchObject({
      answers: 0,
      tokens: 0,
      nanoDollars: 0,
    });
  });
});

describe('a budget', () => {
  it('is reached when exactly so much is spent, first softly', () => {
    const { ledger } = open();
    const set = ledger.setBudget({
      scope: 'shop',
      unit: 'tokens',
      soft: 3_500_000,
      hard: 7_000_000,
      since: 0,
    });
    expect(judgeBudget(set, ledger.total({ scope: 'shop' })).level).toBe('within');
    ledger.record(answer());
    expect(judgeBudget(set, ledger.total({ scope: 'shop' }))).toMatchObject({
      level: 'soft',
      spent: 3_500_000,
    });
    ledger.record(answer({ requestId: 'req_2' }));
    expect(judgeBudget(set, ledger.total({ scope: 'shop' })).level).toBe('hard');
  });

  it('of money does not see tokens without a price, and says how many there are', () => {
    const { ledger } = open();
    const set = ledger.setBudget({ scope: 'shop', unit: 'nano-dollars', soft: null, hard: 1, since: 0 });
    ledger.record(answer({ model: 'mystery' }));
    expect(judgeBudget(set, ledger.total({ scope: 'shop' }))).toEqual({
      level: 'within',
      spent: 0,
      unpricedTokens: 3_500_000,
    });
  });

  it('is one for each scope, outlives the process, and can be taken away', () => {
    const { ledger, path } = open();
    ledger.setBudget({ scope: 'shop', unit: 'tokens', soft: null, hard: 5, since: 0 });
    ledger.setBudget({ scope: 'shop', unit: 'tokens', soft: null, hard: 9, since: 0 });
    expect(open(path).ledger.budgets()).toEqual([
      { scope: 'shop', unit: 'tokens', soft: null, hard: 9, since: 0, setAt: AT },
    ]);
    expect([ledger.clearBudget('shop'), ledger.clearBudget('shop')]).toEqual([true, false]);
  });

  it('needs a limit, and a soft one no higher than the hard one', () => {
    const { ledger } = open();
    const invalid = expect.objectContaining({ code: 'ORC_COST_INVALID' }) as Error;
    const unit = 'tokens' as const;
    expect(() => ledger.setBudget({ scope: 'shop', unit, soft: null, hard: null, since: 0 })).toThrow(
      invalid,
    );
    expect(() => ledger.setBudget({ scope: 'shop', unit, soft: 9, hard: 5, since: 0 })).toThrow(invalid);
  });
});
