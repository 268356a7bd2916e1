import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue, outline, titlesOf } from '../fixtures/outline.ts';
import type { WorkPlan } from './outline-types.ts';
import { outlinePlan } from './outline.ts';
import { parseSpec } from './spec.ts';
import { emptySurvey } from './survey-types.ts';
import { planTeam } from './team.ts';

describe('what becomes a task', () => {
  it('is each item of a list, with what is nested in it as criteria', () => {
    const { tasks, phases } = outline(
      '# Shop\n\n- Parse the input\n  - reads CSV\n  - refuses PDF\n- Print it\n',
    );
    expect(tasks).toEqual([
      {
        id: 't-01-parse-input',
        title: 'Parse the input',
        objective: 'Parse the input',
        criteria: ['reads CSV', 'refuses PDF'],
        role: 'developer',
        after: [],
        priority: 5,
        phase: 'phase-1',
      },
      {
        id: 't-02-print-it',
        title: 'Print it',
        objective: 'Print it',
        criteria: ['"Print it" is done as described, committed, and its report says what was checked.'],
        role: 'developer',
        after: [],
        priority: 5,
        phase: 'phase-1',
      },
    ]);
    expect(phases).toEqual([{ id: 'phase-1', title: 'Shop', tasks: ['t-01-parse-input', 't-02-print-it'] }]);
  });

  it('is each section when there is no list', () => {
    const plan = outline(
      '# Game\n\nFun.\n\n## Overview\nIt is a game.\n\n## Rendering\nDraw the board.\n\n## Scoring\nCount points.\n',
    );
    expect(plan.tasks.map(({ title, objective }) => [title, objective])).toEqual([
      ['Rendering', 'Draw the board.'],
      ['Scoring', 'Count points.'],
    ]);
  });

  it('is the whole text when it has no form at all', () => {
    const text = 'Please write a small library that reads INI files.\nIt should be fast.';
    expect(outline(text).tasks).toMatchObject([
      { title: 'Please write a small library that reads INI files', objective: text },
    ]);
  });

  it('is not what is checked off, and nobody waits for that', () => {
    const plan = outline(
      '- [x] Set up\n- [ ] Build it (after: Set up)\n- [ ] Ship it (after: Set up, Build it)',
    );
    expect(plan.done).toEqual(['Set up']);
    expect(plan.tasks.map(({ after }) => after)).toEqual([[], ['t-01-build-it']]);
    expect(plan.warnings).toEqual([]);
    expect(outline('1. [x] Set up\n2. [ ] Build it (after: 1)').warnings).toEqual([]);
  });

  it('is nothing when all is checked off, and the plan says so', () => {
    expect(outline('- [x] a\n- [x] b')).toMatchObject({
      tasks: [],
      phases: [],
      warnings: ['Every item of the specification is checked off, so there is no task.'],
    });
  });

  it('is no list of background, features or what is out of scope', () => {
    const plan = outline(
      '# T\n- fast\n- small\n\n## Goals\n- fame\n\n## Work\n- Build it\n\n## Out of scope\n- Mobile\n### Later\n- Desktop\n',
    );
    expect(titlesOf(plan)).toEqual(['Build it']);
  });

  it('is the list of requirements only when there is no list of tasks', () => {
    expect(titlesOf(outline('## Requirements\n- Read CSV\n- Write JSON'))).toEqual([
      'Read CSV',
      'Write JSON',
    ]);
    const plan = outline('## Requirements\n- Read CSV\n\n## Tasks\n- Build the reader\n');
    expect(titlesOf(plan)).toEqual(['Build the reader', 'Verify what the specification asks for']);
    expect(plan.tasks[1]?.criteria).toEqual(['Read CSV']);
  });

  it('is background at last, when there is nothing else', () => {
    expect(titlesOf(outline('## Overview\n\nA thing that flies.'))).toEqual(['Overview']);
    expect(titlesOf(outline('## Acceptance criteria\n- It flies\n- It lands'))).toEqual([
      'It flies',
      'It lands',
    ]);
  });

  it('is a nested item when it names a role or an order of its own', () => {
    const plan = outline(
      '- Build the API (high)\n  - Endpoint [developer]\n  - Its tests [tester] (after: Endpoint)\n- Ship (after: Build the API)',
    );
    expect(plan.tasks.map(({ title, role, priority }) => [title, role, priority])).toEqual([
      ['Endpoint', 'developer', 30],
      ['Its tests', 'tester', 30],
      ['Ship', 'developer', 5],
    ]);
    expect(plan.tasks[0]?.objective).toBe('Endpoint\nPart of: Build the API');
    expect(plan.tasks.map(({ after }) => after.length)).toEqual([0, 1, 2]);
  });

  it('is a section per task when there are more than 200 items', () => {
    const section = (name: string) => `## ${name}\n${'- do a thing\n'.repeat(150)}`;
    const plan = outline(`# T\n${section('One')}${section('Two')}`);
    expect(titlesOf(plan)).toEqual(['One', 'Two']);
    expect(plan.tasks[0]?.criteria).toHaveLength(41);
    expect(plan.tasks[0]?.criteria.at(-1)).toBe('… and 110 more, which stand in the specification.');
    expect(plan.warnings[0]).toBe(
      'The specification has 300 items, so each of its sections is one task (2).',
    );
  });

  it('is refused when even the sections are too many', () => {
    const text = Array.from({ length: 201 }, (_, index) => `## Part of ${index}\n- do it\n`).join('');
    expect(() => outline(text)).toThrow(
      expect.objectContaining({ code: 'ORC_PLANNER_TOO_MANY_TASKS' }) as Error,
    );
  });
});

describe('criteria', () => {
  it('come from an "Acceptance" line, a nested list and the lone task of a section', () => {
    const plan = outline(
      '# T\n\n## Login\nPeople log in.\n\nAcceptance criteria:\n- works with a passkey\n\n## Search\n- Build search\n  Acceptance: finds accents\n  - Success criteria:\n    - under 100 ms\n',
    );
    expect(plan.tasks.map(({ title, criteria }) => [title, criteria])).toEqual([
      ['Login', ['works with a passkey']],
      ['Build search', ['finds accents', 'under 100 ms']],
    ]);
  });

  it('of the whole are checked by a task at the end that waits for all others', () => {
    const plan = outline(
      '# T\n## A\n- Build one\n- Build two\n### Acceptance criteria\n- both fit\n## Success criteria\n1. users are happy\n',
      { survey: { testCommand: { kind: 'node', command: 'npm test', directory: '', reason: '' } } },
    );
    expect(plan.tasks.at(-1)).toMatchObject({
      title: 'Verify what the specification asks for',
      role: 'tester',
      criteria: ['A: both fit', 'users are happy'],
      after: ['t-01-build-one', 't-02-build-two'],
    });
    expect(plan.tasks.at(-1)?.objective).toContain('The tests of the project run with "npm test".');
    expect(plan.phases.at(-1)?.title).toBe('Acceptance');
  });

  it('are shortened without breaking a word, and never missing', () => {
    const plan = outline(`- Build ${'very '.repeat(60)}much\n  - ${'good '.repeat(200)}`);
    expect(plan.tasks[0]?.title).toMatch(/^Build (very )+very…$/);
    expect(plan.tasks[0]?.title.length).toBeLessThanOrEqual(120);
    expect(plan.tasks[0]?.criteria[0]).toMatch(/good…$/);
  });
});

describe('ids', () => {
  it('say the place and the first words, and fit beside a long project name', () => {
    const ids = outline(
      '- Parse the input\n- Internationalisation\n- Ärger über Öl\n- 解析\n- Set up CI/CD',
    ).tasks.map(({ id }) => id);
    expect(ids).toEqual([
      't-01-parse-input',
      't-02-international',
      't-03-arger-uber-ol',
      't-04',
      't-05-set-up-ci-cd',
    ]);
  });

  it('are as short as asked', () => {
    const spec = parseSpec('- Parse the input');
    const team = planTeam({ spec, survey: emptySurvey, catalogue });
    const { tasks } = outlinePlan({ spec, team, survey: emptySurvey, catalogue, idCharactersMax: 11 });
    expect(tasks[0]?.id).toBe('t-01-parse');
  });
});

describe('any specification', () => {
  const word = fc.constantFrom(
    'Build',
    'Test',
    'parser',
    'login',
    'suite',
    'docs',
    'the',
    'deploy',
    'all',
    'tests',
    'for',
  );
  const marker = fc.constantFrom(
    '',
    '',
    ' (after: 1)',
    ' (after: login)',
    ' [tester]',
    ' @devops',
    ' (after: all)',
    ' (P1)',
    ' depends on parser',
  );
  const item = fc.tuple(
    fc.constantFrom('- ', '1. ', '  - ', '- [x] ', '- [ ] '),
    fc.array(word, { minLength: 1, maxLength: 4 }),
    marker,
  );
  const line = fc.oneof(
    { weight: 6, arbitrary: item.map(([start, words, end]) => `${start}${words.join(' ')}${end}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '## Phase 1',
        '## Phase 2',
        '## 3. More',
        '## Acceptance criteria',
        'REQUIREMENTS:',
        'Some text.',
        '',
      ),
    },
  );

  it('gives a plan without cycles whose every task has a member, criteria and known dependencies', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 25 }), (lines) => {
        const text = `# T\n${lines.join('\n')}`;
        let plan: WorkPlan;
        try {
          plan = outline(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ORC_PLANNER_DEPENDENCY_CYCLE' });
          return;
        }
        expect(outline(text)).toEqual(plan);
        const ids = plan.tasks.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(plan.phases.flatMap(({ tasks }) => tasks).sort()).toEqual([...ids].sort());
        for (const { id, role, criteria, after, title } of plan.tasks) {
          expect(id).toMatch(/^(?=.{1,18}$)[a-z0-9]+(-[a-z0-9]+)*$/);
          expect(['orchestrator', 'project-manager', 'developer', 'tester', 'testrunner']).toContain(role);
          expect(title).not.toBe('');
          expect(criteria.length).toBeGreaterThan(0);
          expect(new Set(after).size).toBe(after.length);
          for (const other of after) expect(ids).toContain(other);
        }
        const finished = new Set<string>();
        for (let round = 0; round < ids.length; round += 1)
          for (const { id, after } of plan.tasks)
            if (after.every((other) => finished.has(other))) finished.add(id);
        expect(finished.size).toBe(ids.length);
      }),
      { numRuns: 300 },
    );
  });
});
