import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { makeShop, makeWorld, waitForTasks } from './world.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The command lines of the README's tour, in their order. */
const tour = [
  ...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```sh tour\n([\s\S]*?)```/g),
].flatMap(([, block = '']) => block.trim().split('\n'));

describe('the README', () => {
  it('has a tour whose every command works as it stands there', async () => {
    const world = makeWorld({ agents: { runtime: 'claude' } });
    cpSync(makeShop().path, join(world.home, 'shop'), { recursive: true });
    // `npx orc` finds the command of the checkout; the registry is not asked.
    symlinkSync(join(ROOT, 'node_modules'), join(world.home, 'node_modules'));
    expect(tour.length).toBeGreaterThan(10);
    for (const line of tour) {
      const output = execFileSync('sh', ['-c', line], {
        cwd: world.home,
        env: { ...world.environment, npm_config_offline: 'true', npm_config_update_notifier: 'false' },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      expect(output, line).not.toBe('');
      if (line.includes(' up ')) await waitForTasks(world);
    }
    await waitUntil(async () => (await world.project()).status === 'stopped');
  }, 180_000);

  it('links only to what is there', () => {
    const links = [
      ...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)\)/g),
    ].map(([, path = '']) => path);
    const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).split('\n');
    expect(
      links.filter((path) => !tracked.some((file) => file === path || file.startsWith(`${path}/`))),
    ).toEqual([]);
  });
});
