import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf, type Layout } from '@orc/contracts';
import { openRegistry } from '@orc/registry';
import { endTmuxServer, makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../fixtures/records.ts';
import { start } from './house.ts';

const WORKSPACE = join(import.meta.dirname, '../../..');
const AGENT = 'shop/developer';

/** Runs the hook from its source, as the developer's client would; it finds nobody who listens. */
function runHook({ home }: Layout, event: object): void {
  const tokenFile = join(home, 'token');
  writeFileSync(tokenFile, 'shop-developer');
  const program = ['--conditions=@orc/source', '--import', 'tsx', 'apps/hooks/src/hook.ts'];
  const identity = { ORC_AGENT: AGENT, ORC_HOME: home, ORC_TOKEN_FILE: tokenFile, CLAUDE_PID: '77' };
  const env = { ...process.env, ...identity, ORC_SOCKET: join(home, 'nobody.sock') };
  const { status } = spawnSync(process.execPath, program, {
    ...{ cwd: WORKSPACE, env },
    input: JSON.stringify({ session_id: 's1', transcript_path: join(home, 's1.jsonl'), ...event }),
  });
  expect(status).toBe(0);
}

function kindsSeen({ database }: Layout): string[] {
  using registry = openRegistry({ path: database });
  return registry.facts(AGENT).map(({ kind }) => kind);
}

it('knows what hooks saw before it ran, and what they see while they cannot reach it', async () => {
  const home = join(makeTempDirectory(), 'o');
  mkdirSync(home, { mode: 0o700 });
  const layout = layoutOf(home);
  endTmuxServer(layout.tmuxSocket);
  using registry = openRegistry({ path: layout.database });
  registry.saveProject(projectRecord());
  registry.saveAgent(agentRecord('developer'));
  runHook(layout, { hook_event_name: 'SessionStart', source: 'startup' });
  const daemon = await start(layout);
  onTeardown(async () => {
    await daemon[Symbol.asyncDispose]();
  });
  expect(kindsSeen(layout)).toEqual(['client.pid', 'session.started']);
  expect(registry.getAgent(AGENT)).toMatchObject({ sessionId: 's1', transcriptPath: join(home, 's1.jsonl') });

  runHook(layout, { hook_event_name: 'Stop' });
  await waitUntil(() => kindsSeen(layout).includes('turn.stopped'), { what: 'the end of the turn' });
  expect(existsSync(layout.hookSpool)).toBe(false);
});
