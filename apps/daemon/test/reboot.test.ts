import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '@orc/contracts';
import { readEvents } from '@orc/event-bus';
import { findIdentity } from '@orc/process';
import { openRegistry, type AgentInput, type Registry } from '@orc/registry';
import { endTmuxServer, makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { openTmux } from '@orc/tmux-driver';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../fixtures/records.ts';
import { start } from './house.ts';

const AGENT = 'shop/developer';
const ticksOf = (pid: number) => findIdentity(pid)?.startedAtTicks ?? null;

type Place = Pick<AgentInput, 'paneId' | 'pid' | 'pidStartedAt' | 'tmuxServer'>;

/** A machine that the test boots, with an orc whose only agent is a program that sleeps. */
function makeMachine() {
  const directory = makeTempDirectory();
  const home = join(directory, 'o');
  mkdirSync(home, { mode: 0o700 });
  const layout = layoutOf(home);
  endTmuxServer(layout.tmuxSocket);
  writeFileSync(layout.config, JSON.stringify({ resume: { onBoot: true } }));
  const bootIdFile = join(directory, 'boot_id');
  const look = <Value>(read: (registry: Registry) => Value): Value => {
    using registry = openRegistry({ path: layout.database });
    return read(registry);
  };
  look((registry) => registry.saveProject(projectRecord()));
  const save = (place: Place): void => {
    const launched = { launchedAt: Date.now(), launchCount: 1 };
    look((registry) => registry.saveAgent(agentRecord('developer', { ...place, ...launched })));
  };
  const startHere = () => start(layout, { ...process.env, ORC_BOOT_ID_FILE: bootIdFile });
  return {
    boot: (id: string) => writeFileSync(bootIdFile, `${id}\n`),
    /** One that goes on until the test ends. */
    startDaemon: async (): Promise<void> => {
      const daemon = await startHere();
      onTeardown(async () => {
        await daemon[Symbol.asyncDispose]();
      });
    },
    /** Starts a daemon and ends it; agents go on. */
    passDaemon: async (): Promise<void> => {
      await using daemon = await startHere();
      expect(daemon).toBeDefined();
    },
    /** Starts the agent as a daemon does it: in a window of the tmux server of this orc. */
    launch: async (): Promise<void> => {
      await using driver = await openTmux({ socketPath: layout.tmuxSocket });
      const session = await driver.ensureSession({ name: 'shop', directory });
      const launch = { directory, argv: ['sleep', '600'], env: {} };
      const { paneId, pid } = await driver.openWindow({ session, name: 'developer', ...launch });
      const tmuxServer = { pid: driver.serverPid, startTime: Number(ticksOf(driver.serverPid)) };
      save({ paneId, pid, pidStartedAt: ticksOf(pid), tmuxServer });
    },
    save,
    loseSocket: () => rmSync(layout.tmuxSocket),
    down: () =>
      look((registry) => registry.updateAgent(AGENT, { desired: 'stopped', paneId: null, pid: null })),
    pane: () => look((registry) => registry.getAgent(AGENT).paneId),
    /** Whether it is to be started by itself because the machine was. */
    isToBeBroughtBack: () => look((registry) => registry.getValue('supervision.after-boot') !== undefined),
    events: () =>
      [...readEvents({ directory: layout.events })]
        .map(({ type }) => type)
        // When a new state is seen is the witness's business.
        .filter((type) => /^(machine|agent)\./.test(type) && type !== 'agent.state_changed'),
  };
}

it('a boot at which no agent ran is no reason to take those for lost that run later', async () => {
  const machine = makeMachine();
  machine.boot('one');
  await machine.launch();
  await machine.passDaemon();
  machine.down();
  machine.boot('two');
  await machine.passDaemon();
  await machine.launch();
  await machine.passDaemon();
  expect(machine.events()).toEqual(['agent.adopted', 'machine.rebooted', 'agent.adopted']);
  expect(machine.pane()).not.toBeNull();
});

it('whose process is still the same is not lost, whatever is said of the machine', async () => {
  const machine = makeMachine();
  machine.boot('one');
  await machine.launch();
  await machine.passDaemon();
  machine.boot('two');
  await machine.passDaemon();
  expect(machine.events()).toEqual(['agent.adopted', 'machine.rebooted', 'agent.adopted']);
  expect(machine.isToBeBroughtBack()).toBe(false);
});

it('who ran before a reboot is lost, and to be brought back', async () => {
  const machine = makeMachine();
  machine.boot('one');
  await machine.passDaemon();
  machine.boot('two');
  // Of the boot before: some other process has its pid by now.
  machine.save({ paneId: '%1', pid: process.pid, pidStartedAt: '1', tmuxServer: { pid: 1, startTime: 1 } });
  await machine.passDaemon();
  expect(machine.events()).toEqual(['machine.rebooted', 'agent.lost']);
  expect(machine.pane()).toBeNull();
  expect(machine.isToBeBroughtBack()).toBe(true);
});

it('whose tmux server has lost its socket is adopted, since that makes another one', async () => {
  const machine = makeMachine();
  machine.boot('one');
  await machine.launch();
  machine.loseSocket();
  await machine.passDaemon();
  expect(machine.events()).toEqual(['agent.adopted']);
});

it('whose process outlives its tmux server is lost only when it has ended', async () => {
  const machine = makeMachine();
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTeardown(() => void child.kill('SIGKILL'));
  const { pid, startedAtTicks } = await waitUntil(() => findIdentity(child.pid ?? 0));
  machine.save({ paneId: '%1', pid, pidStartedAt: startedAtTicks, tmuxServer: { pid: 1, startTime: 1 } });
  await machine.startDaemon();
  expect([machine.events(), machine.pane()]).toEqual([['agent.out_of_reach'], '%1']);
  child.kill('SIGKILL');
  await waitUntil(() => machine.pane() === null, { what: 'being taken for lost' });
  expect(machine.events()).toEqual(['agent.out_of_reach', 'agent.lost']);
});
