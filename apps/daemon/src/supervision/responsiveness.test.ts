import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { AgentState } from '@orc/contracts';
import { createEventBus } from '@orc/event-bus';
import { findIdentity, isRunning } from '@orc/process';
import { openQueue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { DaemonConfig } from '../config/schema.ts';
import { createResponsiveness } from './responsiveness.ts';

const ID = 'shop/developer';
const START = Date.UTC(2030, 0, 1);

/** An agent whose program is a real process that answers nothing, with mail, and a clock that is moved by hand. */
async function makeAgent(state: AgentState['state']) {
  let now = START;
  const clock = { now: () => now };
  const registry = openRegistry({ path: ':memory:' }, { clock });
  const queue = openQueue({ path: ':memory:' }, { clock });
  const bus = createEventBus({ directory: join(makeTempDirectory(), 'events') }, { clock });
  onTeardown(() => [bus, queue, registry].forEach((part) => part[Symbol.dispose]()));
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTeardown(() => void child.kill('SIGKILL'));
  const program = await waitUntil(() => findIdentity(child.pid ?? 0));
  registry.saveProject(projectRecord());
  registry.saveAgent({
    ...agentRecord('developer', { runtime: 'claude', paneId: '%1', launchedAt: START, launchCount: 1 }),
    ...{ pid: program.pid, pidStartedAt: program.startedAtTicks },
  });
  const events: string[] = [];
  bus.subscribe('*', ({ type }) => void events.push(type));
  const told: string[] = [];
  const notices = {
    critical: (_: unknown, text: string) => void told.push(text),
    tell: () => undefined,
    hubOf: () => 'user',
  };
  const stateOf = (): AgentState => ({
    state,
    why: 'it is',
    source: 'session-record',
    since: START,
    confidence: 'high',
  });
  const config = DaemonConfig.parse({ supervision: { health: { answerMs: 5_000, restartAfterMs: 60_000 } } });
  const look = createResponsiveness({ registry, queue, clock, config, bus }, { notices, stateOf });
  return {
    events,
    told,
    isThere: () => isRunning(program),
    /** Mail that a hook has handed over. */
    ask() {
      const { id } = queue.send({ sender: 'user', recipient: ID, kind: 'question', body: 'Are you there?' });
      queue.lease(ID, { worker: 'hook' });
      queue.inject([id], { worker: 'hook', channel: 'waiter' });
    },
    stir: () =>
      registry.recordFact({ agentId: ID, kind: 'turn.stopped', value: {}, source: 'hook', at: now }),
    /** Looks every second of so many. */
    pass(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        now += 1_000;
        look();
      }
    },
  };
}

it('an idle agent that does not stir upon mail is told of, and after its time ended once', async () => {
  const agent = await makeAgent('idle');
  agent.pass(120);
  expect(agent.events).toEqual([]);
  agent.ask();
  agent.pass(7);
  expect(agent.events.filter((type) => type.startsWith('agent.'))).toEqual(['agent.unresponsive']);
  agent.pass(50);
  expect([agent.isThere(), agent.told]).toEqual([true, []]);
  agent.pass(5);
  expect(agent.told).toEqual([
    expect.stringMatching(/^shop\/developer is ended and started again: .* idle$/),
  ]);
  await waitUntil(() => !agent.isThere());
  agent.pass(120);
  expect(agent.told).toHaveLength(1);
});

it('an agent that stirs is left alone, however late', async () => {
  const agent = await makeAgent('idle');
  agent.ask();
  agent.pass(50);
  agent.stir();
  agent.pass(120);
  expect(agent.events.filter((type) => type.startsWith('agent.'))).toEqual([
    'agent.unresponsive',
    'agent.responsive',
  ]);
  expect([agent.isThere(), agent.told]).toEqual([true, []]);
});

it.each(['working', 'blocked', 'limited'] as const)(
  'an agent that is %s may be silent for ever',
  async (state) => {
    const agent = await makeAgent(state);
    agent.ask();
    agent.pass(3_600);
    expect([agent.isThere(), agent.told, agent.events.includes('agent.unresponsive')]).toEqual([
      true,
      [],
      false,
    ]);
  },
);
