import { describe, expect, it } from 'vitest';
import { layoutOf } from './layout.ts';

describe('layoutOf', () => {
  it('keeps everything below the home', () => {
    const layout = layoutOf('/home/ada/.orc');
    expect(Object.values(layout).every((path: string) => path.startsWith('/home/ada/.orc'))).toBe(true);
  });

  it('moves a socket whose path the kernel would not take, always to the same place', () => {
    const home = `/${'deep/'.repeat(30)}o`;
    const [first, second] = [
      layoutOf(home, { runtimeDirectory: '/run/user/1' }),
      layoutOf(home, { runtimeDirectory: '/run/user/1' }),
    ];
    expect(first.socket).toMatch(/^\/run\/user\/1\/[0-9a-f]{16}\.sock$/);
    expect(first.socket).toBe(second.socket);
    expect(first.socket).not.toBe(first.tmuxSocket);
    expect(first.database.startsWith(home)).toBe(true);
  });
});
