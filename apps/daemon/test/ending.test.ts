import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, layoutOf } from '@orc/contracts';
import { findIdentity } from '@orc/process';
import { openQueue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { endTmuxServer, makeGitRepository, makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../fixtures/records.ts';
import { codeOf, open, start } from './house.ts';

const ROLES = ['developer', 'tester', 'devops'] as const;
type Role = (typeof ROLES)[number];

/** A team that runs as far as the daemon knows, with a worktree each and something staged in it. */
async function openTeam() {
  const home = join(makeTempDirectory(), 'o');
  mkdirSync(home, { mode: 0o700 });
  const layout = layoutOf(home);
  endTmuxServer(layout.tmuxSocket);
  writeFileSync(layout.operatorToken, 'operator', { mode: 0o600 });
  const repository = makeGitRepository();
  const placeOf = (role: Role) => join(layout.projects, 'shop', 'worktrees', role);
  {
    using registry = openRegistry({ path: layout.database });
    registry.saveProject(projectRecord({ path: repository.path }));
    for (const role of ROLES) {
      const place = { branch: `work/${role}`, worktreePath: placeOf(role) };
      repository.git('worktree', 'add', '--quiet', '-b', place.branch, place.worktreePath);
      writeFileSync(join(place.worktreePath, `${role}.ts`), 'export {};\n');
      repository.git('-C', place.worktreePath, 'add', '--all');
      registry.saveAgent(agentRecord(role, { ...place, desired: 'running' }));
    }
  }
  const daemon = await start(layout);
  onTeardown(async () => {
    await daemon[Symbol.asyncDispose]();
  });
  const user = createClient({ socketPath: layout.socket, token: 'operator' });
  const desired = async (role: Role) =>
    (await user.call('agent', { params: { project: 'shop', role } })).desired;
  /** Gives an agent a program whose window and tmux server are gone. */
  const runWithoutWindow = async (role: Role) => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    onTeardown(() => void child.kill('SIGKILL'));
    const { pid, startedAtTicks } = await waitUntil(() => findIdentity(child.pid ?? 0));
    using registry = openRegistry({ path: layout.database });
    const place = { paneId: '%1', tmuxServer: { pid: 1, startTime: 1 } };
    registry.updateAgent(`shop/${role}`, { ...place, pid, pidStartedAt: startedAtTicks });
    return child;
  };
  return { user, repository, placeOf, desired, runWithoutWindow };
}

it('gives up what waits for an agent that has ended, also behind another message, and tells the sender', async () => {
  const { user, developer } = await open({ projects: ['shop'], desired: 'running' });
  const first = await developer.call('send', { body: { to: 'tester', body: 'first' } });
  const blocked = await developer.call('send', { body: { to: 'tester', body: 'then', after: [first.id] } });
  const other = await user.call('send', { body: { to: 'shop/developer', body: 'for one who stays' } });
  const params = { project: 'shop', role: 'tester', action: 'end' } as const;
  await user.call('changeAgent', { params, body: { force: true } });
  for (const { id } of [first, blocked]) {
    const { message } = await user.call('message', { params: { id } });
    expect(message).toMatchObject({ state: 'dead' });
    expect(message.reason).toMatch(/shop\/tester has ended|dependency/);
    await waitUntil(async () => {
      const { messages } = await user.call('messages', {
        query: { agent: 'shop/developer', kind: 'notice' },
      });
      return messages.some(({ body }) => body.includes(id));
    });
  }
  expect((await user.call('message', { params: { id: other.id } })).message.state).toBe('queued');
});

it('gives up all that waits for an agent that has ended, also more than is listed at once', async () => {
  const { user } = await open({ projects: ['shop'], desired: 'running' });
  const send = (body: string) => user.call('send', { body: { to: 'shop/tester', body } });
  await Promise.all(Array.from({ length: 101 }, (_, number) => send(`number ${number}`)));
  const params = { project: 'shop', role: 'tester', action: 'end' } as const;
  await user.call('changeAgent', { params, body: { force: true } });
  const query = { agent: 'shop/tester', state: 'queued', limit: 500 } as const;
  expect((await user.call('messages', { query })).messages).toEqual([]);
});

it('gives up a question whose reply an agent owes that has ended, and tells who asked', async () => {
  const { user, developer, as } = await open({ projects: ['shop'], desired: 'running' });
  const body = { to: 'tester', body: 'Does it work?', expectReplyMs: 600_000 };
  const { id } = await developer.call('send', { body });
  // Whoever works on it has seen it.
  await as('tester').call('changeMessage', { params: { id, action: 'start' }, body: {} });
  const params = { project: 'shop', role: 'tester', action: 'end' } as const;
  await user.call('changeAgent', { params, body: { force: true } });
  expect((await user.call('message', { params: { id } })).message).toMatchObject({
    state: 'dead',
    reason: 'shop/tester has ended before it replied',
  });
  const query = { agent: 'shop/developer', kind: 'notice' };
  await waitUntil(async () => {
    const { messages } = await user.call('messages', { query });
    return messages.some((notice) => notice.body.includes(id));
  });
});

it.each(['again', 'another daemon'])('finishes an end that was broken off: %s', async (how) => {
  const { layout, user, developer, as, restart } = await open({ projects: ['shop'], desired: 'running' });
  const send = (body: string, expectReplyMs?: number) =>
    developer.call('send', { body: { to: 'tester', body, ...(expectReplyMs && { expectReplyMs }) } });
  const leased = await send('leased');
  const question = await send('Does it work?', 600_000);
  await as('tester').call('changeMessage', { params: { id: question.id, action: 'start' }, body: {} });
  const waiting = await send('waiting');
  const breakOff = () => {
    using registry = openRegistry({ path: layout.database });
    using queue = openQueue({ path: layout.database });
    registry.updateAgent('shop/tester', { desired: 'ended' });
    queue.lease('shop/tester', { worker: 'a daemon that was killed', limit: 1, leaseMs: 5_000 });
    queue.park('shop/tester', { reason: 'the agent has ended' });
  };
  if (how === 'again') {
    breakOff();
    const params = { project: 'shop', role: 'tester', action: 'end' } as const;
    await user.call('changeAgent', { params, body: {} });
  } else await restart(breakOff);
  for (const { id } of [leased, question, waiting]) {
    await waitUntil(async () => (await user.call('message', { params: { id } })).message.state === 'dead', {
      what: `the end of ${id}`,
    });
    await waitUntil(async () => {
      const query = { agent: 'shop/developer', kind: 'notice' };
      const { messages } = await user.call('messages', { query });
      return messages.some(({ body }) => body.includes(id));
    });
  }
});

it('an end that was broken off stays one for good, whoever asks for a stop', async () => {
  const { layout, user } = await open({ projects: ['shop'], desired: 'running' });
  {
    using registry = openRegistry({ path: layout.database });
    registry.updateAgent('shop/tester', { desired: 'ended', paneId: '%1' });
  }
  const params = { project: 'shop', role: 'tester', action: 'stop' } as const;
  await user.call('changeAgent', { params, body: {} });
  using registry = openRegistry({ path: layout.database });
  expect(registry.getAgent('shop/tester')).toMatchObject({ desired: 'ended', paneId: null });
});

it('ends an agent whose worktree is gone, and keeps what git still holds of it', async () => {
  const { user, repository, placeOf, desired } = await openTeam();
  rmSync(placeOf('tester'), { recursive: true });
  const params = { project: 'shop', role: 'tester', action: 'stop' } as const;
  expect(await user.call('changeAgent', { params, body: {} })).toMatchObject({ changed: true });
  expect(await desired('tester')).toBe('stopped');
  rmSync(placeOf('devops'), { recursive: true });
  const { rescues } = await user.call('down', { body: {} });
  for (const role of ROLES) {
    const rescue = rescues.find(({ agentId }) => agentId === `shop/${role}`);
    expect(repository.git('show', `${rescue?.ref}:${role}.ts`)).toBe('export {};');
  }
  expect(repository.git('branch', '--list', 'work/tester')).toContain('work/tester');
});

it('ends a program that has lost its window', async () => {
  const { user, desired, runWithoutWindow } = await openTeam();
  const child = await runWithoutWindow('tester');
  const params = { project: 'shop', role: 'tester', action: 'stop' } as const;
  await user.call('changeAgent', { params, body: {} });
  await waitUntil(() => child.signalCode !== null);
  expect([child.signalCode, await desired('tester')]).toEqual(['SIGTERM', 'stopped']);
});

it('ends everybody else before it says whose work cannot be kept', async () => {
  const { user, placeOf, desired } = await openTeam();
  writeFileSync(join(placeOf('tester'), '.git'), 'gitdir: /nowhere\n');
  await expect(user.call('down', { body: {} })).rejects.toThrowError(codeOf('ORC_WORKTREE_NOT_A_REPOSITORY'));
  expect(await Promise.all(ROLES.map(desired))).toEqual(['stopped', 'running', 'stopped']);
  await user.call('down', { body: { force: true } });
  expect(await desired('tester')).toBe('stopped');
});
