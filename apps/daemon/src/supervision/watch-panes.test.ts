import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createEventBus } from '@orc/event-bus';
import { findIdentity } from '@orc/process';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { parsePaneId, parseWindowId, type PaneInfo, type Tmux, type TmuxListener } from '@orc/tmux-driver';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { adoptAgents } from './adopt.ts';
import { isKnownDead } from './lost.ts';
import { lookForEnds, watchPanes } from './watch-panes.ts';

const ID = 'shop/developer';
const START = Date.UTC(2030, 0, 1);
const WINDOW_CLOSED = { status: null, signal: null, cause: 'its window was closed' };

/** An agent whose program is a real process, in a server whose panes the test decides on: at first there are none. */
async function makeAgent() {
  const clock = { at: START + 1_000, now: () => clock.at };
  const registry = openRegistry({ path: ':memory:' }, { clock });
  const bus = createEventBus({ directory: join(makeTempDirectory(), 'events') }, { clock });
  onTeardown(() => [bus, registry].forEach((part) => part[Symbol.dispose]()));
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTeardown(() => void child.kill('SIGKILL'));
  const program = await waitUntil(() => findIdentity(child.pid ?? 0));
  // What runs the tests stands for the server.
  const tmuxServer = { pid: process.pid, startTime: Number(findIdentity(process.pid)?.startedAtTicks) };
  registry.saveProject(projectRecord());
  registry.saveAgent({
    ...agentRecord('developer', { paneId: '%1', tmuxServer, launchedAt: START, launchCount: 1 }),
    ...{ pid: program.pid, pidStartedAt: program.startedAtTicks },
  });
  const heard: TmuxListener[] = [];
  const panes: PaneInfo[] = [];
  const driver = {
    serverPid: process.pid,
    listPanes: () => Promise.resolve(panes),
    onEvent: (listen: TmuxListener) => {
      heard.push(listen);
      return { [Symbol.dispose]: () => undefined };
    },
  } as unknown as Tmux;
  const events: string[] = [];
  const ids: string[] = [];
  bus.subscribe('*', ({ type, id }) => void (events.push(type), ids.push(id)));
  const failures: Error[] = [];
  const exits: object[] = [];
  const restarts = {
    onExit: (_id: string, exit: object) => {
      const failure = failures.pop();
      if (failure) throw failure;
      exits.push(exit);
    },
    noteWork: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
  const parts = { registry, bus, clock, log: pino({ level: 'silent' }) };
  watchPanes(parts, driver, restarts);
  const look = { ...parts, tmux: () => Promise.resolve(driver) };
  return {
    ...{ registry, exits, driver, clock, events, ids },
    failOnce: () => void failures.push(new Error('SQLITE_BUSY: database is locked')),
    tellOfClosedWindow(): void {
      const pane = { paneId: parsePaneId('%1'), windowId: parseWindowId('@1'), pid: program.pid };
      for (const listen of heard) listen({ type: 'pane.gone', ...pane });
    },
    tellOfDeath(pid: number = program.pid): void {
      const pane = { paneId: parsePaneId('%1'), windowId: parseWindowId('@1'), pid };
      for (const listen of heard)
        listen({ type: 'pane.died', ...pane, exitStatus: null, exitSignal: 'SIGKILL' });
    },
    /** The window is there, and the agent's program in it. */
    showLiving: () => panes.push({ paneId: '%1', pid: program.pid, isDead: false } as unknown as PaneInfo),
    adopt: () =>
      adoptAgents({ ...parts, panes: () => Promise.resolve(panes) }, driver, {
        ...{ restarts, isReboot: false, evidence: undefined as never },
      }),
    noteDeath: () =>
      void registry.recordFact({
        ...{ agentId: ID, kind: 'process', source: 'process', at: START + 500 },
        value: { isAlive: false, exitCode: null, signal: null, cause: 'its launch failed' },
      }),
    isKnownDead: () => isKnownDead({ registry }, registry.getAgent(ID)),
    look: () => lookForEnds(look, restarts),
    pane: () => registry.getAgent(ID).paneId,
    async end(): Promise<void> {
      child.kill('SIGKILL');
      await waitUntil(() => findIdentity(program.pid) === undefined);
    },
  };
}

it('a closed window whose end could not be noted is found by the next look', async () => {
  const agent = await makeAgent();
  agent.failOnce();
  await agent.end();
  agent.tellOfClosedWindow();
  expect(agent.exits).toEqual([]);
  await agent.look();
  expect([agent.exits, agent.pane()]).toEqual([[WINDOW_CLOSED], null]);
  await agent.look();
  expect(agent.exits).toHaveLength(1);
});

it('a closed window that nobody told of is an end as soon as its program has ended', async () => {
  const agent = await makeAgent();
  await agent.look();
  expect([agent.exits, agent.pane()]).toEqual([[], '%1']);
  await agent.end();
  await agent.look();
  expect([agent.exits, agent.pane()]).toEqual([[WINDOW_CLOSED], null]);
});

it('a server that has ended has closed no window', async () => {
  const agent = await makeAgent();
  await agent.end();
  const gone = Object.assign(new Error('The server is gone.'), { code: 'ORC_TMUX_SERVER_GONE' });
  Object.assign(agent.driver, { listPanes: () => Promise.reject(gone) });
  await agent.look();
  expect([agent.exits, agent.pane()]).toEqual([[], '%1']);
});

it('whose end was dealt with is not restarted because its window is closed', async () => {
  const agent = await makeAgent();
  const decided = { action: 'block', why: 'too many' };
  const fact = { kind: 'supervision.decision', value: decided, source: 'process', at: START + 500 } as const;
  agent.registry.recordFact({ agentId: ID, ...fact });
  await agent.end();
  agent.tellOfClosedWindow();
  expect([agent.exits, agent.pane()]).toEqual([[], null]);
});

it.each(['planned', 'started', 'crashed', 'worked'])(
  'a restart that an earlier daemon left %s, and nobody launched, is decided on for one without a window',
  async (outcome) => {
    const agent = await makeAgent();
    agent.registry.updateAgent(ID, { paneId: null });
    await agent.look();
    expect(agent.exits).toEqual([]);
    const restart = { agentId: ID, at: START + 2_000, cause: WINDOW_CLOSED.cause, outcome };
    agent.registry.recordRestart(restart);
    await agent.look();
    expect(agent.exits).toEqual([WINDOW_CLOSED]);
    agent.registry.updateAgent(ID, { launchedAt: START + 3_000 });
    await agent.look();
    expect(agent.exits).toHaveLength(1);
  },
);

it('a late word of the program before is no end of the one that runs', async () => {
  const agent = await makeAgent();
  agent.tellOfDeath(1);
  expect(agent.exits).toEqual([]);
  agent.tellOfDeath();
  expect(agent.exits).toHaveLength(1);
});

it.each(['look', 'adopt'] as const)(
  'who runs in its window is not dead, whatever was noted (%s)',
  async (how) => {
    const agent = await makeAgent();
    agent.showLiving();
    agent.noteDeath();
    await agent[how]();
    expect([agent.isKnownDead(), agent.exits]).toEqual([false, []]);
    const [noted] = agent.registry.facts(ID).filter(({ kind }) => kind === 'process');
    expect(noted).toMatchObject({ value: { isAlive: true }, at: START + 1_000 });
    // What is known is not written again each time.
    agent.clock.at += 1_000;
    await agent[how]();
    expect(agent.registry.facts(ID)).toContainEqual(noted);
  },
);

it('a window that is shown alive by a look that is too old makes nobody alive', async () => {
  const agent = await makeAgent();
  agent.showLiving();
  agent.noteDeath();
  await agent.end();
  await agent.look();
  expect(agent.isKnownDead()).toBe(true);
});

it.each(['recordFact', 'updateAgent'] as const)(
  'who is lost with its tmux server is told of, also when %s fails at first, and then has no pane',
  async (what) => {
    const agent = await makeAgent();
    agent.registry.updateAgent(ID, { tmuxServer: { pid: 1, startTime: 1 } });
    await agent.end();
    const original = { ...agent.registry };
    Object.assign(agent.registry, {
      [what]: () => {
        Object.assign(agent.registry, original);
        throw new Error('SQLITE_BUSY: database is locked');
      },
    });
    await expect(agent.look()).rejects.toThrow('SQLITE_BUSY');
    await agent.look();
    await agent.look();
    expect([agent.isKnownDead(), agent.pane()]).toEqual([true, null]);
    // Under one id, so that whoever hears of it twice knows it.
    expect(new Set(agent.events)).toEqual(new Set(['agent.lost']));
    expect(new Set(agent.ids).size).toBe(1);
  },
);
