import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, layoutOf } from '@orc/contracts';
import { findIdentity } from '@orc/process';
import { openQueue, type Queue } from '@orc/queue';
import { openRegistry, type AgentInput, type Registry } from '@orc/registry';
import { endTmuxServer, makeGitRepository, makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { openTmux } from '@orc/tmux-driver';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../fixtures/records.ts';
import { codeOf, start } from './house.ts';

const ROLES = ['developer', 'tester'] as const;
type Role = (typeof ROLES)[number];
type Status = ReturnType<Registry['getProject']>['status'];

/** Says its version when the test lets it, and sleeps otherwise. */
function writeClient(directory: string) {
  const client = join(directory, 'client');
  const gate = join(directory, 'gate');
  const asked = join(directory, 'asked');
  const version = `if [ -p '${gate}' ]; then : >'${asked}'; cat '${gate}'; fi; echo 2.1.0; exit`;
  writeFileSync(client, `#!/bin/sh\n[ "$1" = --version ] && { ${version}; }\nexec sleep 600\n`, {
    mode: 0o700,
  });
  /** Holds every launch up until what this returns is called. */
  const hold = (): (() => void) => {
    execFileSync('mkfifo', [gate]);
    return () => {
      writeFileSync(gate, '');
      rmSync(gate);
    };
  };
  return { client, hold, untilHeld: () => waitUntil(() => existsSync(asked), { what: 'a launch' }) };
}

/** A team of real worktrees whose client is a script, with everybody stopped or as the test says. */
async function openTeam({ status = 'stopped', ...said }: Partial<AgentInput> & { status?: Status } = {}) {
  const directory = makeTempDirectory();
  const home = join(directory, 'o');
  mkdirSync(home, { mode: 0o700 });
  const layout = layoutOf(home);
  endTmuxServer(layout.tmuxSocket);
  writeFileSync(layout.operatorToken, 'operator', { mode: 0o600 });
  const { client, hold, untilHeld } = writeClient(directory);
  const config = {
    ...{ claude: { command: [client] }, agents: { readyMs: 1_000 } },
    ...{ admission: { enabled: false }, restarts: { restartsMax: 0 } },
  };
  writeFileSync(layout.config, JSON.stringify(config));
  const repository = makeGitRepository();
  const placeOf = (role: Role) => join(layout.projects, 'shop', 'worktrees', role);
  const look = <Value>(read: (registry: Registry) => Value): Value => {
    using registry = openRegistry({ path: layout.database });
    return read(registry);
  };
  const lookAtMail = <Value>(read: (queue: Queue) => Value): Value => {
    using queue = openQueue({ path: layout.database });
    return read(queue);
  };
  look((registry) => {
    registry.saveProject(projectRecord({ path: repository.path, runtime: 'claude', status }));
    for (const role of ROLES) {
      const place = { branch: `work/${role}`, worktreePath: placeOf(role) };
      repository.git('worktree', 'add', '--quiet', '-b', place.branch, place.worktreePath);
      registry.saveAgent(agentRecord(role, { ...place, runtime: 'claude', desired: 'stopped', ...said }));
    }
  });
  const startDaemon = () => start(layout, { ...process.env, HOME: directory });
  let daemon = await startDaemon();
  onTeardown(async () => {
    await daemon[Symbol.asyncDispose]();
  });
  const user = createClient({ socketPath: layout.socket, token: 'operator' });
  const change = (role: Role, action: 'start' | 'stop') =>
    user.call('changeAgent', { params: { project: 'shop', role, action }, body: {} });
  return {
    ...{ layout, user, repository, placeOf, look, lookAtMail, hold, untilHeld, change },
    agent: (role: Role) => look((registry) => registry.getAgent(`shop/${role}`)),
    status: () => look((registry) => registry.getProject('shop').status),
    parked: () => lookAtMail((queue) => queue.parked().map(({ recipient }) => recipient)),
    /** As a daemon leaves an agent that is killed when it has only begun to end it. */
    beginEnd: (role: Role, desired: 'stopped' | 'ended'): void => {
      look((registry) => registry.updateAgent(`shop/${role}`, { desired }));
      lookAtMail((queue) => queue.park(`shop/${role}`, { reason: 'the agent is stopped' }));
    },
    /** Ends the daemon, and starts the next one after what `meanwhile` does; agents go on. */
    restartDaemon: async (meanwhile: () => void): Promise<void> => {
      await daemon[Symbol.asyncDispose]();
      meanwhile();
      daemon = await startDaemon();
    },
    panes: async () => {
      await using driver = await openTmux({ socketPath: layout.tmuxSocket });
      return driver.listPanes();
    },
    tmux: (...args: string[]) => execFileSync('tmux', ['-S', layout.tmuxSocket, ...args]),
  };
}

it.each(['stop', 'down'] as const)('a "%s" during a launch waits for it and ends it', async (command) => {
  const team = await openTeam();
  const release = team.hold();
  const starting = team.change('tester', 'start');
  await team.untilHeld();
  const ending = command === 'stop' ? team.change('tester', 'stop') : team.user.call('down', { body: {} });
  // What that call set off has happened by the time of the next.
  await team.user.call('health', {});
  release();
  expect(await starting).toMatchObject({ changed: true });
  expect(await ending).toMatchObject({ changed: true });
  expect(team.agent('tester')).toMatchObject({ desired: 'stopped', paneId: null, launchCount: 1 });
  expect(await team.panes()).toEqual([]);
  expect(team.status()).toBe(command === 'down' ? 'stopped' : 'active');
});

it('a restart that comes due while a stop waits is not carried out', async () => {
  const team = await openTeam({ desired: 'running', launchedAt: Date.now() - 1_000, launchCount: 1 });
  const release = team.hold();
  const starting = team.change('tester', 'start');
  await team.untilHeld();
  const stopping = team.change('tester', 'stop');
  const planned = { agentId: 'shop/tester', at: Date.now(), cause: 'exit code 3', outcome: 'planned' };
  team.look((registry) => registry.recordRestart(planned));
  const isDue = () => team.look((registry) => registry.restarts('shop/tester')[0]?.outcome === 'started');
  await waitUntil(isDue, { what: 'the restart being due' });
  release();
  await Promise.all([starting, stopping]);
  // It has the turn after the stop, and this one the turn after that.
  await team.change('tester', 'stop');
  expect(team.agent('tester')).toMatchObject({ desired: 'stopped', paneId: null, launchCount: 2 });
});

it.each(['start', 'up'] as const)('"%s" leaves another program in the window alone', async (command) => {
  const team = await openTeam();
  await team.change('tester', 'start');
  const { paneId, pid } = team.agent('tester');
  team.tmux('respawn-pane', '-k', '-t', String(paneId), 'sleep', '700');
  await waitUntil(() => findIdentity(pid ?? 0) === undefined);
  if (command === 'start') expect(await team.change('tester', 'start')).toMatchObject({ changed: true });
  else await team.user.call('up', { body: { path: team.repository.path } });
  const again = team.agent('tester');
  const panes = await team.panes();
  const commandOf = (id: string | null) => panes.find((pane) => pane.paneId === id)?.startedCommand;
  expect([commandOf(paneId), again.paneId === paneId]).toEqual(['sleep 700', false]);
  expect(panes.find((pane) => pane.paneId === again.paneId)?.pid).toBe(again.pid);
});

it('a "stop" leaves another program in the window alone', async () => {
  const team = await openTeam();
  await team.change('tester', 'start');
  const { paneId, pid } = team.agent('tester');
  team.tmux('respawn-pane', '-k', '-t', String(paneId), 'sleep', '700');
  await waitUntil(() => findIdentity(pid ?? 0) === undefined);
  await team.change('tester', 'stop');
  expect(team.agent('tester')).toMatchObject({ desired: 'stopped', paneId: null });
  expect(await team.panes()).toEqual([
    expect.objectContaining({ startedCommand: 'sleep 700', isDead: false }),
  ]);
});

it('a program that was started and not noted any more is the agent’s own', async () => {
  const team = await openTeam();
  const { layout, placeOf } = team;
  await using driver = await openTmux({ socketPath: layout.tmuxSocket });
  const directory = placeOf('tester');
  const session = await driver.ensureSession({ name: 'shop', directory });
  const env = { ORC_HOME: layout.home, ORC_AGENT: 'shop/tester' };
  const launch = { directory, argv: ['sleep', '600'], env };
  const { paneId, pid } = await driver.openWindow({ session, name: 'tester', ...launch });
  expect(await team.change('tester', 'start')).toMatchObject({ changed: true });
  expect(team.agent('tester')).toMatchObject({ paneId, pid, desired: 'running', launchCount: 1 });
  expect(await team.panes()).toHaveLength(1);
});

it.each(['up', 'resume'] as const)('"%s" brings up everybody but who cannot be', async (command) => {
  const team = await openTeam();
  rmSync(team.placeOf('developer'), { recursive: true });
  writeFileSync(team.placeOf('developer'), 'in the way');
  const steps: string[] = [];
  const telling = { onProgress: ({ text }: { text: string }) => void steps.push(text) };
  const coming =
    command === 'up'
      ? team.user.call('up', { body: { path: team.repository.path } }, telling)
      : team.user.call('resume', { body: {} }, telling);
  await expect(coming).rejects.toThrowError(codeOf('ORC_WORKTREE_DIRECTORY_TAKEN'));
  expect(steps).toContainEqual(expect.stringContaining('could not start shop/developer: '));
  expect(steps).toContain('started shop/tester');
  expect(ROLES.map((role) => team.agent(role).desired)).toEqual(['stopped', 'running']);
  expect(team.status()).toBe('active');
});

it.each(['stopped', 'setting-up', 'stopping'] as const)(
  'a project that is %s is active with one agent that a person starts',
  async (status) => {
    const team = await openTeam({ status });
    await team.change('tester', 'start');
    expect(team.status()).toBe('active');
  },
);

it.each(['start', 'up', 'resume'] as const)('"%s" takes back an end that was broken off', async (command) => {
  const team = await openTeam();
  await team.change('tester', 'start');
  const { paneId, pid } = team.agent('tester');
  team.beginEnd('tester', 'stopped');
  if (command === 'start') expect(await team.change('tester', 'start')).toMatchObject({ changed: false });
  else if (command === 'up') await team.user.call('up', { body: { path: team.repository.path } });
  else await team.user.call('resume', { body: {} });
  expect(team.agent('tester')).toMatchObject({ desired: 'running', paneId, pid, launchCount: 1 });
  expect(team.parked()).not.toContain('shop/tester');
});

it.each(['stopped', 'ended'] as const)('a daemon finishes what the one before began: %s', async (desired) => {
  const team = await openTeam();
  await team.change('tester', 'start');
  const { pid } = team.agent('tester');
  const mail = { sender: 'shop/developer', recipient: 'shop/tester', body: 'for you' };
  const { id } = team.lookAtMail((queue) => queue.send(mail));
  await team.restartDaemon(() => team.beginEnd('tester', desired));
  await waitUntil(() => team.agent('tester').paneId === null, { what: 'the end' });
  expect(team.agent('tester')).toMatchObject({ desired, pid: null });
  expect([await team.panes(), findIdentity(pid ?? 0)]).toEqual([[], undefined]);
  const { state } = team.lookAtMail((queue) => queue.get(id));
  expect(state).toBe(desired === 'ended' ? 'dead' : 'queued');
});

it.each(['the program lives', 'the program has ended'])(
  'a daemon finishes the restart that the one before began: %s',
  async (how) => {
    const team = await openTeam();
    await team.change('tester', 'start');
    const { pid } = team.agent('tester');
    const key = 'team.restarting';
    await team.restartDaemon(() => {
      team.look((registry) => registry.setValue(key, ['shop/tester', 'shop/nobody']));
      team.beginEnd('tester', 'stopped');
      if (how === 'the program has ended') team.tmux('kill-server');
    });
    await waitUntil(() => team.agent('tester').launchCount === 2, { what: 'the restart' });
    expect(team.agent('tester').desired).toBe('running');
    expect(findIdentity(pid ?? 0)).toBeUndefined();
    const left = () => JSON.stringify(team.look((registry) => registry.getValue(key)));
    await waitUntil(() => left() === '[]', { what: 'the end of the restart' });
  },
);

it('a daemon ends the program that has lost its window and was not to run any more', async () => {
  const team = await openTeam();
  await team.change('tester', 'start');
  const { pid } = team.agent('tester');
  await team.restartDaemon(() => {
    team.beginEnd('tester', 'stopped');
    team.look((registry) => registry.updateAgent('shop/tester', { paneId: null }));
  });
  await waitUntil(() => findIdentity(pid ?? 0) === undefined, { what: 'the end' });
});

it('a daemon leaves the window of a client alone that a person has left', async () => {
  const team = await openTeam();
  await team.change('tester', 'start');
  const { paneId, pid } = team.agent('tester');
  process.kill(pid ?? 0, 'SIGKILL');
  await waitUntil(() => findIdentity(pid ?? 0) === undefined);
  await team.restartDaemon(() =>
    team.look((registry) => registry.updateAgent('shop/tester', { desired: 'stopped' })),
  );
  await team.change('developer', 'stop');
  expect(team.agent('tester')).toMatchObject({ desired: 'stopped', paneId });
});

it('a start that the daemon before was killed in is made, and waits no more; so does that of one who runs', async () => {
  const team = await openTeam();
  await team.change('tester', 'start');
  const key = 'admission.waiting';
  await team.restartDaemon(() =>
    team.look((registry) => {
      registry.updateAgent('shop/developer', { desired: 'running' });
      registry.setValue(
        key,
        ROLES.map((role) => ({ agentId: `shop/${role}`, reason: 'resume', since: 1 })),
      );
    }),
  );
  const isEmpty = () => JSON.stringify(team.look((registry) => registry.getValue(key))) === '[]';
  await waitUntil(isEmpty, { what: 'the starts' });
  expect(ROLES.map((role) => team.agent(role).launchCount)).toEqual([1, 1]);
  expect(await team.panes()).toHaveLength(2);
});
