import { describe, expect, it } from 'vitest';
import { outline, titlesOf } from '../fixtures/outline.ts';
import type { WorkPlan } from './outline-types.ts';

/** `title -> titles it waits for`, in the order of the plan. */
function orderOf(plan: WorkPlan): Record<string, string[]> {
  const titles = new Map(plan.tasks.map(({ id, title }) => [id, title]));
  return Object.fromEntries(
    plan.tasks.map(({ title, after }) => [title, after.map((id) => titles.get(id) ?? id)]),
  );
}

describe('order', () => {
  it('is what the specification says, by number, label, title, phase or a part of a title', () => {
    const plan = outline(`# T
## Alpha
1. Read the file
2. T7: Sort the rows (after: 1)
3. Print the report (after: 1 and T7)
## Beta
- Draw the chart (after: Print the report)
- Mail it; depends on the chart
- Archive (after: Alpha)
`);
    expect(orderOf(plan)).toEqual({
      'Read the file': [],
      'Sort the rows': ['Read the file'],
      'Print the report': ['Read the file', 'Sort the rows'],
      'Draw the chart': ['Print the report'],
      'Mail it': ['Draw the chart'],
      Archive: ['Read the file', 'Sort the rows', 'Print the report'],
    });
    expect(plan.warnings).toEqual([]);
  });

  it('takes a number from the own list first, and from another only when it is the only one', () => {
    const plan = outline(
      '## A\n1. a one\n2. a two\n## B\n1. b one\n2. b two (after: 1)\n## C\n- c one (after: 1)\n- c two (after: 2-3)\n',
    );
    expect(orderOf(plan)).toMatchObject({ 'b two': ['b one'], 'c one': [] });
    expect(plan.warnings[0]).toBe('"c one" waits for "1", and no single task is called that.');
  });

  it('understands ranges, "all" and "previous"', () => {
    const plan = outline(
      '1. one x\n2. two y\n3. three z\n4. four (after: 1-3)\n5. five (after: previous task)\n6. six (after: all of the above)',
    );
    expect(plan.tasks.map(({ after }) => after.length)).toEqual([0, 0, 0, 3, 1, 5]);
  });

  it('waits for all tasks that a vague word fits, and says so', () => {
    const plan = outline('- Build the red parser\n- Build the blue parser\n- Ship (after: parser)');
    expect(plan.tasks[2]?.after).toHaveLength(2);
    expect(plan.warnings).toEqual([
      '"Ship" waits for "parser", which fits 2 tasks; it waits for all of them.',
    ]);
  });

  it('leaves running text alone when it names no task', () => {
    const plan = outline('- Show the page (after login)\n- Cache what depends on the weather');
    expect(titlesOf(plan)).toEqual(['Show the page (after login)', 'Cache what depends on the weather']);
    expect(plan.warnings).toEqual([]);
  });

  it('of phases is kept by letting the first tasks of one wait for the last of the one before', () => {
    const plan = outline(
      '# T\n## Phase 1\n- Build x\n- Build y (after: Build x)\n## Phase 2\n- Ship x\n- Ship y (after: Ship x)\n## Phase 3\n- Rest\n',
    );
    expect(orderOf(plan)).toEqual({
      'Build x': [],
      'Build y': ['Build x'],
      'Ship x': ['Build y'],
      'Ship y': ['Ship x'],
      Rest: ['Ship y'],
    });
    expect(plan.phases.map(({ title, tasks }) => [title, tasks.length])).toEqual([
      ['Phase 1', 2],
      ['Phase 2', 2],
      ['Phase 3', 1],
    ]);
  });

  it('of numbered headings counts too, and subsections stay in their phase', () => {
    const plan = outline(
      '# T\n## 1. Core\n### 1.1 One\n- Build a\n### 1.2 Two\n- Build b\n## 2. Shell\n- Build c\n',
    );
    expect(orderOf(plan)).toEqual({ 'Build a': [], 'Build b': [], 'Build c': ['Build a', 'Build b'] });
    expect(plan.phases.map(({ title }) => title)).toEqual(['1. Core', '2. Shell']);
  });

  it('does not follow from headings without numbers, or from numbered items', () => {
    const plan = outline('# T\n## Core\n1. Build a\n2. Build b\n## Shell\n- Build c\n');
    expect(plan.tasks.every(({ after }) => after.length === 0)).toBe(true);
  });

  it('lets tests wait for what they test, but not test plans', () => {
    const plan = outline(
      '- Write tests for the login form\n- Write the login form\n- Write the search\n- Write the test plan for the search\n- Run the whole suite\n',
    );
    expect(orderOf(plan)).toEqual({
      'Write tests for the login form': ['Write the login form'],
      'Write the login form': [],
      'Write the search': [],
      'Write the test plan for the search': [],
      'Run the whole suite': [
        'Write tests for the login form',
        'Write the search',
        'Write the test plan for the search',
      ],
    });
  });

  it('lets code wait for its tests when the specification says so', () => {
    const plan = outline(
      '- Write tests for the parser\n- Build the parser (after: Write tests for the parser)',
    );
    expect(orderOf(plan)).toEqual({
      'Write tests for the parser': [],
      'Build the parser': ['Write tests for the parser'],
    });
  });

  it('that goes in a circle is refused, naming the circle', () => {
    expect(() =>
      outline('- Alpha x (after: Gamma x)\n- Beta x (after: Alpha x)\n- Gamma x (after: Beta x)'),
    ).toThrow(
      expect.objectContaining({
        code: 'ORC_PLANNER_DEPENDENCY_CYCLE',
        message: expect.stringContaining('"Gamma x" → "Beta x" → "Alpha x" → "Gamma x"') as string,
      }) as Error,
    );
  });

  it('cannot make a task wait for itself', () => {
    const plan = outline('1. Build it (after: 1)\n2. Ship it');
    expect(plan.tasks[0]?.after).toEqual([]);
    expect(plan.warnings).toHaveLength(1);
  });
});
