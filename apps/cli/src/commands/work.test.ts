import { expect, it } from 'vitest';
import { meetDaemon, words } from '../../fixtures/daemon.ts';
import { workCommands } from './work.ts';

const find = (wanted: string) => {
  const found = workCommands.find(({ path }) => path === wanted);
  if (!found) throw new Error(`there is no ${wanted}`);
  return found;
};

it('restores into a directory as seen from where it was said', async () => {
  const { surroundings, asked } = meetDaemon(
    { restoreRescue: () => ({ path: '/work/here', files: [] }) },
    { directory: '/work/here' },
  );
  for (const into of ['.', '../there', undefined])
    await find('rescue restore').run(words({ into }, { ref: 'r' }), surroundings);
  expect(asked('restoreRescue').map(({ body }) => body?.['into'])).toEqual([
    '/work/here',
    '/work/there',
    undefined,
  ]);
});

it('promises of force what it does, where it does something', async () => {
  const { surroundings, asked } = meetDaemon({ changeWorktrees: () => ({ did: [] }) });
  expect(find('worktree clean').options?.['force']?.describe).toMatch(/not pushed.*never/);
  expect(find('worktree repair').options).not.toHaveProperty('force');
  await find('worktree clean').run(words({ force: true }), surroundings);
  await find('worktree repair').run(words(), surroundings);
  expect(asked('changeWorktrees').map(({ body }) => body?.['force'])).toEqual([true, false]);
});
