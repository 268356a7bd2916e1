import { join } from 'node:path';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import {
  joinRules,
  judge,
  openViolations,
  readBuiltInRules,
  readRules,
  type Fact,
  type Violations,
} from '../src/index.ts';

const MINUTE = 60_000;
const T0 = Date.UTC(2030, 0, 2, 12);
const { rules } = joinRules([readBuiltInRules()]);
const late: Fact = { watches: 'git', moment: 'look', behind: 25, branch: 'feature/a', parentBranch: 'main' };
const fine: Fact = { ...late, behind: 2 };
const chat: Fact = { watches: 'message', via: 'ledger', kind: 'note', body: 'thanks', recipient: 'user' };

function open(path = join(makeTempDirectory(), 'orc.db')): Violations & { readonly path: string } {
  let next = 0;
  const violations = openViolations({ path }, { newId: () => `v${(next += 1)}${path.length}` });
  onTeardown(() => violations[Symbol.dispose]());
  return { ...violations, path };
}

const see = (violations: Violations, fact: Fact, minute: number, agent = 'shop/developer') =>
  violations.record(judge(rules, fact), rules, { project: 'shop', agent, now: T0 + minute * MINUTE });

describe('violations', () => {
  it('are kept with why, remedy and fact, and survive the process', () => {
    const { path, ...violations } = open();
    see(violations, late, 0);
    const [found, ...others] = open(path).list({ state: 'open', project: 'shop' });
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      rule: 'stay-close',
      agent: 'shop/developer',
      severity: 'medium',
      why: '"feature/a" of unknown is 25 commits behind "main"',
      because: ['behind is 25, above 20'],
      fact: late,
      firstAt: T0,
      news: 'opened',
    });
  });

  it('are one per rule and agent, told once', () => {
    const violations = open();
    for (const minute of [0, 1, 2, 3]) see(violations, late, minute);
    see(violations, late, 3, 'shop/tester');
    expect(violations.untold().map(({ agent, news }) => [agent, news])).toEqual([
      ['shop/developer', 'opened'],
      ['shop/tester', 'opened'],
    ]);
    for (const { id, news } of violations.untold()) violations.told(id, news);
    see(violations, late, 4);
    expect(violations.untold()).toEqual([]);
  });

  it('of a state end when it is gone, of messages when they stop', () => {
    const violations = open();
    see(violations, late, 0);
    see(violations, chat, 0);
    see(violations, fine, 5);
    violations.sweep(rules, { project: 'shop', now: T0 + 6 * MINUTE });
    expect(violations.list({ state: 'resolved' })).toMatchObject([
      { rule: 'stay-close', resolvedBy: 'gone' },
    ]);
    violations.sweep(rules, { project: 'shop', now: T0 + 30 * MINUTE });
    expect(violations.list({ state: 'open' })).toEqual([]);
  });

  it('keep the latest why while they are open, and the severity they have reached', () => {
    const violations = open();
    for (const minute of [0, 1, 2, 3, 4]) see(violations, chat, minute);
    see(violations, { ...chat, recipient: 'shop/tester' }, 5);
    expect(violations.list()).toMatchObject([
      { count: 6, severity: 'medium', why: expect.stringContaining('tester') as string },
    ]);
  });

  it('end when their rule is switched off, or their agent has ended', () => {
    const violations = open();
    see(violations, late, 0);
    see(violations, late, 0, 'shop/tester');
    violations.release('shop/tester', T0);
    const off = joinRules([
      readBuiltInRules(),
      readRules('rules: [{ id: stay-close, enabled: false }]', 'x'),
    ]);
    violations.sweep(off.rules, { project: 'shop', now: T0 });
    expect(violations.list().map(({ agent, resolvedBy }) => [agent, resolvedBy])).toEqual([
      ['shop/tester', 'agent-ended'],
      ['shop/developer', 'rule-off'],
    ]);
  });

  it('can be resolved by hand, once', () => {
    const violations = open();
    see(violations, late, 0);
    const [{ id } = { id: '' }] = violations.list();
    const by = { name: 'user', text: 'it is meant to be', now: T0 };
    expect(violations.resolve(id, by)).toBe(true);
    expect(violations.resolve(id, by)).toBe(false);
    expect(violations.get(id)).toMatchObject({ state: 'resolved', resolvedBy: 'user', resolution: by.text });
    see(violations, late, 1);
    expect(violations.list({ state: 'open' })).toEqual([]);
    expect(() => violations.resolve('v0', by)).toThrow(
      expect.objectContaining({ code: 'ORC_RULES_UNKNOWN_VIOLATION' }) as Error,
    );
  });

  it('are found by agent, rule and time', () => {
    const violations = open();
    see(violations, late, 0);
    see(violations, chat, 60, 'shop/tester');
    const ids = (filter: object) => violations.list(filter).map(({ rule }) => rule);
    expect(ids({})).toEqual(['no-chit-chat', 'stay-close']);
    expect(ids({ agent: 'shop/tester' })).toEqual(['no-chit-chat']);
    expect(ids({ rule: 'stay-close' })).toEqual(['stay-close']);
    expect(ids({ since: T0 + MINUTE })).toEqual(['no-chit-chat']);
    expect(ids({ limit: 1 })).toEqual(['no-chit-chat']);
    expect(ids({ project: 'other' })).toEqual([]);
  });

  it('are forgotten when they are old and resolved', () => {
    const violations = open();
    see(violations, late, 0);
    see(violations, chat, 0);
    violations.sweep(rules, { project: 'shop', now: T0 + 40 * MINUTE });
    expect(violations.prune(T0 + 100 * MINUTE)).toBe(1);
    expect(violations.list()).toMatchObject([{ rule: 'stay-close' }]);
  });

  it('move with the place up to which something was read, or not at all', () => {
    const violations = open();
    expect(violations.cursor('ledger')).toBe(0);
    violations.moveCursor('ledger', 7, () => see(violations, late, 0));
    expect(() =>
      violations.moveCursor('ledger', 8, () => {
        see(violations, chat, 0);
        throw new Error('killed in between');
      }),
    ).toThrow('killed in between');
    expect(violations.cursor('ledger')).toBe(7);
    expect(violations.list()).toMatchObject([{ rule: 'stay-close' }]);
  });

  it('keep of a huge text only what is needed to recognise it', () => {
    const violations = open();
    see(violations, { watches: 'message', via: 'pane', body: 'x'.repeat(1_000_000) }, 0);
    expect(JSON.stringify(violations.list()).length).toBeLessThan(5_000);
  });
});
