import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CreditPolicy } from './config.ts';
import { readLimitText } from './limit-text.ts';

interface Line {
  readonly text: string;
  readonly at: string;
  readonly zone: string;
  readonly why?: string;
  readonly expect: {
    readonly status: string;
    readonly window: string | null;
    readonly usedPercent: number | null;
    readonly resetsAt: string | null;
    readonly precision?: string;
    readonly shown?: string;
  } | null;
}

const path = join(import.meta.dirname, '..', 'fixtures', 'limit-lines.json');
const lines = JSON.parse(readFileSync(path, 'utf8')) as Line[];
const { windows } = CreditPolicy.parse({});

describe('the recorded wordings', () => {
  it('are at least 60 with an instant, in at least 6 zones', () => {
    const timed = lines.filter((line) => line.expect?.resetsAt);
    expect(timed.length).toBeGreaterThanOrEqual(60);
    const zones = timed.map(({ text, zone }) => /\(([^)]+)\)/.exec(text)?.[1] ?? zone);
    expect(new Set(zones).size).toBeGreaterThanOrEqual(6);
  });

  it.each(lines.map((line) => [`${line.text.split('\n')[0] ?? ''} @ ${line.at}`, line] as const))(
    '%s',
    (_name, { text, at, zone, expect: wanted }) => {
      const read = readLimitText(text, { at: Date.parse(at), zone, windows });
      if (wanted === null) {
        expect(read).toBeUndefined();
        return;
      }
      const { precision, shown, ...rest } = wanted;
      expect(
        read && {
          status: read.status,
          window: read.window,
          usedPercent: read.usedPercent,
          resetsAt: read.reset && new Date(read.reset.at).toISOString().replace('.000Z', 'Z'),
        },
      ).toEqual(rest);
      if (precision !== undefined) expect(read?.reset?.precision).toBe(precision);
      if (shown !== undefined) expect(read?.reset?.shown).toBe(shown);
    },
  );
});
