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
import { lookForEnds, watchPanes } from './watch-panes.ts';

const ID = 'shop/developer';
const START = Date.UTC(2030, 0, 1);
const WINDOW_CLOSED = { status: null, signal: null, cause: 'its window was closed' };

/** An agent whose program is a real process, in a server whose panes the test decides on: at first there are none. */
async function makeAgent() {
  const clock = { now: () => START + 1_000 };
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
    ...{ registry, exits, driver },
    failOnce: () => void failures.push(new Error('SQLITE_BUSY: database is locked')),
    tellOfClosedWindow(): void {
      const pane = { paneId: parsePaneId('%1'), windowId: parseWindowId('@1'), pid: program.pid };
      for (const listen of heard) listen({ type: 'pane.gone', ...pane });
    },
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
