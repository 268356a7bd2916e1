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
const LIMIT_MS = 8_000;

const config = {
  agents: { permissionMode: 'manual', environment: { ORC_HOOK_DEADLINE_MS: '30000' } },
  delivery: { nudgeAfterMs: 500 },
  // Of the times of a real limit only the waiting is shorter here.
  credits: { resumeDelayMs: 1_000, verifyMs: 60_000, staggerMs: 100, staggerJitterMs: 0, retryMs: 5_000 },
};

/**
 * A weekly limit, after which the client asks a question and does nothing by itself: everything that happens
 * afterwards is orc's doing.
 */
describe.runIf(installed.isThere)('the real client at its limit', () => {
  it('is parked, and resumed by orc alone, exactly once', async () => {
    if (!installed.isThere) throw new Error('unreachable: this runs only with the client');
    const directory = mkdtempSync(join(tmpdir(), 'orc-l-'));
    onTeardown(() => rmSync(directory, { recursive: true, force: true }));
    const subject = await startRealClient(
      {
        directory: join(directory, 'w'),
        orc: [process.execPath, join(root, 'apps', 'cli', 'bin', 'orc.js')],
        config,
        roles: ['developer'],
        cues: [{ words: SPEND, limitMs: LIMIT_MS, limitType: 'seven_day' }],
      },
      { binary: installed.binary, allowed: [] },
    );
    onTeardown(async () => {
      await subject[Symbol.asyncDispose]();
    });
    const { world } = subject;
    await world.up();
    await world.untilState('developer', 'idle');
    const { pid } = await world.agent('developer');

    const spent = await world.send('developer', SPEND, { kind: 'note' });
    await world.untilState('developer', 'limited');
    // A hook says first that the turn has failed; the transcript says by which limit.
    await waitUntil(
      async () => {
        const { state } = await world.agent('developer');
        return state.source === 'transcript' && state.why.includes('weekly limit');
      },
      { what: 'the transcript to tell which limit it is' },
    );
    const later = await world.send('developer', 'Something for when you are back.', { kind: 'note' });
    expect(await world.message(later.id)).toMatchObject({ isParked: true, attempts: 0 });
    expect((await world.message(spent.id)).seenAt).toBeNull();

    await world.untilSeen(spent.id, later.id);
    await world.untilState('developer', 'idle');
    const query = { recipient: 'shop/developer', kind: 'continue', limit: 100 };
    const { messages } = await world.client.call('messages', { query });
    expect(messages).toHaveLength(1);
    expect(subject.given(`[orc:${messages[0]?.id ?? ''}]`)).toBe(true);
    const eventsOf = async (types: string) =>
      (await world.orc<{ events: { agent?: string }[] }>('events', '--tail', '1000', '--types', types))
        .events;
    await waitUntil(async () => (await eventsOf('credits.resumed')).length === 1, { what: 'the end of it' });
    const resumed = await eventsOf('credits.agent_resumed');
    expect(resumed.filter(({ agent }) => agent === 'shop/developer')).toHaveLength(1);
    expect(await eventsOf('credits.limited')).toHaveLength(1);
    expect((await world.agent('developer')).pid, 'it was not restarted').toBe(pid);
  });
});
