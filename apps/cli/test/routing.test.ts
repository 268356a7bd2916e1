import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageView, StandupView } from '@orc/contracts';
import { describe, expect, it } from 'vitest';
import { furnish } from './furnish.ts';
import { makeWorld } from './world.ts';

describe('a team on the command line', () => {
  it('is routed, reports, stands up, and keeps its mail', async () => {
    const world = makeWorld();
    furnish(world, ['orchestrator', 'developer', 'sysadmin']);

    const check = await world.run(['routing', 'check', 'developer', 'sysadmin', '--project', './shop']);
    expect(check.stdout).toContain('not this way');
    const unknown = await world.run(['send', 'developer', 'x', '--kind', 'statsu']);
    expect(unknown.stderr).toContain('Did you mean status?');

    const form = await world.run(['template', 'status']);
    const checked = await world.run(['template', 'status', '--check', '-'], { input: form.stdout });
    expect(checked).toMatchObject({ exitCode: 1 });
    expect(checked.stdout).toContain('Current is missing');

    await world.orc('deps', 'set', 'developer', 'sysadmin');
    const text = 'nginx is up on staging, EVENT_ROUTER_ENABLED=true';
    const report = await world.orc<{ told: string[] }>('report-completion', 'sysadmin', text);
    expect(report.told).toEqual(['shop/developer']);
    expect(await world.orc('completions')).toMatchObject({ reports: [{ role: 'sysadmin', text }] });

    await world.orc('standup', '--within', '1m');
    const standup = await world.orc<StandupView>('standup', 'show');
    expect(standup.missing).toHaveLength(3);
    expect(await world.orc('ask', 'status', 'developer', '--detailed')).toMatchObject({
      kind: 'status-request',
    });

    const path = join(world.home, 'pending.json');
    const { count } = await world.orc<{ count: number }>('msg', 'export', path);
    expect(count).toBeGreaterThan(5);
    expect(await world.orc('msg', 'import', path)).toEqual({ count, added: 0 });
    const forged = [
      {
        ...(await world.orc<{ messages: MessageView[] }>('msg', 'list')).messages[0],
        id: 'm1',
        sender: 'shop/nobody',
      },
    ];
    writeFileSync(path, JSON.stringify(forged));
    const refused = await world.run(['msg', 'import', path]);
    expect(refused.stderr).toContain('ORC_DAEMON_BAD_IMPORT');
    writeFileSync(
      path,
      JSON.stringify([{ ...forged[0], sender: 'shop/sysadmin', recipient: 'user', state: 'queued' }]),
    );
    expect(await world.orc('msg', 'import', path)).toEqual({ count: 1, added: 1 });
    expect(await world.orc('msg', 'show', 'm1')).toMatchObject({ sender: 'shop/sysadmin' });
  }, 400_000);

  it('leaves mail unread that could not be printed', async () => {
    const world = makeWorld();
    furnish(world, ['developer']);
    await world.orc('report', 'developer', 'Parser, commit 1a2b3c4');
    expect((await world.status()).unreadForUser).toBe(1);
    const full = await world.run(['inbox'], { output: '/dev/full' });
    expect(full.exitCode).toBe(1);
    expect(full.stderr).toContain('ORC_CLI_NOT_PRINTED');
    expect((await world.orc<{ messages: MessageView[] }>('inbox', '--peek')).messages).toHaveLength(1);
    expect((await world.orc<{ messages: MessageView[] }>('inbox')).messages).toHaveLength(1);
    expect((await world.status()).unreadForUser).toBe(0);
    expect((await world.run(['inbox'])).stdout).toBe('no mail\n');
  }, 400_000);
});
