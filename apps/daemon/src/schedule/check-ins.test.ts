import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue } from '@orc/team-planner';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DaemonConfig } from '../config/schema.ts';
import { checkInMinutes } from './check-ins.ts';

const catalogue = loadCatalogue();
const minutes = (role: string, plan: string, settings: object = {}) =>
  checkInMinutes(DaemonConfig.parse({ schedule: settings }).schedule, catalogue, { role, plan });

describe('checkInMinutes', () => {
  it.each([
    ['orchestrator', 'max5', 30],
    ['project-manager', 'max5', 30],
    ['developer', 'max5', 45],
    ['temp-audit', 'max5', 45],
    ['orchestrator', 'pro', 45],
    ['orchestrator', 'unheard-of', 30],
  ])('of a %s under %s is %i (Z-19)', (role, plan, expected) => {
    expect(minutes(role, plan)).toBe(expected);
  });

  it('is what the configuration says of the role, and else at least what it says of the plan', () => {
    const settings = { checkInMinutes: { developer: 90 }, planMinutesMin: { pro: 60 } };
    expect(minutes('developer', 'pro', settings)).toBe(90);
    expect(minutes('tester', 'pro', settings)).toBe(60);
  });
});

describe('the cadences in docs/time.md (D-19)', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/time.md'), 'utf8');
  const yaml = /```yaml cadences\n([\s\S]*?)```/.exec(text)?.[1] ?? '';

  it('can be used as they stand', () => {
    const { schedule } = DaemonConfig.parse(parse(yaml));
    expect(schedule.standing.map(({ role, everyMinutes, cron }) => [role, everyMinutes ?? cron])).toEqual([
      ['developer', 1],
      ['project-manager', 5],
      ['architect', '0 9 * * 1'],
    ]);
  });

  it.each([[{ everyMinutes: 5, cron: '* * * * *' }], [{}]])('are refused with %j', (timing) => {
    const standing = [{ role: 'developer', note: 'look', ...timing }];
    expect(DaemonConfig.safeParse({ schedule: { standing } }).success).toBe(false);
  });
});
