import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { makeShop, makeWorld, waitForTasks } from './world.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The command lines of the README's tour, in their order. */
const tour = [...readme.matchAll(/```sh tour\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);

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
  }, 400_000);

  it('has a first command that shows a team at work, loses no message and leaves the checkout as it was', () => {
    const world = makeWorld();
    const [first] = [...readme.matchAll(/^npm run .+$/gm)].map(([line]) => line);
    const status = () => execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' });
    const before = status();
    // The second one, `npm test`, is what runs this.
    const output = execFileSync('sh', ['-c', first ?? 'false'], {
      cwd: ROOT,
      env: world.environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(output).toMatch(/\b0 lost\b/);
    expect(status()).toBe(before);
  }, 400_000);

  it('links only to what is there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => path);
    const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).split('\n');
    expect(
      links.filter((path) => !tracked.some((file) => file === path || file.startsWith(`${path}/`))),
    ).toEqual([]);
  });
});
