import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlockPolicy, findDeadlocks, type Debt } from './index.ts';

const NOW = Date.UTC(2030, 0, 1);
const policy = DeadlockPolicy.parse({});
const EARLIER = NOW - 60_000;

const owes = (debtor: string, creditor: string, since = EARLIER): Debt => ({
  messageId: `${debtor}-${creditor}`,
  debtor,
  creditor,
  since,
});
const idle = (...agents: string[]) => new Map(agents.map((agent) => [agent, EARLIER]));
const find = (debts: Debt[], idleSince = idle('a', 'b', 'c', 'd')) =>
  findDeadlocks({ debts, idleSince, now: NOW, policy });

describe('findDeadlocks', () => {
  it('finds two that wait for each other, with what each owes', () => {
    const debts = [owes('a', 'b'), owes('b', 'a', EARLIER - 1), owes('c', 'a')];
    expect(find(debts)).toEqual([{ agents: ['a', 'b'], debts: [debts[1], debts[0]] }]);
  });

  it('finds a longer circle, and two that have nothing to do with each other', () => {
    const circle = [owes('a', 'b'), owes('b', 'c'), owes('c', 'a')];
    expect(find(circle).map(({ agents }) => agents)).toEqual([['a', 'b', 'c']]);
    const two = [owes('a', 'b'), owes('b', 'a'), owes('c', 'd'), owes('d', 'c')];
    expect(find(two).map(({ agents }) => agents)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('finds none where somebody can still go on', () => {
    expect(find([owes('a', 'b'), owes('b', 'c')])).toEqual([]);
    expect(find([owes('a', 'a')])).toEqual([]);
    expect(find([owes('a', 'b'), owes('b', 'a')], idle('a'))).toEqual([]);
  });

  it('counts what has lasted for thirty seconds, on both sides', () => {
    const short = NOW - 29_999;
    expect(find([owes('a', 'b'), owes('b', 'a', short)])).toEqual([]);
    expect(find([owes('a', 'b'), owes('b', 'a')], new Map([...idle('a'), ['b', short]]))).toEqual([]);
    expect(find([owes('a', 'b'), owes('b', 'a', NOW - 30_000)])).toHaveLength(1);
  });

  it('refuses a time that is none', () => {
    expect(() => find([owes('a', 'b', Number.NaN)])).toThrow(
      expect.objectContaining({ code: 'ORC_SUPERVISOR_BAD_INPUT' }) as Error,
    );
  });

  it('says the same in any order, puts each agent into one circle at most, and nobody who waits for nobody', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const agents = idle('a', 'b', 'c', 'd', 'e', 'f');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { maxLength: 20 }), (pairs) => {
        const debts = pairs.map(([debtor, creditor], index) => ({
          ...owes(debtor, creditor),
          messageId: `m${index}`,
        }));
        const found = find(debts, agents);
        expect(find([...debts].reverse(), agents)).toEqual(found);
        const all = found.flatMap((deadlock) => deadlock.agents);
        expect(new Set(all).size).toBe(all.length);
        for (const deadlock of found)
          for (const agent of deadlock.agents) {
            expect(deadlock.debts.some(({ debtor }) => debtor === agent)).toBe(true);
            expect(deadlock.debts.some(({ creditor }) => creditor === agent)).toBe(true);
          }
      }),
    );
  });
});
