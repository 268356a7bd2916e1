import { describe, expect, it } from 'vitest';
import { measureTogether, percentile, timeProgram } from './measure.ts';
import { formatReport, isWithinBudget, ratioOf, type Row } from './report.ts';

const figure = (name: string, medianMs: number) => ({ name, medianMs, p95Ms: medianMs, runs: 1 });

describe('measureTogether', () => {
  it('leaves the first round out and keeps the order of the subjects', async () => {
    let first = true;
    const slowAtFirst = {
      name: 'a',
      run: async () => {
        const ms = first ? 1_000 : 1;
        first = false;
        return ms;
      },
    };
    const measured = await measureTogether([slowAtFirst, { name: 'b', run: async () => 2 }], 5);
    expect(measured.map(({ name, medianMs, runs }) => [name, medianMs, runs])).toEqual([
      ['a', 1, 5],
      ['b', 2, 5],
    ]);
  });
});

describe('percentile', () => {
  it('is a value that was measured', () => {
    expect(percentile([5, 1, 3], 50)).toBe(3);
    expect(percentile([5, 1, 3], 95)).toBe(5);
  });
});

describe('the report', () => {
  const slower: Row = {
    what: 'x',
    ours: figure('o', 3),
    peer: figure('p', 2),
    budget: { type: 'at most', ratio: 1.3 },
  };
  const faster: Row = {
    what: 'x',
    ours: figure('o', 1),
    peer: figure('p', 40),
    budget: { type: 'at least', ratio: 30 },
  };

  it('judges a ratio in the direction of its budget', () => {
    expect([ratioOf(slower), isWithinBudget(slower)]).toEqual([1.5, false]);
    expect([ratioOf(faster), isWithinBudget(faster)]).toEqual([40, true]);
  });

  it('names what was over and what was missing', () => {
    const text = formatReport([slower, { what: 'y', why: 'not here' }]);
    expect(text).toContain('OVER');
    expect(text).toContain('not here');
  });

  it('judges a figure against a limit, and what is no number breaks it', () => {
    const limit = { what: 'z', value: 3, unit: 'ms', limit: 3 } as const;
    expect([isWithinBudget(limit), isWithinBudget({ ...limit, value: 3.1 })]).toEqual([true, false]);
    expect(isWithinBudget({ ...limit, value: NaN })).toBe(false);
    expect(formatReport([limit])).toContain('≤ 3 ms ok');
  });
});

describe('timeProgram', () => {
  it('takes no time of a program that failed', async () => {
    const failing = timeProgram(process.execPath, ['-e', 'console.error("broken"); process.exit(3)'], {
      env: process.env,
    });
    await expect(failing).rejects.toThrow(/ended with 3: broken/);
  });
});
