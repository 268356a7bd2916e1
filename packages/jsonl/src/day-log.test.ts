import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { openDayLog } from './index.ts';

describe('openDayLog', () => {
  it('starts a new file at midnight UTC, to the millisecond', () => {
    const directory = makeTempDirectory();
    const log = openDayLog({ directory });
    let now = Date.UTC(2024, 1, 28, 23, 59, 59, 999);
    const tell = (record: string) => log.append(now, record);

    expect(tell('last of the 28th')).toBe(join(directory, '2024-02-28.jsonl'));
    now += 1;
    expect(tell('first of the leap day')).toBe(join(directory, '2024-02-29.jsonl'));
    now += 86_400_000 - 1;
    tell('last of the leap day');
    now += 1;
    tell('first of March');

    expect(readdirSync(directory).toSorted()).toEqual([
      '2024-02-28.jsonl',
      '2024-02-29.jsonl',
      '2024-03-01.jsonl',
    ]);
    expect(readFileSync(join(directory, '2024-02-29.jsonl'), 'utf8')).toBe(
      '"first of the leap day"\n"last of the leap day"\n',
    );
  });

  it('does not look at the time zone of the machine', () => {
    const log = openDayLog({ directory: '/logs' });
    expect(log.pathFor(Date.parse('2025-06-30T23:30:00-02:00'))).toBe('/logs/2025-07-01.jsonl');
    expect(log.pathFor(Date.parse('2025-07-01T00:30:00+02:00'))).toBe('/logs/2025-06-30.jsonl');
  });

  it('writes into the day that it is told, also when the clock goes back', () => {
    const log = openDayLog({ directory: makeTempDirectory() });
    const noon = Date.UTC(2025, 0, 2, 12);
    log.append(noon, 'today');
    const yesterday = log.append(noon - 86_400_000, 'yesterday');
    expect(log.append(noon, 'today again')).toBe(log.pathFor(noon));
    expect(readFileSync(yesterday, 'utf8')).toBe('"yesterday"\n');
  });

  it('refuses a time that is none', () => {
    expect(() => openDayLog({ directory: '/logs' }).append(Number.NaN, 1)).toThrow(RangeError);
  });
});
