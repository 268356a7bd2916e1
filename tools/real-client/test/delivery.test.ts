import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@orc/process';
import { onTeardown } from '@orc/testing';
import { expect, it } from 'vitest';
import { installClient } from '../src/install.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const installed = await installClient(join(root, '.tools', 'claude-code'));

interface Report {
  readonly runtime: string;
  readonly figures: readonly {
    agent: string;
    channel: string;
    count: number;
    p50Ms: number;
    p95Ms: number;
  }[];
}

async function measure(...options: string[]): Promise<Report> {
  const home = mkdtempSync(join(tmpdir(), 'orc-b-'));
  onTeardown(() => rmSync(home, { recursive: true, force: true }));
  const words = ['bench', 'delivery', '--rounds', '2', '--json', ...options];
  const { stdout, stderr } = await run(
    process.execPath,
    [join(root, 'apps', 'cli', 'bin', 'orc.js'), ...words],
    {
      cwd: home,
      env: { HOME: home, ORC_HOME: join(home, 'o'), PATH: process.env['PATH'] ?? '' },
      timeoutMs: 160_000,
    },
  );
  // Whether the budget was kept is for a quiet machine to say; here it is the figures that must be there.
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

/** Each way is there, with its times: mail after a tool call, mail that wakes, and a line that was typed. */
function expectAllWays({ figures }: Report): void {
  const ways = figures.map(({ agent, channel }) => `${agent} ${channel}`);
  expect(ways).toEqual(expect.arrayContaining(['busy PostToolUse', 'idle UserPromptSubmit', 'idle waiter']));
  for (const { count, p50Ms, p95Ms } of figures) {
    expect(count).toBeGreaterThan(0);
    expect(p50Ms).toBeGreaterThan(0);
    expect(p95Ms).toBeGreaterThanOrEqual(p50Ms);
  }
}

it('orc bench delivery refuses a client that it would not run', async () => {
  expect(await measure('--client', 'claude')).toMatchObject({ error: { code: 'ORC_CLI_USAGE' } });
});

it('orc bench delivery measures simulated agents', async () => {
  const report = await measure();
  expect(report.runtime).toBe('sim');
  expectAllWays(report);
});

it.runIf(installed.isThere)('orc bench delivery --real measures the client itself', async () => {
  if (!installed.isThere) throw new Error('unreachable: this runs only with the client');
  const report = await measure('--real', '--client', installed.binary);
  expect(report.runtime).toBe('claude');
  expectAllWays(report);
});
