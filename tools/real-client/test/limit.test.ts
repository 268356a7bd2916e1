import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTeardown, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { installClient } from '../src/install.ts';
import { startRealClient } from '../src/subjects.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const installed = await installClient(join(root, '.tools', 'claude-code'));
if (!installed.isThere)
  process.stderr.write(`\n!!! THE REAL CLIENT IS NOT DRIVEN INTO A LIMIT in this run: ${installed.why}\n\n`);

const SPEND = 'Spend what is left of the week.';
const LIMIT_MS = 15_000;

const config = {
  agents: { permissionMode: 'manual', environment: { ORC_HOOK_DEADLINE_MS: '30000' } },
  delivery: { nudgeAfterMs: 500 },
  // The client goes on by itself 30 to 120 s after a reset: a random time, looked at every 30 s. orc would say
  // so earlier here, and has to take it back.
  credits: { resumeDelayMs: 1_000, verifyMs: 60_000, staggerMs: 100, staggerJitterMs: 0, retryMs: 5_000 },
};

/** Two that are stopped by one limit: the client of the first waits to go on, that of the second was told not to. */
describe.runIf(installed.isThere)('the real client at its limit', () => {
  it('is parked, and goes on exactly once: by itself, or else by orc', async () => {
    if (!installed.isThere) throw new Error('unreachable: this runs only with the client');
    const directory = mkdtempSync(join(tmpdir(), 'orc-l-'));
    onTeardown(() => rmSync(directory, { recursive: true, force: true }));
    const subject = await startRealClient(
      {
        directory: join(directory, 'w'),
        orc: [process.execPath, join(root, 'apps', 'cli', 'bin', 'orc.js')],
        config,
        roles: ['developer', 'tester'],
        cues: [{ words: SPEND, limitMs: LIMIT_MS, limitType: 'seven_day' }],
      },
      { binary: installed.binary, allowed: [] },
    );
    onTeardown(async () => {
      await subject[Symbol.asyncDispose]();
    });
    const { world } = subject;
    await world.up();
    const both = ['developer', 'tester'] as const;
    const pids = await Promise.all(both.map(async (role) => (await world.untilState(role, 'idle')).pid));
    const eventsOf = async (type: string) =>
      (await world.orc<{ events: { agent?: string }[] }>('events', '--tail', '1000', '--types', type)).events;
    /** The orchestrator may or may not be in the middle of something when the limit comes. */
    const rolesOf = async (type: string) =>
      (await eventsOf(type))
        .map(({ agent = '' }) => agent.replace('shop/', ''))
        .filter((role) => role !== 'orchestrator')
        .sort();
    const continuesFor = async (role: string) => {
      const query = { agent: `shop/${role}`, kind: 'continue', limit: 100 };
      return (await world.client.call('messages', { query })).messages;
    };

    const spent = await Promise.all(both.map((role) => world.send(role, SPEND, { kind: 'note' })));
    for (const role of both)
      await waitUntil(
        async () => {
          const { state } = await world.agent(role);
          expect(state.why).toMatch(/^it hit its weekly limit/);
          return state.state === 'limited';
        },
        { what: `the limit of the ${role}` },
      );
    const { paneId } = await world.agent('tester');
    // "Esc to cancel": from here on this client waits for nothing.
    await world.tmux('send-keys', '-t', paneId ?? '', 'Escape');
    const later = await Promise.all(
      both.map((role) => world.send(role, `Something for the ${role} when it is back.`, { kind: 'note' })),
    );
    for (const { id } of later)
      expect(await world.message(id)).toMatchObject({ isParked: true, attempts: 0 });

    const isOver = async () =>
      (await rolesOf('credits.client_went_on')).length > 0 && (await eventsOf('credits.resumed')).length > 0;
    await waitUntil(isOver, { what: 'the end of the limit', timeoutMs: 240_000 });
    await world.untilSeen(...[...spent, ...later].map(({ id }) => id));
    for (const role of both) await world.untilState(role, 'idle');
    const [withdrawn, ...more] = await continuesFor('developer');
    expect(withdrawn).toMatchObject({
      state: 'dead',
      reason: 'its client went on by itself',
      injectedAt: null,
    });
    expect(more).toEqual([]);
    expect(await rolesOf('credits.client_went_on')).toEqual(['developer']);
    const continues = await continuesFor('tester');
    expect(continues).toHaveLength(1);
    expect(subject.given(`[orc:${continues[0]?.id ?? ''}]`)).toBe(true);
    expect(await rolesOf('credits.agent_resumed')).toEqual(['developer', 'tester']);
    expect(await eventsOf('credits.limited')).toHaveLength(1);
    expect(await eventsOf('rule.violated'), "the client's own prompt is nobody's").toEqual([]);
    const after = await Promise.all(both.map(async (role) => (await world.agent(role)).pid));
    expect(after, 'nobody was restarted').toEqual(pids);
  });
});
