import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlertRule, judgeAlerts, type Episode } from './index.ts';

const MINUTE = 60_000;
const rule = AlertRule.parse({
  name: 'queue-depth',
  metric: 'depth',
  above: 100,
  severity: 'critical',
  says: '{subject} holds {value} messages, more than {above}',
});

/** Plays readings a minute apart, and gives what was said of them. */
function play(values: readonly (number | null)[], rules = [rule]): string[] {
  let open: readonly Episode[] = [];
  return values.flatMap((value, minute) => {
    const readings = value === null ? [] : [{ metric: 'depth', subject: 'the queue', value }];
    const verdict = judgeAlerts({ rules, readings, open, now: minute * MINUTE });
    ({ open } = verdict);
    return [
      ...verdict.raised.map(() => `${minute} raised`),
      ...verdict.resolved.map(({ peak }) => `${minute} resolved after ${peak}`),
    ];
  });
}

describe('judgeAlerts', () => {
  it('raises an alert once per episode, with its words', () => {
    const readings = [{ metric: 'depth', subject: 'the queue', value: 101 }];
    const { raised, open } = judgeAlerts({ rules: [rule], readings, open: [], now: 5 });
    expect(raised).toEqual([
      {
        rule: 'queue-depth',
        subject: 'the queue',
        severity: 'critical',
        since: 5,
        peak: 101,
        calmSince: null,
        text: 'the queue holds 101 messages, more than 100',
      },
    ]);
    expect(judgeAlerts({ rules: [rule], readings, open, now: 6 }).raised).toEqual([]);
  });

  it('is not raised at the threshold itself', () => {
    expect(play([100, 100])).toEqual([]);
  });

  it('goes on while the value moves about the threshold, and ends when it has been lower for a while', () => {
    expect(play([101, 99, 105, 81, 110, 80, 80, 101])).toEqual([
      '0 raised',
      '6 resolved after 110',
      '7 raised',
    ]);
    expect(play([101, 80, 90, 80, 80])).toEqual(['0 raised', '4 resolved after 101']);
  });

  it('ends when nothing is measured any more, and when its rule is gone', () => {
    expect(play([101, null])).toEqual(['0 raised', '1 resolved after 101']);
    const { open } = judgeAlerts({
      rules: [rule],
      readings: [{ metric: 'depth', subject: 'x', value: 200 }],
      open: [],
      now: 0,
    });
    expect(judgeAlerts({ rules: [], readings: [], open, now: 1 }).resolved).toHaveLength(1);
  });

  it('looks at the kinds that its rule is for', () => {
    const slow = AlertRule.parse({ name: 'slow', metric: 'd', above: 1, exceptKinds: ['task'], says: 'x' });
    const task = AlertRule.parse({ name: 'slow-task', metric: 'd', above: 9, kinds: ['task'], says: 'x' });
    const readings = ['task', 'question'].map((kind) => ({ metric: 'd', subject: kind, kind, value: 5 }));
    const { raised } = judgeAlerts({ rules: [slow, task], readings, open: [], now: 0 });
    expect(raised.map(({ rule: name, subject }) => [name, subject])).toEqual([['slow', 'question']]);
  });

  it('never raises what is open, and never ends what is above the threshold', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 40 }), (values) => {
        let isOpen = false;
        for (const line of play(values)) {
          const [minute, word] = line.split(' ');
          expect(word === 'raised').toBe(!isOpen);
          if (word === 'resolved') expect(values[Number(minute)]).toBeLessThanOrEqual(80);
          isOpen = !isOpen;
        }
      }),
    );
  });

  it.each([
    [{ above: -1 }],
    [{ clearAtMost: 101 }],
    [{ name: 'Queue depth' }],
    [{ says: '' }],
    [{ tel: 'hub' }],
  ])('refuses the rule %j', (change) => {
    expect(AlertRule.safeParse({ ...rule, ...change }).success).toBe(false);
  });
});
