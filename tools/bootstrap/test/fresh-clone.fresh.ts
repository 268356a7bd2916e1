import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';

const checkout = join(import.meta.dirname, '..', '..', '..');

it('makes a fresh clone ready with an empty HOME, no terminal, from anywhere, and the second time at once', () => {
  const directory = makeTempDirectory('orc-fresh');
  const clone = join(directory, 'clone with a space');
  const home = join(directory, 'home');
  mkdirSync(home);
  execFileSync('git', ['clone', '--quiet', checkout, clone]);
  const timed = (...args: string[]) => {
    const startedAt = performance.now();
    const env = { ...withoutSettings(process.env), HOME: home };
    const script = join(clone, 'tools', 'bootstrap', 'bootstrap.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], {
      cwd: '/',
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { status, stderr, seconds: (performance.now() - startedAt) / 1000 };
  };

  const first = timed();
  expect(first.stderr).toMatch(/ready after \d+ s\n$/);
  expect(first.status).toBe(0);
  expect(existsSync(join(clone, 'apps', 'cli', 'dist', 'main.cjs'))).toBe(true);

  const second = timed();
  expect(second).toMatchObject({ status: 0, stderr: '' });
  expect(second.seconds).toBeLessThan(3);

  const status = execFileSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' });
  expect(status).toBe('');
  process.stdout.write(
    `first run ${first.seconds.toFixed(1)} s, second run ${second.seconds.toFixed(2)} s\n`,
  );
});

/** The environment without what this test run, its package manager and the user's settings put into it. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = /^(npm_|pnpm_|xdg_|nx_|vitest|vite_|node_env|node_options|node_path|ci$)/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !settings.test(name)));
}
