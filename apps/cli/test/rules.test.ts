import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventView } from '@orc/contracts';
import { waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { makeWorld, startShop, waitForTasks, type World } from './world.ts';

const eventsOf = async (world: World, types: string) =>
  (await world.orc<{ events: EventView[] }>('events', '--tail', '1000', '--types', types)).events;

describe('a team under rules', () => {
  it('has its commits told by git itself, and leaves the hooks of the user alone', async () => {
    const world = makeWorld();
    const { shop } = await startShop(world, '--roles', 'developer,tester');
    await waitForTasks(world);
    const commits = await waitUntil(
      async () => {
        const found = await eventsOf(world, 'git.committed');
        return found.length >= 3 ? found : undefined;
      },
      { what: 'three commits' },
    );
    const developer = await world.agent('developer');
    expect(commits.find(({ agent }) => agent === developer.id)?.data).toMatchObject({
      branch: 'feature/shop-developer',
      by: 'shop/developer',
      isMerge: false,
      sha: shop.git('rev-parse', 'feature/shop-developer'),
      subject: shop.git('log', '-1', '--format=%s', 'feature/shop-developer'),
    });

    const hook = join(shop.path, '.git', 'hooks', 'pre-commit');
    writeFileSync(hook, `#!/bin/sh\ntouch "$(git rev-parse --git-common-dir)/ran-$(basename "$PWD")"\n`);
    chmodSync(hook, 0o755);
    const worktree = developer.worktreePath ?? '';
    for (const cwd of [shop.path, worktree])
      execFileSync('git', ['commit', '--quiet', '--allow-empty', '--message', 'By hand'], {
        cwd,
        env: { ...world.environment },
      });
    expect(existsSync(join(shop.path, '.git', 'ran-developer'))).toBe(true);
    const byHand = await waitUntil(async () =>
      (await eventsOf(world, 'git.committed')).find(
        ({ data }) => (data as { subject: string }).subject === 'By hand',
      ),
    );
    expect(byHand).toMatchObject({ agent: developer.id, data: { by: null } });
    expect(await eventsOf(world, 'git.committed')).toHaveLength(4);
  }, 120_000);
});
