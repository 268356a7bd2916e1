import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainRule, joinRules, judge, readBuiltInRules, readFact, runFixtures } from './index.ts';

const document = readBuiltInRules();
const { rules, problems } = joinRules([document]);

const range = (letter: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${letter}-${String(from + index).padStart(2, '0')}`);

describe('the built-in rules', () => {
  it('are complete, and read like any rule of a user', () => {
    expect(problems).toEqual([]);
    expect(rules).toHaveLength(document.rules.length);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  it('stand for every requirement on communication, git and work', () => {
    const covered = new Set(rules.flatMap(({ covers }) => covers));
    const owed = [...range('C', 1, 3), 'M-16', 'M-17', ...range('G', 3, 27)];
    expect(owed.filter((id) => !covered.has(id))).toEqual([]);
  });

  it.each(runFixtures(rules, document).map((result) => [result.name, result] as const))(
    'judge "%s" as the example says',
    (_, { text }) => expect(text).toBe(''),
  );

  it('have an example each', () => {
    const shown = new Set(document.fixtures.flatMap(({ violates }) => violates));
    expect(rules.filter(({ id }) => !shown.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it.each(rules)('explain themselves: $id', ({ id, title }) => {
    expect(explainRule(rules, id)).toMatch(
      new RegExp(`^${id}: .+\\n\\nIt watches .+ is violated when\\n  \\S`),
    );
    expect(title.length).toBeLessThanOrEqual(80);
  });

  it('are the ones in the table of docs/rules.md, with the same words', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'rules.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z0-9-]+)`\s*\| (.+?)\s*\| ([a-z, ]+?)\s*\| (.+?)\s*\|$/gm)].map(
      ([, ...cells]) => cells,
    );
    expect(rows).toEqual(
      rules.map(({ id, title, severity, refuse, covers }) => [
        id,
        title,
        refuse ? `${severity}, refused` : severity,
        covers.join(', '),
      ]),
    );
  });

  it('are named by their id, and nothing near it', () => {
    expect(() => explainRule(rules, 'stay-closer')).toThrow(
      expect.objectContaining({ code: 'ORC_RULES_UNKNOWN_RULE' }) as Error,
    );
  });

  it('never take the silence of a fact for a violation', () => {
    for (const entry of [{ message: {} }, { git: {} }, { workflow: {} }]) {
      expect(judge(rules, readFact(entry)).violations).toEqual([]);
    }
  });
});
