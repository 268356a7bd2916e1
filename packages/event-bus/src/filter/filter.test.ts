import fc from 'fast-check';
import { isOrcError } from '@orc/errors';
import { describe, expect, it } from 'vitest';
import { parseFilter, type BusEvent } from '../index.ts';

const NOW = Date.UTC(2030, 0, 2, 12);
const MINUTE = 60_000;

const event: BusEvent = {
  id: 'e1',
  seq: 7,
  at: NOW - 10 * MINUTE,
  type: 'agent.crashed',
  severity: 'warning',
  source: 'supervision',
  project: 'shop',
  agent: 'shop/developer',
  data: {
    cause: 'SIGKILL',
    count: 3,
    note: 'said "no"\nand left',
    tags: ['health', 'idle'],
    deep: { why: 'x' },
  },
};

const passes = (filter: string) => parseFilter(filter, { now: NOW })(event);

describe('a filter', () => {
  it.each([
    'agent.crashed',
    'agent.*',
    '*',
    '*.crashed',
    'type = agent.*',
    'type in (message.dead, agent.crashed)',
    'severity = warning',
    'severity >= notice',
    'severity = high',
    'severity in (warning, critical)',
    'source = supervision agent = shop/*',
    'project = "shop"',
    'agent ~ DEVEL',
    'at > 30m',
    'at >= 2030-01-02 and at < 2030-01-03',
    `at <= ${NOW}`,
    'seq = 7 and seq >= 7 and seq < 8',
    'data.cause = SIGKILL',
    'data.cause = SIG*',
    'data.count > 2 and data.count <= 3',
    'data.deep.why = x',
    'data.tags = idle',
    'data.cause > A',
    'data.none != x',
    '"sigkill"',
    String.raw`"said \"no\""`,
    'text ~ killed or text ~ kill',
    'message = * or agent.*',
    'not message.* and not (severity < warning)',
    'not not agent.*',
    'message.* or agent.* and severity >= warning',
    'data.cause != SIGTERM',
    'type != message.*',
  ])('%s lets it pass', (filter) => {
    expect(passes(filter)).toBe(true);
  });

  it.each([
    'message.*',
    'agent.crash',
    'severity > warning',
    'severity < low',
    'at > 5m',
    'project = shop2',
    'agent = shop',
    'data.cause = sigkill',
    'data.none = *',
    'data.none = x',
    'data.none > 1',
    'data.count > x',
    'data.cause < 3',
    'data.toString = *',
    '"sigterm"',
    'not agent.*',
    'agent.* and message.*',
    '(message.* or agent.*) and severity = critical',
    'type in (message.dead, message.seen)',
    'data.tags = id',
  ])('%s does not', (filter) => {
    expect(passes(filter)).toBe(false);
  });
});

describe('a filter that is wrong', () => {
  it.each([
    ['', 0, /expected a field, a type such as agent\.\*.*found the end/],
    ['severity >=', 11, /expected a value, found the end/],
    ['severity >= loud', 12, /expected one of debug, info, notice, warning, critical, found "loud"/],
    ['severity ~ warning', 9, /expected =, !=/],
    ['(agent.*', 8, /expected "\)", found the end/],
    ['agent.* )', 8, /expected "and", "or" or the end, found "\)"/],
    ['agent.* and', 11, /found the end/],
    ['or agent.*', 0, /found "or"/],
    ['colour = red', 0, /expected one of type, severity, .* or data\.<name>/],
    ['severity', 8, /expected =, !=, .* after "severity"/],
    ['data.a in x', 10, /expected "\(" after "in"/],
    ['data.a in (x', 12, /expected "," or "\)"/],
    ['at > yesterday', 5, /expected a time: 30m/],
    ['"never closed', 0, /this quote is not closed/],
    ['agent.* & x', 8, /expected a field, .* found "&"/],
    ['agent.* ! x', 8, /"!" is nothing a filter knows/],
    ['text = x', 5, /expected "~" after "text"/],
    ['type > a', 5, /after "type"/],
    ['('.repeat(60), 51, /at most 50 brackets/],
  ])('%j is refused at %d, with what was expected', (filter, position, message) => {
    expect(() => passes(filter)).toThrow(
      expect.objectContaining({
        code: 'ORC_EVENT_BUS_BAD_FILTER',
        message: expect.stringMatching(message) as string,
        details: expect.objectContaining({ position }) as object,
      }) as Error,
    );
  });

  it('is shown with a mark under the place', () => {
    expect(() => passes('severity >= loud')).toThrow('\n  severity >= loud\n              ^');
  });

  it('never fails in another way, whatever the text', () => {
    const word = fc.constantFrom(
      'and',
      'or',
      'not',
      '(',
      ')',
      'agent.*',
      '"x"',
      'severity',
      '>=',
      'data.a',
      'in',
      ',',
      '30m',
      'at',
      '~',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (filter) => {
        try {
          expect(typeof passes(filter)).toBe('boolean');
        } catch (error) {
          expect(isOrcError(error, 'ORC_EVENT_BUS_BAD_FILTER'), String(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('brackets and words', () => {
  interface Tree {
    readonly text: string;
    readonly value: boolean;
  }
  const leaf = fc.constantFrom<Tree>(
    { text: 'agent.*', value: true },
    { text: 'message.*', value: false },
    { text: 'severity >= warning', value: true },
    { text: 'data.count > 5', value: false },
  );
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      tie('tree').map(({ text, value }) => ({ text: `not (${text})`, value: !value })),
      fc
        .tuple(tie('tree'), tie('tree'))
        .map(([a, b]) => ({ text: `(${a.text}) and (${b.text})`, value: a.value && b.value })),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => ({
        text: `((${a.text}) or ${b.text.includes(' or ') ? `(${b.text})` : b.text})`,
        value: a.value || b.value,
      })),
    ),
  }));

  it('mean what logic says', () => {
    fc.assert(
      fc.property(tree, ({ text, value }) => passes(text) === value),
      { numRuns: 300 },
    );
  });
});
