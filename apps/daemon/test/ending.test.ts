import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, layoutOf } from '@orc/contracts';
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
  return { user, repository, placeOf, desired };
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

it('ends everybody else before it says whose work cannot be kept', async () => {
  const { user, placeOf, desired } = await openTeam();
  writeFileSync(join(placeOf('tester'), '.git'), 'gitdir: /nowhere\n');
  await expect(user.call('down', { body: {} })).rejects.toThrowError(codeOf('ORC_WORKTREE_NOT_A_REPOSITORY'));
  expect(await Promise.all(ROLES.map(desired))).toEqual(['stopped', 'running', 'stopped']);
  await user.call('down', { body: { force: true } });
  expect(await desired('tester')).toBe('stopped');
});
