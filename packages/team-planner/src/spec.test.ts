import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from './catalogue.ts';
import { parseSpec } from './spec.ts';
import type { SpecItem } from './spec-types.ts';

const catalogue = loadCatalogue();
const parse = (text: string) => parseSpec(text, { catalogue });
const itemsOf = (text: string): SpecItem[] => parse(text).sections.flatMap(({ items }) => items);
const only = (text: string): SpecItem => {
  const [item, ...more] = itemsOf(text);
  if (!item || more.length > 0) throw new Error(`expected one item, found ${more.length + (item ? 1 : 0)}`);
  return item;
};
const codeOf = (code: string) => expect.objectContaining({ code }) as Error;

describe('the fields of a specification', () => {
  const deployment = `PROJECT: Billing rollout
TARGET: 10.0.0.8
TYPE: System Deployment

REQUIREMENTS:
- Install the runtime
- Configure systemd

DELIVERABLES:
- Health endpoint
`;

  it('are read with their lists (T-18)', () => {
    expect(parse(deployment)).toMatchObject({
      title: 'Billing rollout',
      fields: { project: 'Billing rollout', target: '10.0.0.8', type: 'System Deployment' },
      requirements: ['Install the runtime', 'Configure systemd'],
      deliverables: ['Health endpoint'],
    });
  });

  it('may be bold, in lower case, or in front matter', () => {
    expect(parse('**Project:** Shop\n**Type**: web_app\n\nText.').fields).toEqual({
      project: 'Shop',
      type: 'web_app',
    });
    expect(parse('---\nproject: "Shop"\ntype: web_app\n---\n# Title\n- do it').fields).toEqual({
      project: 'Shop',
      type: 'web_app',
    });
  });

  it('take one line without a list too', () => {
    expect(parse('REQUIREMENTS: must run on Linux\nDELIVERABLES: a binary').requirements).toEqual([
      'must run on Linux',
    ]);
  });

  it('are not taken from a block of code', () => {
    const spec = parse(
      '# Docs\n\n```\nPROJECT: an example\nREQUIREMENTS:\n- not this\n```\n\n- Explain the format\n',
    );
    expect(spec.fields).toEqual({});
    expect(spec.requirements).toEqual([]);
    expect(spec.sections.flatMap(({ items }) => items).map(({ title }) => title)).toEqual([
      'Explain the format',
    ]);
  });

  it('leave ordinary sentences with a colon alone', () => {
    const spec = parse('# T\n\nNote: it must be fast.\n\nRemember this: never block.');
    expect(spec.fields).toEqual({});
    expect(spec.goal).toBe('Note: it must be fast.');
  });
});

describe('the title of a specification', () => {
  it.each([
    ['# Shop\n\n## Phase 1\n- x', 'Shop'],
    ['Shop\n====\n\ntext', 'Shop'],
    ['PROJECT: Shop\n\n# One\n- a\n# Two\n- b', 'Shop'],
    ['## Only a section\n- a', 'Only a section'],
    ['Write a parser. It is fast.', 'Write a parser'],
    ['- Write a parser', 'Write a parser'],
    ['```\n42\n```', '42'],
  ])('of %j is %j', (text, title) => {
    expect(parse(text).title).toBe(title);
  });
});

describe('sections', () => {
  it('know what they lie in, what their lists mean and whether they are in order', () => {
    const { sections } = parse(`# Shop
## 1. Core
### API
## Phase 2: Tool
## Acceptance criteria
## Out of scope
### Mobile
## Non-functional requirements
`);
    expect(sections.map(({ title, kind, order, parent }) => [title, kind, order, parent])).toEqual([
      ['', 'work', null, null],
      ['Shop', 'work', null, null],
      ['1. Core', 'work', 'number', 1],
      ['API', 'work', null, 2],
      ['Phase 2: Tool', 'work', 'phase', 1],
      ['Acceptance criteria', 'criteria', null, 1],
      ['Out of scope', 'context', null, 1],
      ['Mobile', 'context', null, 6],
      ['Non-functional requirements', 'requirements', null, 1],
    ]);
  });

  it('begin at a bold line and at a label too', () => {
    const { sections } = parse('# T\n\n**Storage**\n\n- Save it\n\nAcceptance criteria:\n- It is saved\n');
    expect(sections.slice(2).map(({ title, kind, items }) => [title, kind, items.length])).toEqual([
      ['Storage', 'work', 1],
      ['Acceptance criteria', 'criteria', 1],
    ]);
  });

  it.each(['Phase 1', 'phase 2: Tool', 'Step 3 - Ship', 'Milestone IV', 'Sprint one', '2. Phase 7'])(
    '%j is in order',
    (title) => {
      expect(parse(`# T\n## ${title}\n- a`).sections.at(-1)?.order).toBe('phase');
    },
  );

  it.each(['Phases of the moon', 'Steps', '3D rendering', '2nd screen', 'Notes service'])(
    '%j is work without order',
    (title) => {
      expect(parse(`# T\n## ${title}\n- a`).sections.at(-1)).toMatchObject({ order: null, kind: 'work' });
    },
  );
});

describe('list items', () => {
  it('carry checkbox, label, role, priority and dependencies, and keep the rest as title', () => {
    expect(only('- [ ] **T3:** Parse the file [developer] (after: T1, T2) (high)')).toMatchObject({
      title: 'Parse the file',
      isChecked: false,
      label: 'T3',
      roleHint: 'developer',
      priority: 'high',
      after: [{ text: 'T1, T2', isExplicit: true }],
    });
  });

  it.each([
    ['- Test it [qa]', 'tester'],
    ['- Test it @tester', 'tester'],
    ['- @pm: review it', 'project-manager'],
    ['- Test it (role: tester)', 'tester'],
    ['- Build it [developer-2]', 'developer'],
    ['- Build it\n  - Role: developer', 'developer'],
    ['- Build it\n  Assigned to: developer', 'developer'],
    ['- Build it [Documentation Writer]', 'documentation-writer'],
  ])('in %j name the role %s', (text, role) => {
    const item = only(text);
    expect(item.roleHint).toBe(role);
    expect(item.title).not.toMatch(/[[\]@]|tester|writer/i);
    expect(item.children).toEqual([]);
  });

  it.each([
    '- Mail the results to qa@tester.example',
    '- Support [brackets] and a[0]',
    '- See [developer](https://example.com) notes',
    '- Use @media queries',
    '- The developer writes it',
  ])('in %j name no role', (text) => {
    expect(only(text).roleHint).toBeNull();
  });

  it('keep brackets that mean nothing to anybody', () => {
    expect(only('- Support [brackets] and a[0] (see below)').title).toBe(
      'Support [brackets] and a[0] (see below)',
    );
  });

  it.each([
    ['(after: 1)', '1', true],
    ['(depends on: the parser)', 'the parser', true],
    ['[blocked by: T1]', 'T1', true],
    ['(depends on the parser)', 'the parser', false],
    ['; depends on T1', 'T1', false],
    ['(after login)', 'login', false],
  ])('take %j for a dependency on %j', (marker, text, isExplicit) => {
    expect(only(`- Build the page ${marker}`).after).toEqual([expect.objectContaining({ text, isExplicit })]);
  });

  it.each([
    ['(P0)', 'critical'],
    ['[urgent]', 'critical'],
    ['!high', 'high'],
    ['(priority: high)', 'high'],
    ['(medium priority)', 'normal'],
    ['(P3)', 'low'],
  ])('take %j for priority %s', (marker, priority) => {
    expect(only(`- Build it ${marker}`)).toMatchObject({ priority, title: 'Build it' });
  });

  it.each(['- Build a high wall', '- Show P1 on screen', '- Low memory mode'])(
    'in %j have no priority',
    (text) => {
      expect(only(text).priority).toBeNull();
    },
  );

  it('nest by indentation, with tabs or spaces, bullets or numbers', () => {
    const shape = (items: readonly SpecItem[]): unknown[] =>
      items.map(({ title, children }) => (children.length > 0 ? [title, shape(children)] : title));
    expect(shape(itemsOf('- a\n  - b\n    - c\n  - d\n- e\n'))).toEqual([['a', [['b', ['c']], 'd']], 'e']);
    expect(shape(itemsOf('1. a\n   * b\n\t- c\n2) d\n'))).toEqual([['a', ['b', 'c']], 'd']);
    expect(shape(itemsOf('- a\n\n  - b\n\n- c'))).toEqual([['a', ['b']], 'c']);
  });

  it('are joined with the lines they were broken into, and keep further text apart', () => {
    expect(only('- Write a parser for all\n  three formats\n  It must be fast.')).toMatchObject({
      title: 'Write a parser for all three formats',
      details: 'It must be fast.',
    });
  });

  it('are numbered as every reader shows them', () => {
    expect(itemsOf('1. a\n1. b\n1. c').map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
    expect(itemsOf('3. a\n4. b').map(({ ordinal }) => ordinal)).toEqual([3, 4]);
  });

  it('know their line', () => {
    expect(itemsOf('# T\n\n- a\n- b').map(({ line }) => line)).toEqual([3, 4]);
    expect(itemsOf('---\na: b\n---\n- a').map(({ line }) => line)).toEqual([4]);
  });

  it('survive checked boxes and empty ones', () => {
    expect(
      itemsOf('- [x] done\n- [X] too\n- [ ] open\n- plain\n-\n- [ ]').map(({ isChecked }) => isChecked),
    ).toEqual([true, true, false, null]);
  });
});

describe('odd input', () => {
  it.each(['', ' \n\t\r\n', '\uFEFF', '---', '<!-- nothing -->', '<p></p>', '***\n', '\u0000\u0007'])(
    'without a word (%j) is refused',
    (text) => {
      expect(() => parse(text)).toThrow(codeOf('ORC_PLANNER_EMPTY_SPEC'));
    },
  );

  it('that is too long to be meant is refused', () => {
    expect(() => parse('x'.repeat(4_000_001))).toThrow(codeOf('ORC_PLANNER_SPEC_TOO_LONG'));
  });

  it('with Windows line ends reads the same', () => {
    const text = 'PROJECT: Shop\n\n# A\n\n- one\n  - two\n\nText\nmore\n';
    expect({ ...parse(text.replaceAll('\n', '\r\n')), text }).toEqual({ ...parse(text), text });
  });

  it('in other scripts keeps its titles', () => {
    expect(
      itemsOf('# Проект\n\n## Фаза\n- Написать парсер 🚀\n- 解析器を書く @tester').map(({ title }) => title),
    ).toEqual(['Написать парсер 🚀', '解析器を書く']);
  });

  it('in HTML reads headings and lists', () => {
    const spec = parse(
      '<h1 class="x">Shop</h1><p>Sells <b>things</b>.</p><h2>Phase 1</h2><ul><li>Build it</li><li>Test it</li></ul>',
    );
    expect(spec.title).toBe('Shop');
    expect(spec.sections.at(-1)?.items.map(({ title }) => title)).toEqual(['Build it', 'Test it']);
  });

  it('keeps what only looks like a tag', () => {
    expect(only('- Run `send <target> <text>` when x < y').title).toBe(
      'Run `send <target> <text>` when x < y',
    );
  });

  it('hides what stands in comments, and shows an unfinished one', () => {
    expect(itemsOf('- a\n<!-- - b\n- c -->\n- d').map(({ title }) => title)).toEqual(['a', 'd']);
    expect(itemsOf('- a\n<!-- - b').length).toBe(1);
  });

  it('shows control characters and halves of characters to nobody', () => {
    const { text, title } = parse('# A\u0000B\u001B[31m \uD800\n- x');
    for (const hidden of ['\u0000', '\u001B', '\uD800']) expect(text).not.toContain(hidden);
    expect(title).toContain('A B');
  });

  it.each([
    ['words in a line', `# T\n${'- word '.repeat(150_000)}`],
    ['comment openers', '<!--'.repeat(250_000) + 'x'],
    ['tag openers', '<p '.repeat(300_000) + 'x'],
    ['blanks', `- a${' '.repeat(1_000_000)}b`],
    ['heading marks', `# T ${'#'.repeat(1_000_000)} x`],
    ['brackets', `- ${'['.repeat(1_000_000)}x`],
    ['open parentheses', Array.from({ length: 20_000 }, () => `- a ${'(after: '.repeat(5)}`).join('\n')],
    [
      'nesting',
      Array.from({ length: 5_000 }, (_, depth) => `${' '.repeat(2 * depth)}- a`)
        .join('\n')
        .slice(0, 2_000_000),
    ],
    ['items', '- Build the thing [developer] (after: 1)\n'.repeat(25_000)],
    ['underlines', 'a\n---\n'.repeat(60_000)],
    ['front matter', `---\n${'a: b\n'.repeat(200_000)}`],
  ])('with very many %s is read in a time that grows with its length only', (_name, text) => {
    const before = performance.now();
    parse(text);
    expect(performance.now() - before).toBeLessThan(15_000);
  });

  it('of any kind is read or refused, and never breaks the reader', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '# A',
        '## 1. B',
        '- [ ] x (after: 1)',
        '  - y',
        '\t* z',
        '```',
        '---',
        'TYPE: x',
        '**b**',
        '<li>',
        '1) n',
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const text = lines.join('\n');
        try {
          const spec = parse(text);
          expect(spec.title).not.toBe('');
          for (const { index, parent } of spec.sections) expect(parent ?? -1).toBeLessThan(index);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ORC_PLANNER_EMPTY_SPEC' });
        }
      }),
      { numRuns: 400 },
    );
  });
});
