import { describe, expect, it } from 'vitest';
import { describePriority, fromSpecPriority, parsePriority, priorityBand } from './priority.ts';

describe('parsePriority', () => {
  it('knows the names of the scale', () => {
    const names = ['low', 'normal', 'high', 'critical', 'system', 're-brief'];
    expect(names.map(parsePriority)).toEqual([0, 5, 30, 75, 100, 200]);
  });

  it('takes numbers, also as text', () => {
    expect([parsePriority(0), parsePriority(999), parsePriority('42'), parsePriority(' High ')]).toEqual([
      0, 999, 42, 30,
    ]);
  });

  it.each([-1, 1_000, 1.5, Number.NaN, Infinity, '', 'urgent', '1e2', '-0', '0x10', 'constructor', '１'])(
    'refuses %j',
    (value) => {
      expect(() => parsePriority(value)).toThrow(expect.objectContaining({ code: 'ORC_QUEUE_BAD_PRIORITY' }));
    },
  );
});

describe('fromSpecPriority', () => {
  it('turns the scale around: 1 is the most urgent of ten', () => {
    expect([1, 2, 5, 10].map(fromSpecPriority)).toEqual([90, 80, 50, 0]);
  });

  it.each([0, 11, 2.5])('refuses %d', (value) => {
    expect(() => fromSpecPriority(value)).toThrow(
      expect.objectContaining({ code: 'ORC_QUEUE_BAD_PRIORITY' }),
    );
  });
});

it('sorts priorities into bands at their edges', () => {
  expect([0, 9, 10, 49, 50, 99, 100, 999].map(priorityBand)).toEqual([
    ...['normal', 'normal', 'high', 'high', 'critical', 'critical', 'emergency', 'emergency'],
  ]);
});

it('describes a priority by number and word', () => {
  expect([0, 5, 7, 30, 75, 99, 100, 200, 300].map(describePriority)).toEqual([
    ...['0 (low)', '5 (normal)', '7 (normal)', '30 (high)', '75 (critical)', '99 (critical)'],
    ...['100 (system)', '200 (re-brief)', '300 (emergency)'],
  ]);
});
