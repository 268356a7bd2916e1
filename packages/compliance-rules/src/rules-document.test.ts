import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findRuleBlocks,
  joinRules,
  judge,
  readBuiltInRules,
  readFact,
  readRules,
  runFixtures,
} from './index.ts';

const own = `version: 1
rules:
  - id: small-steps
    watches: git
    title: No more than ten files at once
    when:
      changedFiles: { above: 10 }
    says: "{agent} has {changedFiles} changed files"
    remedy: Commit a part.
    severity: low
    cooldown: 45m
fixtures:
  - name: eleven files
    git: { agent: shop/developer, changedFiles: 11, sinceCommit: 5m }
    violates: [small-steps]
`;
const builtIn = readBuiltInRules();
const read = (text: string) => joinRules([builtIn, readRules(text, 'rules.yaml')]);
const first = (text: string) => read(text).problems[0];

describe('a rules file', () => {
  it('adds rules, with examples that are run', () => {
    const document = readRules(own, 'rules.yaml');
    const { rules, problems } = joinRules([readBuiltInRules(), document]);
    expect(problems).toEqual([]);
    expect(rules.at(-1)).toMatchObject({ id: 'small-steps', cooldownMs: 2_700_000, origin: 'rules.yaml' });
    expect(runFixtures(rules, document)).toEqual([
      { name: 'eleven files', origin: 'rules.yaml', line: 13, isAsExpected: true, text: '' },
    ]);
    const fact = readFact({ git: { agent: 'shop/developer', changedFiles: 11 } });
    expect(judge(rules, fact).violations).toMatchObject([
      {
        why: '"shop/developer" has 11 changed files',
        because: ['changedFiles is 11, above 10'],
        severity: 'low',
      },
    ]);
  });

  it('changes a built-in rule by its id, and only what it says', () => {
    const { rules, problems } = read(
      'rules:\n  - id: stay-close\n    severity: high\n    when: { behind: { above: 5 } }\n',
    );
    expect(problems).toEqual([]);
    expect(rules.find(({ id }) => id === 'stay-close')).toMatchObject({
      severity: 'high',
      when: { field: 'behind', operator: 'above', operand: 5 },
      remedy: expect.stringContaining('git merge') as string,
      origin: 'rules.yaml',
    });
  });

  it('switches a built-in rule off', () => {
    const { rules } = read('rules: [{ id: no-chit-chat, enabled: false }]');
    const fact = readFact({ message: { body: 'thanks' } });
    expect(judge(rules, fact).violations).toEqual([]);
  });

  it('may be empty', () => {
    expect(read('').problems).toEqual([]);
    expect(read('# nothing yet\n').problems).toEqual([]);
  });

  it.each([
    ['rules:\n  - id: [', 2, /./],
    ['rules:\n  - id: stay-close\n    severty: high\n', 3, /severty/],
    ['rules:\n  - id: stay-close\n    severity: huge\n', 3, /severity/],
    [
      'rules:\n  - id: stay-close\n    when:\n      behnd: { above: 3 }\n',
      4,
      /knows no "behnd". It knows: .*behind/,
    ],
    ['rules:\n  - id: stay-close\n    when: { behind: { over: 3 } }\n', 3, /there is no "over"/],
    ['rules:\n  - id: stay-close\n    when: { behind: { above: many } }\n', 3, /say a number/],
    ['rules:\n  - id: stay-close\n    when: { body: hello }\n', 3, /a git rule knows no "body"/],
    ['rules:\n  - id: commit-often\n    when: { sinceCommit: { above: 30 } }\n', 3, /a time with its unit/],
    ['rules:\n  - id: commit-often\n    cooldown: soon\n', 3, /a time with its unit/],
    ['rules:\n  - id: commit-often\n    says: "{commits} late"\n', 3, /have no \{commits\}/],
    ['rules:\n  - id: no-shortcuts\n    severity: critical\n', 2, /words in a text are only a hint/],
    [
      'rules:\n  - id: no-shortcuts\n    escalate: { times: 2, to: high }\n',
      2,
      /words in a text are only a hint/,
    ],
    ['rules:\n  - id: comit-often\n    enabled: false\n', 2, /misspelled/],
    ['rules:\n  - id: stay-close\n    refuse: true\n', 3, /only a rule on commit-msg or pre-push/],
    ['rules:\n  - id: no-chit-chat\n    on: [look]\n', 3, /"on" is for git rules/],
    ['rules:\n  - id: stay-close\n    on: [look, committed]\n', 3, /looks, or judges/],
    ['rules:\n  - id: stay-close\n  - id: stay-close\n', 3, /twice/],
    ['rules:\n  - id: stay-close\n    when: {}\n', 3, /would always hold/],
    ['rules:\n  - id: stay-close\n    when: { all: [] }\n', 3, /takes a list/],
    ['rules:\n  - id: stay-close\n    when: { not: { not: 3 } }\n', 3, /a condition is a map/],
    ['rules: 3\n', 1, /rules/],
    ['rules:\n  - id: a\n    id: b\n', 3, /unique/],
    [`${'a: &a [1,1]\nb: &b [*a,*a]\n'}c: [${'*b,'.repeat(200)}*b]\n`, 1, /./],
  ])('that is wrong is refused with the line: %#', (text, line, words) => {
    expect(first(text)).toMatchObject({ origin: 'rules.yaml', line });
    expect(first(text)?.text).toMatch(words);
  });

  it('of any text is read without an exception', () => {
    const any = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(fc.property(any, (text) => void readRules(text, 'rules.yaml')));
    const alone = (when: string) =>
      `{"rules":[{"id":"a","watches":"git","title":"t","remedy":"r","severity":"low","when":${when}}]}`;
    fc.assert(fc.property(fc.json({ maxDepth: 4 }), (text) => void joinRules([readRules(alone(text), 'x')])));
  });
});

describe('a fact for a dry run', () => {
  it('that cannot be read is refused', () => {
    expect(() => readFact({ git: { behind: 'far' } })).toThrow(
      expect.objectContaining({ code: 'ORC_RULES_BAD_FACT' }) as Error,
    );
  });
});

describe('rules in CLAUDE.md', () => {
  it('are the blocks named orc-rules, with the lines of the file; prose is ignored', () => {
    const text = [
      '# Shop',
      'Rules: commit every minute, or else.',
      '```yaml',
      'rules: [{ id: commit-often, enabled: false }]',
      '```',
      '````md',
      '```orc-rules',
      'rules: [{ id: inside-another }]',
      '```',
      '````',
      '```orc-rules',
      'rules:',
      '  - id: stay-close',
      '    severity: hi',
      '```',
      '~~~ orc-rules strict',
      'rules: []',
      '~~~',
    ].join('\n');
    const blocks = findRuleBlocks(text);
    expect(blocks.map(({ firstLine }) => firstLine)).toEqual([12, 17]);
    const [block] = blocks;
    expect(readRules(block?.text ?? '', 'CLAUDE.md', block?.firstLine).problems).toMatchObject([
      { origin: 'CLAUDE.md', line: 14 },
    ]);
  });

  it('go to the end of the file when the block is not closed', () => {
    expect(findRuleBlocks('a\r\n```orc-rules\r\nrules: []')).toEqual([{ text: 'rules: []', firstLine: 3 }]);
  });

  it('are found in any text without an exception', () => {
    const unit = fc.constantFrom('`', '~', '\n', ' ', 'orc-rules', 'a', '(', '\\');
    fc.assert(fc.property(fc.string({ unit, maxLength: 200 }), (text) => void findRuleBlocks(text)));
  });
});

describe('an example', () => {
  const check = (fixtures: string) => {
    const document = readRules(`fixtures:\n${fixtures}`, 'rules.yaml');
    return runFixtures(joinRules([readBuiltInRules(), document]).rules, document)[0]?.text;
  };
  it.each([
    ['  - { name: a, git: { behind: 21 }, violates: [] }', /"stay-close" is violated, too: behind is 21/],
    ['  - { name: a, git: { behind: 2 }, violates: [stay-close] }', /"stay-close" is not violated/],
    ['  - { name: a, git: { behind: 2 }, violates: [nothing] }', /there is no rule "nothing"/],
    ['  - { name: a, git: { behnd: 2 }, violates: [] }', /have no "behnd"/],
    ['  - { name: a, git: { behind: two }, violates: [] }', /should be a number/],
    ['  - { name: a, violates: [] }', /one of message, git and workflow/],
    ['  - { name: a, git: {}, on: later, violates: [] }', /one of look/],
  ])('that is not as it says is told so: %s', (fixtures, words) => expect(check(fixtures)).toMatch(words));
});
