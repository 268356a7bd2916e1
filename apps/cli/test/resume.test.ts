import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { makeWorld, startShop } from './world.ts';

/** Every file below a directory with what it holds, and nothing that is in memory only. */
function contents(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((name) => [name, join(directory, name)] as const)
      .filter(([, path]) => statSync(path).isFile())
      .map(([name, path]) => [name, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

interface Answer {
  readonly changed: boolean;
  readonly agents: readonly { readonly role: string; readonly missing: readonly string[] }[];
}

it('only looks: names what each start would lack, and without a daemon writes nothing and starts none', async () => {
  const world = makeWorld();
  await startShop(world, '--roles', 'developer');
  await world.orc('down');
  // What was clean went with the team, and a start makes it again.
  const { changed, agents } = await world.orc<Answer>('resume', '--status-only');
  expect(changed).toBe(false);
  const missingOf = (role: string) => agents.find((agent) => agent.role === role)?.missing;
  expect(missingOf('developer')).toEqual([expect.stringMatching(/worktree .* is not there/)]);
  const text = await world.run(['resume', '--status-only']);
  expect(text.stdout).toMatch(/shop\/developer lacks: its worktree/);

  await world.orc('daemon', 'stop');
  // The last hooks of the team may still have the ledger open, and tidy up after it.
  await waitUntil(() => !readdirSync(world.orcHome).includes('orc.db-wal'));
  const before = contents(world.orcHome);
  const refused = await world.run(['resume', '--status-only']);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('ORC_CONTRACTS_DAEMON_ABSENT');
  expect(contents(world.orcHome)).toEqual(before);
}, 400_000);

it('comes back with "orc start", by its path as by its name, and after "orc stop" unnamed', async () => {
  const world = makeWorld();
  const { shop } = await startShop(world, '--roles', 'developer');
  const waitForTeam = (what: string) =>
    waitUntil(
      async () => {
        const { status, agents } = await world.project();
        return status === 'active' && agents.every(({ process }) => process.isAlive);
      },
      { timeoutMs: 60_000, what },
    );
  await world.orc('down');
  await world.orc('start', '--project', shop.path);
  await waitForTeam('the team that was named by its path');

  await world.orc('stop');
  await world.orc('start');
  await waitForTeam('the team that was stopped');

  // One agent is a team at work as well.
  await world.orc('down');
  await world.orc('agent', 'start', 'shop/developer');
  expect(await world.project()).toMatchObject({ status: 'active' });

  expect(await world.run(['start', '--project', 'shp'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('ORC_DAEMON_UNKNOWN_PROJECT') as string,
  });
}, 400_000);
