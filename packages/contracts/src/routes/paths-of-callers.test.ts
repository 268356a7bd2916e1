import { expect, it } from 'vitest';
import { routes } from '../routes.ts';

it('takes a path only as it is from everywhere, since the daemon stands elsewhere than its caller', () => {
  const backup = (path: string) => routes.backup.body.safeParse({ path }).success;
  const restore = (into: string) => routes.restoreRescue.body.safeParse({ ref: 'r', into }).success;
  for (const takes of [backup, restore]) {
    expect(takes('/tmp/x')).toBe(true);
    expect(takes('tmp/x')).toBe(false);
    expect(takes('.')).toBe(false);
    expect(takes('')).toBe(false);
  }
});
