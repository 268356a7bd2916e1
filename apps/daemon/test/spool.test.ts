import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layoutOf, type Layout } from '@orc/contracts';
import { openQueue } from '@orc/queue';
import { openRegistry, type AgentInput } from '@orc/registry';
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

/** A home with a developer that nobody looks after yet. */
function makeHome(said: Partial<AgentInput> = {}): Layout {
  const home = join(makeTempDirectory(), 'o');
  mkdirSync(home, { mode: 0o700 });
  const layout = layoutOf(home);
  endTmuxServer(layout.tmuxSocket);
  using registry = openRegistry({ path: layout.database });
  registry.saveProject(projectRecord());
  registry.saveAgent(agentRecord('developer', said));
  return layout;
}

async function run(layout: Layout): Promise<void> {
  const daemon = await start(layout);
  onTeardown(async () => {
    await daemon[Symbol.asyncDispose]();
  });
}

it('knows what hooks saw before it ran, and what they see while they cannot reach it', async () => {
  const layout = makeHome();
  using registry = openRegistry({ path: layout.database });
  runHook(layout, { hook_event_name: 'SessionStart', source: 'startup' });
  await run(layout);
  expect(kindsSeen(layout)).toEqual(['client.pid', 'session.started']);
  const transcriptPath = join(layout.home, 's1.jsonl');
  expect(registry.getAgent(AGENT)).toMatchObject({ sessionId: 's1', transcriptPath });

  runHook(layout, { hook_event_name: 'Stop' });
  await waitUntil(() => kindsSeen(layout).includes('turn.stopped'), { what: 'the end of the turn' });
  expect(existsSync(layout.hookSpool)).toBe(false);
});

it('makes up for a /clear that nobody answered', async () => {
  const layout = makeHome({ launchedAt: 1, launchCount: 1 });
  using queue = openQueue({ path: layout.database });
  const { id } = queue.send({ sender: 'shop/pm', recipient: AGENT, body: 'The price is 2.' });
  queue.lease(AGENT, { worker: 'hook' });
  queue.inject([id], { worker: 'hook', channel: 'PostToolUse' });
  runHook(layout, { hook_event_name: 'SessionStart', source: 'clear' });
  await run(layout);
  expect(queue.get(id)).toMatchObject({
    state: 'queued',
    reason: 'its client began another conversation (clear)',
  });
  const isTold = () => queue.list({ recipient: AGENT, kind: 'rebrief', state: 'queued' }).length === 1;
  await waitUntil(isTold, { what: 'the part of the agent' });
});

it.each([
  ['a pipe is in the place of the spool', (path: string) => void execFileSync('mkfifo', [path])],
  [
    'the directory of the spool leads nowhere',
    (path: string) => {
      execFileSync('rmdir', [dirname(path)]);
      symlinkSync('spool', dirname(path));
    },
  ],
])('starts although %s', async (_, spoil) => {
  const layout = makeHome();
  mkdirSync(dirname(layout.hookSpool));
  spoil(layout.hookSpool);
  await run(layout);
  expect(existsSync(layout.hookSpool)).toBe(false);
});
