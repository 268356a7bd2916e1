import { join } from 'node:path';
import type { MessageView, Status } from '@orc/contracts';
import { makeGitRepository, makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { installClient } from '../src/install.ts';
import { startModelApi, type ModelApi } from '../src/model-api.ts';
import type { ModelRequest } from '../src/model-request.ts';
import type { Turn } from '../src/model-answer.ts';
import { makeWorld, type World } from '../src/world.ts';

const installed = await installClient(join(import.meta.dirname, '..', '..', '..', '.tools', 'claude-code'));
if (!installed.isThere) {
  process.stderr.write(`\n!!! THE REAL CLIENT IS NOT TESTED in this run: ${installed.why}\n\n`);
}

const SPEC = '# Greeting\n\n1. Write a greeting [developer]\n   - it greets\n';

const bash = (command: string) => ({ name: 'Bash', input: { command, description: 'scripted' } });

/** The developer makes two slow tool calls after its briefing; everybody else only acknowledges. */
function script(request: ModelRequest): Turn {
  const isDeveloper = request.opening.includes('greeting/developer');
  if (!isDeveloper) return { text: 'Noted.' };
  if (request.answers === 0) return { text: 'I begin.', tools: [bash('sleep 4; echo one')] };
  if (request.answers === 1) return { tools: [bash('sleep 4; echo two')] };
  return { text: 'Noted.' };
}

async function startTeam(): Promise<{ world: World; api: ModelApi }> {
  if (!installed.isThere) throw new Error('unreachable: the suite runs only with the client');
  const api = await startModelApi(script);
  onTeardown(async () => {
    await api[Symbol.asyncDispose]();
  });
  const repository = makeGitRepository();
  repository.commit({ 'SPEC.md': SPEC }, 'Say what to build');
  const directory = makeTempDirectory('orc-real');
  const world = makeWorld({ directory, client: installed.binary, modelApiUrl: api.url });
  onTeardown(async () => {
    await world.orc('down', '--project', 'greeting', '--force');
    await world.orc('daemon', 'stop');
  });
  await world.orc(
    'up',
    '--project',
    repository.path,
    '--name',
    'greeting',
    '--spec',
    join(repository.path, 'SPEC.md'),
    '--runtime',
    'claude',
    '--roles',
    'developer',
  );
  return { world, api };
}

const stateOf = async (world: World, role: string) => {
  const status = await world.orc<Status>('status');
  return status.projects[0]?.agents.find((agent) => agent.role === role)?.state.state;
};

describe.runIf(installed.isThere)('the real client under orc', () => {
  it('is briefed, works, and gets what was sent while it was busy and while it was idle', async () => {
    const { world, api } = await startTeam();
    const developerRequests = () =>
      api.requests.filter(({ kind, opening }) => kind === 'main' && opening.includes('greeting/developer'));
    await waitUntil(() => developerRequests().length > 0, {
      timeoutMs: 60_000,
      what: 'the briefing reaching the model',
    });
    const briefing = developerRequests()[0]?.opening ?? '';
    expect(briefing).toMatch(/\[orc:m\w+\] briefing from orc/);

    const busyText = `busy-marker-${Math.random().toString(36).slice(2)}`;
    const whileBusy = await world.orc<MessageView>('send', 'greeting/developer', busyText);
    await waitUntil(() => developerRequests().some(({ fresh }) => fresh.includes(busyText)), {
      timeoutMs: 60_000,
      what: 'the first message',
    });
    await waitUntil(async () => (await stateOf(world, 'developer')) === 'idle', {
      timeoutMs: 60_000,
      what: 'idleness',
    });

    const idleText = `idle-marker-${Math.random().toString(36).slice(2)}`;
    const whileIdle = await world.orc<MessageView>('send', 'greeting/developer', idleText);
    await waitUntil(() => developerRequests().some(({ fresh }) => fresh.includes(idleText)), {
      timeoutMs: 60_000,
      what: 'the second message',
    });

    for (const { id } of [whileBusy, whileIdle]) {
      const seen = await world.orc<MessageView>('msg', 'wait', id, '--state', 'seen', '--timeout', '30s');
      expect(seen.state).toMatch(/seen|done/);
    }
    const history = await world.orc<{ message: MessageView }>('msg', 'status', whileBusy.id);
    expect(history.message.channel).toMatch(/PostToolUse|Stop/);
  });
});
