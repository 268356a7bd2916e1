import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinRules, judge, readBuiltInRules, readRules, type Fact, type GitFact } from './index.ts';
import { fieldsOf } from './fields.ts';

const { rules } = joinRules([readBuiltInRules()]);
const look = (facts: Partial<GitFact>): GitFact => ({ watches: 'git', moment: 'look', ...facts });

describe('judge', () => {
  it('says which rule, why, by which facts, and what to do', () => {
    const fact = look({ agent: 'shop/developer', branch: 'feature/a', parentBranch: 'main', behind: 25 });
    expect(judge(rules, fact).violations).toEqual([
      {
        rule: 'stay-close',
        title: 'No branch is more than 20 commits behind its parent',
        severity: 'medium',
        why: '"feature/a" of "shop/developer" is 25 commits behind "main"',
        because: ['behind is 25, above 20'],
        remedy: expect.stringContaining('git merge') as string,
        isHint: false,
        refuse: false,
        fact,
      },
    ]);
  });

  it('tells rules that hold from those that hang on what nobody knows', () => {
    const { kept } = judge(rules, look({ behind: 3 }));
    expect(kept).toContain('stay-close');
    expect(kept).not.toContain('pull-in-time');
  });

  it('decides what can be decided in spite of what is not known', () => {
    const one = readRules(
      `rules:
  - { id: any, watches: git, title: t, remedy: r, severity: low, when: { any: [{ behind: { above: 3 } }, { ahead: { above: 3 } }] } }
  - { id: all, watches: git, title: t, remedy: r, severity: low, when: { behind: { above: 3 }, ahead: { above: 3 } } }
  - { id: not, watches: git, title: t, remedy: r, severity: low, when: { not: { branch: main } } }
`,
      'rules.yaml',
    );
    const judged = (fact: Fact) => {
      const { violations, kept } = judge(joinRules([one]).rules, fact);
      return { violated: violations.map(({ rule }) => rule), kept };
    };
    expect(judged(look({ behind: 5 }))).toEqual({ violated: ['any'], kept: [] });
    expect(judged(look({ behind: 1 }))).toEqual({ violated: [], kept: ['all'] });
    expect(judged(look({ branch: 'a' }))).toEqual({ violated: ['not'], kept: [] });
    expect(judged(look({ behind: null, ahead: undefined }))).toEqual({ violated: [], kept: [] });
  });

  it('refuses only where somebody asks, and only what a rule refuses', () => {
    const commit = (moment: 'commit-msg' | 'committed') =>
      judge(rules, { watches: 'git', moment, subject: 'fixes', isMerge: false }).violations;
    expect(commit('commit-msg')).toMatchObject([{ rule: 'meaningful-messages', refuse: true }]);
    expect(commit('committed')).toMatchObject([{ rule: 'meaningful-messages', refuse: false }]);
  });

  it('calls it a hint when words decide', () => {
    const fact: Fact = { watches: 'message', via: 'ledger', body: 'I skipped the tests' };
    expect(judge(rules, fact).violations).toMatchObject([{ rule: 'no-shortcuts', isHint: true }]);
  });

  it('never throws, whatever stands in a fact', () => {
    const anything = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), fc.array(fc.string()));
    for (const watches of ['message', 'git', 'workflow'] as const) {
      const keys = fc.constantFrom(...Object.keys(fieldsOf(watches)), '__proto__', 'constructor');
      const facts = fc.dictionary(keys, anything);
      fc.assert(
        fc.property(facts, fc.constantFrom('look', 'commit-msg', 'committed', 'pre-push'), (fact, moment) => {
          judge(rules, { ...fact, watches, moment });
        }),
        { numRuns: 500 },
      );
    }
  });

  it('never throws on any body of a message, and says the same of the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (body) => {
        const fact: Fact = { watches: 'message', via: 'ledger', kind: 'note', body };
        expect(judge(rules, fact)).toEqual(judge(rules, fact));
      }),
    );
  });
});
