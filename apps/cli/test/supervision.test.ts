import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentDetail, AgentView, MessageView } from '@orc/contracts';
import { findByEnvironment, isRunning } from '@orc/process';
import { waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { as, makeWorld, startShop, waitForMessage, waitForTasks, type World } from './world.ts';

const TIMEOUT_MS = 400_000;
const PATIENT = { timeoutMs: 120_000, intervalMs: 100 };

const waitForAgent = (world: World, role: string, what: string, is: (agent: AgentView) => boolean) =>
  waitUntil(
    async () => {
      const agent = await world.agent(role);
      return is(agent) ? agent : undefined;
    },
    { ...PATIENT, what: `${role} ${what}` },
  );

const inbox = async (world: World) =>
  (await world.orc<{ messages: MessageView[] }>('inbox', '--all', '--peek')).messages;

const eventsOf = async (world: World, types: string) =>
  (await world.call('events', { query: { tail: 1000, types } })).events;

describe('an agent that ends', () => {
  it(
    'is left down once restarts lead to nothing but the same end, and is not judged again by the next daemon',
    async () => {
      const world = makeWorld(
        {
          agents: { runtime: 'sim', readyMs: 2_000 },
          restarts: { delayMs: 200, firstDelayMaxMs: 0, jitterRatio: 0 },
        },
        {
          faults: [
            { kind: 'exitOnStart', agent: 'tester', exitCode: 3, text: 'out of cheese', times: 'always' },
          ],
        },
      );
      await startShop(world, '--roles', 'developer,tester');
      const blocked = await waitForAgent(
        world,
        'tester',
        'being blocked',
        ({ state }) => state.state === 'blocked',
      );
      expect(blocked.state).toMatchObject({ needs: 'you', source: 'process' });
      expect(blocked.state.why).toContain('exit code 3');
      const told = (await inbox(world)).filter(({ body }) => body.includes('was not restarted'));
      expect(told).toHaveLength(1);
      // The end stays readable: what the window showed, and how it ended.
      const logs = await world.run(['agent', 'logs', 'tester', '--grep', 'cheese']);
      expect(logs.stdout).toContain('out of cheese');
      const restarts = (await eventsOf(world, 'agent.restart_planned')).length;
      expect(restarts).toBe(2);
      process.kill(await world.daemonPid(), 'SIGKILL');
      await waitForAgent(world, 'tester', 'being blocked still', ({ state }) => state.state === 'blocked');
      expect(await eventsOf(world, 'agent.restart_planned')).toHaveLength(restarts);
      expect((await inbox(world)).filter(({ body }) => body.includes('was not restarted'))).toHaveLength(1);
      const dead = await world.orc<{ agents: { role: string; verdict: string }[] }>(
        'resume',
        '--status-only',
      );
      expect(dead.agents.find(({ role }) => role === 'tester')?.verdict).toBe('dead');
    },
    TIMEOUT_MS,
  );

  it(
    'is started again as planned when the daemon is killed before, and that counts once',
    async () => {
      const world = makeWorld({ restarts: { firstDelayMaxMs: 0, delayMs: 4_000, jitterRatio: 0 } });
      await startShop(world, '--roles', 'developer');
      await waitForAgent(world, 'developer', 'being idle', ({ state }) => state.state === 'idle');
      const first = (await world.agent('developer')).pid;
      process.kill(first ?? 0, 'SIGKILL');
      const second = await waitForAgent(
        world,
        'developer',
        'running again',
        ({ pid, process: { isAlive } }) => pid !== first && isAlive,
      );
      process.kill(second.pid ?? 0, 'SIGKILL');
      await waitUntil(async () => (await eventsOf(world, 'agent.restart_planned')).length === 2, PATIENT);
      process.kill(await world.daemonPid(), 'SIGKILL');
      const third = await waitForAgent(
        world,
        'developer',
        'running once more',
        ({ pid, process: { isAlive } }) => pid !== second.pid && isAlive,
      );
      expect(third.restarts).toBe(2);
      expect(await eventsOf(world, 'agent.restart_planned')).toHaveLength(2);
    },
    TIMEOUT_MS,
  );

  it(
    'takes with it what it left behind, and nothing else',
    async () => {
      const tools = ['setsid sleep 3600 </dev/null >/dev/null 2>&1 & echo ok'];
      const world = makeWorld(
        { supervision: { orphans: { action: 'report' } } },
        { turns: [{ agent: 'developer', text: 'a server', tools }] },
      );
      await startShop(world, '--roles', 'developer');
      const servers = () =>
        findByEnvironment({ ORC_HOME: world.orcHome }).filter(({ command }) => command === 'sleep 3600');
      const [server] = await waitUntil(() => servers().length === 1 && servers(), PATIENT);
      const { pid } = await world.agent('developer');
      // It belongs to the agent for as long as that runs, although it has let go of it.
      expect((await orphanCheck(world)).status).toBe('ok');
      process.kill(pid ?? 0, 'SIGKILL');
      await waitUntil(async () => (await orphanCheck(world)).status === 'warning', PATIENT);
      await world.orc(
        'config',
        'set',
        'supervision.orphans',
        '{"action":"end","graceMs":0,"lookEveryMs":500}',
      );
      await world.orc('daemon', 'restart');
      // The one that it started; its successor may have started one of its own by now.
      await waitUntil(() => server && !isRunning(server), PATIENT);
      await waitForAgent(
        world,
        'developer',
        'running',
        (agent) => agent.pid !== pid && agent.process.isAlive,
      );
    },
    TIMEOUT_MS,
  );
});

const orphanCheck = async (world: World) => {
  const { checks } = await world.call('doctor', {});
  return checks.find(({ name }) => name === 'orphans') ?? { status: 'missing' };
};

describe('an agent whose requests fail', () => {
  it(
    'goes on by itself after an error that passes, and asks for a person once after one that does not',
    async () => {
      const world = makeWorld(
        { supervision: { failures: { retryMs: 500, probeMs: 3_600_000 } } },
        {
          faults: [
            { kind: 'apiError', agent: 'developer', error: 'server_error', onMessage: 'first', times: 1 },
            {
              kind: 'apiError',
              agent: 'tester',
              error: 'authentication_failed',
              onMessage: 'second',
              times: 1,
            },
          ],
        },
      );
      await startShop(world, '--roles', 'developer,tester');
      await waitForTasks(world);
      const first = await world.orc<MessageView>('send', 'developer', 'first');
      await waitForMessage(world, first.id);
      expect(await eventsOf(world, 'agent.failing,agent.recovered')).toMatchObject([
        { type: 'agent.failing', agent: 'shop/developer' },
        { type: 'agent.recovered', agent: 'shop/developer' },
      ]);
      const second = await world.orc<MessageView>('send', 'tester', 'second');
      const stuck = await waitForAgent(
        world,
        'tester',
        'being blocked',
        ({ state }) => state.state === 'blocked',
      );
      expect(stuck.state).toMatchObject({
        needs: 'you',
        why: expect.stringContaining('authentication') as string,
      });
      const asked = await waitUntil(
        async () => (await inbox(world)).filter(({ body }) => body.includes('orc agent continue')),
        PATIENT,
      );
      expect(asked).toHaveLength(1);
      const waiting = await world.orc<MessageView>('send', 'tester', 'for later');
      expect((await world.orc<MessageView>('msg', 'show', waiting.id)).isParked).toBe(true);
      await world.orc('agent', 'continue', 'tester');
      await waitForMessage(world, second.id);
      await waitForMessage(world, waiting.id);
      expect(await world.run(['agent', 'continue', 'tester'])).toMatchObject({ exitCode: 0 });
    },
    TIMEOUT_MS,
  );
});

describe('agents that wait for each other', () => {
  it(
    'are told so once, with what each of them owes',
    async () => {
      // Agents that take note of everything and answer nothing.
      const turns = ['developer', 'tester'].flatMap((agent) =>
        Array.from({ length: 40 }, () => ({ agent, text: 'I see.' })),
      );
      const world = makeWorld({ supervision: { deadlocks: { waitMs: 2_000 } } }, { turns });
      await startShop(world, '--roles', 'developer,tester');
      const ask = async (from: string, to: string) => {
        const words = ['send', `shop/${to}`, 'After you.', '--expect-reply', '10m', '--json'];
        const { stdout } = await world.run(words, { env: as(world, from) });
        return JSON.parse(stdout) as MessageView;
      };
      const one = await ask('developer', 'tester');
      const other = await ask('tester', 'developer');
      const [event] = await waitUntil(async () => {
        const found = await eventsOf(world, 'agent.deadlock');
        return found.length > 0 ? found : undefined;
      }, PATIENT);
      // Who saw the question first owes the oldest reply; which of the two that is, is theirs to decide.
      const { agents, messages: owed } = event?.data as { agents: string[]; messages: string[] };
      expect(agents).toEqual(['shop/developer', 'shop/tester']);
      expect(owed.sort()).toEqual([one.id, other.id].sort());
      const { messages } = await world.orc<{ messages: MessageView[] }>('msg', 'list', '--kind', 'notice');
      const told = messages.filter(({ body }) => body.includes('wait for each other'));
      expect(told.map(({ recipient }) => recipient).sort()).toEqual([
        'shop/developer',
        'shop/orchestrator',
        'shop/tester',
      ]);
      const history = await world.orc<{ history: { action: string }[] }>('msg', 'status', one.id);
      expect(history.history.filter(({ action }) => action === 'nudged')).toHaveLength(1);
      const shown = await world.orc<AgentDetail>('agent', 'show', 'developer');
      expect(shown.state.why).toContain('owes a reply to shop/tester');
    },
    TIMEOUT_MS,
  );
});

describe('an agent that forgets', () => {
  it(
    'is told its part again with what it was doing, and everything it was told can be looked up',
    async () => {
      const world = makeWorld(
        {},
        { faults: [{ kind: 'compaction', agent: 'developer', onMessage: 'compact now' }] },
      );
      await startShop(world, '--roles', 'developer');
      await waitForTasks(world);
      const sent = await world.orc<MessageView>('send', 'developer', 'compact now');
      await waitForMessage(world, sent.id);
      const told = await waitUntil(async () => {
        const words = ['agent', 'context', 'developer', '--kind', 'rebrief.compaction'];
        const { contexts } = await world.orc<{ contexts: { text: string; activitySummary: string }[] }>(
          ...words,
        );
        return contexts[0];
      }, PATIENT);
      expect(told.text).toContain('Your conversation was compacted');
      expect(told.activitySummary).toContain('Write the price list');
      const { messages } = await world.orc<{ messages: MessageView[] }>('msg', 'list', '--kind', 'rebrief');
      expect(messages[0]).toMatchObject({ priority: 200, recipient: 'shop/developer' });
      await waitForMessage(world, messages[0]?.id ?? '');
      const notes = join(world.orcHome, 'registry', 'projects', 'shop', 'notes');
      expect(readdirSync(notes).join()).toMatch(/DEVELOPER_CHECKPOINT_\d{8}_\d{4}\.md/);
      const found = await world.orc<{ lines: { type: string }[] }>(
        'agent',
        'logs',
        'developer',
        '--grep',
        'compact now',
      );
      expect(found.lines[0]?.type).toBe('transcript');
      const { archive } = await world.orc<{ archive: string }>('agent', 'end', 'developer');
      expect(archive).toMatch(/registry\/logs\/shop_developer_\d{8}_\d{6}\.log$/);
      const kept = await world.run(['agent', 'logs', 'shop/developer', '--grep', '^# ', '--tail', '20']);
      for (const heading of ['Agent Summary', 'Tasks Completed', 'Issues Encountered', 'Handoff Notes'])
        expect(kept.stdout).toContain(`# ${heading}`);
    },
    TIMEOUT_MS,
  );
});
