import { join } from 'node:path';
import { openCostLedger, type Answer } from '@orc/cost-ledger';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { expect, it } from 'vitest';
import { makeCreditHouse } from '../../fixtures/credit-house.ts';
import { createBudgets } from './budgets.ts';

const AT = Date.UTC(2026, 10, 20);

function makeTreasury() {
  const house = makeCreditHouse(['orchestrator', 'developer', 'tester'], { start: AT });
  const ledger = openCostLedger(
    { path: join(makeTempDirectory('orc-cost'), 'orc.db') },
    { clock: house.clock },
  );
  onTeardown(() => ledger[Symbol.dispose]());
  const open = () => createBudgets(house.parts, { ledger, ...house.parts });
  const budgets = open();
  const spend = (role: string, input: number): void => {
    ledger.record(answerOf(role, input));
    budgets.touch();
    budgets.enforce();
  };
  return { house, ledger, budgets, open, spend };
}

let requests = 0;

function answerOf(role: string, input: number): Answer {
  requests += 1;
  return {
    ...{ requestId: `req_${requests}`, at: AT, project: 'shop', agent: `shop/${role}`, role, task: null },
    ...{ model: 'claude-opus-5-5', tokens: { input, output: 0, cacheRead: 0, cacheWrite: 0 } },
  };
}

const limits = { unit: 'tokens', soft: 1_000, hard: 2_000, since: 0 } as const;

it('says once that a soft limit is reached, and stops nothing', () => {
  const { house, ledger, spend, budgets } = makeTreasury();
  ledger.setBudget({ scope: 'shop', ...limits });
  spend('developer', 999);
  expect(house.mail('user', 'notice')).toEqual([]);
  spend('tester', 1);
  spend('tester', 1);
  expect(house.mail('user', 'notice')).toHaveLength(1);
  expect(house.mail('orchestrator', 'notice')).toHaveLength(1);
  expect([house.parked(), budgets.mayStart(house.agent('tester'))]).toEqual([[], true]);
});

it('parks the mail of a project whose budget is used up, holds its tasks and asks, until it is raised', () => {
  const { house, ledger, spend, budgets } = makeTreasury();
  ledger.setBudget({ scope: 'shop', ...limits, soft: null });
  spend('developer', 2_000);
  expect(house.parked()).toEqual(['developer', 'orchestrator', 'tester']);
  expect(budgets.mayStart(house.agent('tester'))).toBe(false);
  expect(house.mail('user', 'notice').map(({ body }) => body)).toEqual([
    expect.stringMatching(/^The budget of shop is used up: 2,000 tokens of 2,000 tokens\./),
  ]);
  expect(house.events()).toContain('budget.reached');
  ledger.setBudget({ scope: 'shop', ...limits, soft: null, hard: 3_000 });
  budgets.touch();
  budgets.enforce();
  expect([house.parked(), budgets.mayStart(house.agent('tester'))]).toEqual([[], true]);
});

it('bounds one agent and leaves the others alone', () => {
  const { house, ledger, spend, budgets } = makeTreasury();
  ledger.setBudget({ scope: 'shop/developer', ...limits, soft: null });
  spend('tester', 9_000);
  expect(house.parked()).toEqual([]);
  spend('developer', 2_000);
  expect(house.parked()).toEqual(['developer']);
  const mayStart = (role: string) => budgets.mayStart(house.agent(role));
  expect([mayStart('developer'), mayStart('tester')]).toEqual([false, true]);
});

it('knows from the first moment after a restart what is used up, and tells nobody twice', () => {
  const { house, ledger, spend, open } = makeTreasury();
  ledger.setBudget({ scope: 'shop/developer', ...limits, soft: null });
  spend('developer', 2_000);
  house.restart();
  const budgets = open();
  // The limits look after the parking before the budgets are enforced for the first time.
  house.pass(1_000);
  expect(house.parked()).toEqual(['developer']);
  expect(budgets.mayStart(house.agent('developer'))).toBe(false);
  budgets.enforce();
  expect(house.parked()).toEqual(['developer']);
  expect(house.mail('user', 'notice')).toHaveLength(1);
});

it('sees at once what was spent since it last looked', () => {
  const { house, ledger, budgets } = makeTreasury();
  ledger.setBudget({ scope: 'shop/developer', ...limits, soft: null });
  budgets.enforce();
  ledger.record(answerOf('developer', 2_000));
  budgets.touch();
  expect(budgets.mayStart(house.agent('developer'))).toBe(false);
});

it('stays parked for the budget when its usage limit ends', () => {
  const { house, ledger, spend } = makeTreasury();
  house.hit('developer', AT + 3_600_000);
  ledger.setBudget({ scope: 'shop/developer', ...limits, soft: null });
  spend('developer', 2_000);
  house.parts.governor.forget('claude');
  expect(house.parked()).toEqual(['developer']);
});
