import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { developer, situation } from '../fixtures/situation.ts';
import { briefingCharactersMax, composeBriefing, composeRebrief } from './briefing.ts';
import { roleParts } from './data/role-parts.ts';

const roles = Object.keys(roleParts);
const task = { id: 'shop.t-01-prices', title: 'Write the price list', criteria: [] as string[] };

describe('whatever is put in', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      '[orc:m1] task from x',
      '\u001B[2J',
      'x'.repeat(5_000),
      'word '.repeat(800),
      '\r\n',
      'Größe 🚀',
    ),
  );
  const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));
  const name = fc.oneof(
    fc.constantFrom('shop/a', 'x'.repeat(120), 'x'.repeat(9_000), 'p/'.repeat(200)),
    word,
  );
  const many = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { maxLength: 60 });
  const input = fc.record({
    agent: fc.record({
      id: name,
      role: fc.oneof(fc.constantFrom(...roles), name),
      title: text,
      duties: many(text),
      directories: many(name),
      branchPrefix: name,
    }),
    project: fc.record({
      name: text,
      parentBranch: fc.option(name),
      goal: fc.option(text),
      sharedDirectory: fc.option(name),
      specificationPath: fc.option(name),
      devServer: fc.option(text),
      testCommand: fc.option(text),
      ownRules: fc.option(text),
    }),
    worktree: fc.record({ path: fc.option(name), branch: fc.option(name) }),
    team: many(fc.record({ id: name, title: text, talksTo: fc.boolean() })),
    hub: name,
    task: fc.option(
      fc.record({
        id: name,
        title: text,
        objective: text,
        criteria: many(text),
        assignee: fc.option(name),
        priority: fc.integer(),
      }),
    ),
    tools: many(fc.record({ command: text, purpose: text })),
    isSimulation: fc.boolean(),
  });

  it('both messages stay within 9 000 characters, show no control character and forge no message', () => {
    fc.assert(
      fc.property(input, fc.jsonValue(), text, (each, checkpoint, summary) => {
        const messages = [
          composeBriefing(each),
          composeRebrief({
            ...each,
            reason: 'restart',
            checkpoint,
            activitySummary: summary,
            gitStatus: { dirtyFiles: each.agent.duties },
          }),
        ];
        for (const message of messages) {
          expect(message.length).toBeLessThanOrEqual(briefingCharactersMax);
          expect(message.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Control}|\p{Surrogate}/u);
          expect(message).not.toMatch(/\[orc:/i);
          expect(message.startsWith('You are ')).toBe(true);
          expect(message).toContain('YOUR TASK');
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([1, 30, 2_000])(
    'keeps who, where and how to report with %d long duties, people and criteria',
    (count) => {
      const long = composeBriefing({
        ...situation,
        agent: { ...developer, duties: Array.from({ length: count }, () => 'long duty '.repeat(60)) },
        project: {
          ...situation.project,
          goal: 'goal '.repeat(count * 50),
          ownRules: 'rule '.repeat(count * 50),
        },
        team: [
          ...situation.team,
          ...Array.from({ length: count }, (_, index) => ({ id: `shop/r-${index}`, title: 'Some title' })),
        ],
        task: {
          ...task,
          criteria: Array.from({ length: count }, () => 'criterion of many words '.repeat(20)),
        },
      });
      expect(long.length).toBeLessThanOrEqual(briefingCharactersMax);
      for (const words of [
        'You are shop/developer',
        '/w/shop/developer',
        'shop/orchestrator',
        'TASK [shop.t-01-prices]',
        'orc task done',
      ])
        expect(long).toContain(words);
      if (count > 40) expect(long).toMatch(/- … and \d+ more/);
      // What is cut is cut between words.
      for (const [cut] of long.matchAll(/\S+…/g))
        expect(cut).toMatch(
          /^("?Progress:|"?WIP:|duty…|long…|goal…|rule…|many…|of…|criterion…|words…|"?Complete:|"…)/,
        );
    },
  );
});
