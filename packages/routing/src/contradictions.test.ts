import { describe, expect, it } from 'vitest';
import { findContradictions, subjectsOf, type SignedReport } from './index.ts';

const report = (id: string, role: string, kind: string, at: number, subjects: string[]): SignedReport => ({
  id,
  agent: `shop/${role}`,
  role,
  kind,
  subjects,
  at,
  text: `${kind} of ${role}`,
});

describe('findContradictions', () => {
  it('finds that one says complete and another one failure about the same task, in either order', () => {
    const complete = report('r1', 'sysadmin', 'completion', 1, ['task:shop.t-01']);
    const failed = report('r2', 'developer', 'failure', 2, ['task:shop.t-01']);
    expect(findContradictions([complete, failed])).toMatchObject([
      { key: 'task:shop.t-01|r1|r2', completion: { id: 'r1' }, opposite: { id: 'r2' } },
    ]);
    const earlier = { ...failed, at: 0 };
    expect(findContradictions([earlier, complete])).toHaveLength(1);
  });

  it('takes whoever waited before the completion for served', () => {
    const blocked = report('r1', 'developer', 'blocked', 1, ['role:sysadmin']);
    const complete = report('r2', 'sysadmin', 'completion', 2, ['role:sysadmin']);
    expect(findContradictions([blocked, complete])).toEqual([]);
    expect(findContradictions([{ ...blocked, at: 3 }, complete])).toHaveLength(1);
  });

  it('hears the last word of each only, and nobody against themselves', () => {
    const complete = report('r1', 'sysadmin', 'completion', 1, ['about:database']);
    const failed = report('r2', 'developer', 'failure', 2, ['about:database']);
    const after = report('r3', 'developer', 'completion', 3, ['about:database']);
    expect(findContradictions([complete, failed, after])).toEqual([]);
    const own = report('r4', 'sysadmin', 'failure', 4, ['about:database']);
    expect(findContradictions([complete, own])).toEqual([]);
  });
});

describe('subjectsOf', () => {
  const base = { role: 'developer', dependsOn: ['sysadmin'], roles: ['developer', 'sysadmin', 'tester'] };

  it('takes a completion for the word about its role', () => {
    expect(
      subjectsOf({ ...base, role: 'sysadmin', kind: 'completion', text: 'x', task: 'shop.t-01' }),
    ).toEqual(['task:shop.t-01', 'role:sysadmin']);
  });

  it('takes a failure for one of what it depends on when it names it as a word', () => {
    expect(
      subjectsOf({ ...base, kind: 'failure', text: 'what the sysadmin installed does not run' }),
    ).toEqual(['role:sysadmin']);
    expect(
      subjectsOf({ ...base, kind: 'failure', text: 'sysadmins everywhere; the tester says so' }),
    ).toEqual([]);
    expect(subjectsOf({ ...base, kind: 'failure', text: 'x', about: 'sysadmin' })).toEqual(['role:sysadmin']);
    expect(subjectsOf({ ...base, kind: 'failure', text: 'x', about: 'The  Database' })).toEqual([
      'about:the-database',
    ]);
    expect(subjectsOf({ ...base, kind: 'status', text: 'sysadmin' })).toEqual([]);
  });
});
