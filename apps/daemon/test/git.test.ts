import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, layoutOf, type Client, type Layout } from '@orc/contracts';
import { openRegistry } from '@orc/registry';
import { endTmuxServer, makeGitRepository, makeTempDirectory, onTeardown } from '@orc/testing';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../fixtures/records.ts';
import { loadConfig } from '../src/config/load.ts';
import { hashToken } from '../src/http/auth.ts';
import { startDaemon } from '../src/start.ts';

const log = pino({ level: 'silent' });
const TIMEOUT_MS = 180_000;
const codeOf = (code: string) => expect.objectContaining({ code }) as Error;

interface House {
  readonly repository: ReturnType<typeof makeGitRepository>;
  readonly user: Client;
  readonly as: (role: string) => Client;
  /** Writes a file in an agent's worktree and commits it there. */
  readonly commit: (role: string, file: string, text: string) => string;
}

/** A daemon with a team that has worktrees and no windows; no tmux is started for it. */
async function open(roles: readonly string[], config: object = {}): Promise<House> {
  const home = join(makeTempDirectory(), 'o');
  mkdirSync(home, { mode: 0o700 });
  const layout = layoutOf(home);
  endTmuxServer(layout.tmuxSocket);
  writeFileSync(layout.operatorToken, 'operator', { mode: 0o600 });
  writeFileSync(layout.config, JSON.stringify({ git: { ghPath: null, ...config } }));
  const repository = makeGitRepository();
  const paths = furnish(layout, repository, roles);
  const loaded = loadConfig(layout.config, {});
  const daemon = await startDaemon({ layout, loaded, log, environment: process.env, stop: () => undefined });
  onTeardown(async () => {
    await daemon[Symbol.asyncDispose]();
  });
  const as = (token: string) => createClient({ socketPath: layout.socket, token });
  return {
    repository,
    user: as('operator'),
    as,
    commit(role, file, text) {
      const cwd = paths.get(role) ?? '';
      writeFileSync(join(cwd, file), text);
      const git = (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8', stdio: 'pipe' });
      git('add', '--all');
      git('commit', '--quiet', '--message', `Write ${file}`);
      return git('rev-parse', 'HEAD').trim();
    },
  };
}

function furnish(
  layout: Layout,
  repository: ReturnType<typeof makeGitRepository>,
  roles: readonly string[],
): Map<string, string> {
  using registry = openRegistry({ path: layout.database });
  registry.saveProject(projectRecord({ path: repository.path }));
  const paths = new Map<string, string>();
  for (const role of roles) {
    const worktreePath = join(layout.projects, 'shop', 'worktrees', role);
    const branch = `${role === 'tester' ? 'test' : 'feature'}/shop-${role}`;
    repository.git('worktree', 'add', '--quiet', '-b', branch, worktreePath);
    paths.set(role, worktreePath);
    const place = { branch, worktreePath };
    registry.saveAgent(agentRecord(role, { ...place, tokenHash: hashToken(role), desired: 'stopped' }));
  }
  return paths;
}

describe('git in the daemon', () => {
  it(
    'lets the project manager integrate and nobody else, and says what stands in the way',
    async () => {
      const { user, as, commit, repository } = await open(['developer', 'project-manager']);
      const nothing = await user.call('gitIntegrate', { body: {} });
      expect(nothing).toMatchObject({
        outcome: 'refused',
        next: expect.stringContaining('no branch') as string,
      });
      const head = commit('developer', 'a.ts', 'export {};\n');
      await expect(as('developer').call('gitIntegrate', { body: {} })).rejects.toThrowError(
        codeOf('ORC_DAEMON_FORBIDDEN'),
      );
      const plan = await as('developer').call('gitIntegrate', { body: { dryRun: true } });
      expect(plan).toMatchObject({
        outcome: 'planned',
        steps: [{ tip: head, area: 'backend', state: 'waiting' }],
      });

      const untested = await as('project-manager').call('gitIntegrate', { body: {} });
      expect(untested).toMatchObject({ outcome: 'untested', steps: [{ state: 'merged' }] });
      await expect(user.call('gitIntegrate', { body: { only: ['test/other'] } })).rejects.toThrowError(
        codeOf('ORC_DAEMON_OTHER_INTEGRATION'),
      );
      await expect(
        as('project-manager').call('gitIntegrate', { body: { updateCheckout: true } }),
      ).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
      const left = await user.call('gitIntegrate', { body: { withoutTests: true } });
      expect(left).toMatchObject({ outcome: 'published', test: null });
      // A person merges it; the next call notices that, and has nothing more to do.
      repository.git('merge', '--quiet', '--ff-only', left.integration?.id ?? '');
      const after = await user.call('gitIntegrate', { body: {} });
      expect(after).toMatchObject({ outcome: 'refused' });
      const { messages } = await user.call('messages', {
        query: { agent: 'shop/developer', kind: 'notice' },
      });
      expect(messages.map(({ body }) => body)).toEqual([expect.stringContaining('orc git sync')]);
    },
    TIMEOUT_MS,
  );

  it(
    'gives an integration up for nobody but the project manager, and changes nothing in a dry run',
    async () => {
      // Only calls look, so that a person's merge is noticed by none but them.
      const { user, as, commit, repository } = await open(['developer', 'project-manager'], {
        lookEveryMs: 600_000,
      });
      commit('developer', 'a.ts', 'export {};\n');
      const begun = await as('project-manager').call('gitIntegrate', { body: {} });
      const id = begun.integration?.id ?? '';
      for (const dryRun of [false, true])
        await expect(
          as('developer').call('gitIntegrate', { body: { abandon: true, dryRun } }),
        ).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
      await expect(user.call('gitIntegrate', { body: { abandon: true, dryRun: true } })).rejects.toThrowError(
        codeOf('ORC_DAEMON_BAD_REQUEST'),
      );
      const published = await user.call('gitIntegrate', { body: { withoutTests: true } });
      expect(published.integration).toMatchObject({ id, state: 'published' });

      repository.git('merge', '--quiet', '--ff-only', id);
      const references = repository.git('for-each-ref');
      const plan = await as('developer').call('gitIntegrate', { body: { dryRun: true } });
      expect(plan).toMatchObject({ outcome: 'planned', integration: { id, state: 'published' } });
      expect(repository.git('for-each-ref')).toBe(references);
      const { messages } = await user.call('messages', {
        query: { agent: 'shop/developer', kind: 'notice' },
      });
      expect(messages).toEqual([]);
      const next = await as('project-manager').call('gitIntegrate', { body: { abandon: true } });
      expect(next).toMatchObject({ outcome: 'refused', next: 'No integration is open.' });
    },
    TIMEOUT_MS,
  );

  it(
    'finds names for its branches where others leave no room for them, also when two go back at once',
    async () => {
      const { user, commit, repository } = await open(['developer', 'project-manager']);
      const remote = makeTempDirectory();
      repository.git('init', '--quiet', '--bare', remote);
      repository.git('remote', 'add', 'origin', remote);
      repository.git('push', '--quiet', 'origin', 'main', 'main:integration');
      repository.git('branch', 'rollback');
      commit('developer', 'a.ts', 'export {};\n');
      const { integration, did } = await user.call('gitIntegrate', { body: { withoutTests: true } });
      expect(integration?.id).toMatch(/^integration-daily-\d{8}-\d{4}$/);
      expect(did).toContain(`pushed ${integration?.id} to origin`);
      repository.git('merge', '--quiet', '--ff-only', integration?.id ?? '');
      await user.call('gitIntegrate', { body: {} });
      repository.commit({ 'b.ts': 'broken\n' }, 'Break it');

      const both = await Promise.all([1, 2].map(() => user.call('gitRollback', { body: {} })));
      const ids = both.map((answer) => answer.integration?.id ?? '');
      expect(new Set(ids).size).toBe(2);
      for (const id of ids) {
        expect(id).toMatch(/^rollback-emergency-\d{8}-\d{4}(-2)?$/);
        expect(repository.git('log', '--format=%s', `main..${id}`)).toMatch(/^Rollback: back to \w{12}$/);
      }
      const own = repository.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/rollback*');
      expect(own.split('\n')).toEqual(['rollback', ...ids.toSorted()]);
    },
    TIMEOUT_MS,
  );

  it(
    'goes back only to what was there, and loses commits only when that is said twice',
    async () => {
      const { user } = await open(['developer']);
      await expect(user.call('gitRollback', { body: {} })).rejects.toThrowError(
        codeOf('ORC_DAEMON_NOTHING_TO_ROLL_BACK'),
      );
      await expect(user.call('gitRollback', { body: { to: 'no-such' } })).rejects.toThrowError(
        codeOf('ORC_DAEMON_NOT_BEFORE'),
      );
      const forced = user.call('gitRollback', { body: { to: 'main', force: true } });
      await expect(forced).rejects.toThrowError(codeOf('ORC_DAEMON_NOT_CONFIRMED'));
    },
    TIMEOUT_MS,
  );

  it(
    'brings a branch up to date only when that is safe, and closes lanes when asked',
    async () => {
      const { user, as, commit, repository } = await open(['developer', 'tester', 'project-manager']);
      const off = await as('project-manager').call('changeLanes', { body: { isOn: false } });
      expect(off).toMatchObject({
        isOn: false,
        modes: ['developer-tester', 'hub'],
        lanes: [{ targetMs: 300_000 }],
      });
      commit('developer', 'a.ts', 'export const a = 1;\n');
      const taken = await as('tester').call('gitSync', { body: { from: 'developer' } });
      expect(taken).toMatchObject({ status: 'merged', behind: 1, branch: 'test/shop-tester' });
      repository.commit({ 'a.ts': 'export const a = 2;\n' }, 'Write it differently');
      const left = await user.call('gitSync', { body: { agent: 'tester' } });
      expect(left).toMatchObject({
        status: 'left',
        behind: 1,
        conflicts: [{ file: 'a.ts', kind: 'add/add' }],
      });
      expect(left.text).toContain('git merge main');
      const check = await user.call('gitCheck', { query: {} });
      expect(check.overlaps).toEqual([
        { file: 'a.ts', branches: ['feature/shop-developer', 'test/shop-tester'] },
      ]);
      expect(check.parentCommits[0]).toMatchObject({ subject: 'Write it differently', author: 'Ada' });
    },
    TIMEOUT_MS,
  );

  it(
    'says it when the parent itself stands in the way, and what can be done',
    async () => {
      const { user, commit, repository } = await open(['developer', 'project-manager']);
      commit('developer', 'a.ts', 'export {};\n');
      const { integration } = await user.call('gitIntegrate', { body: {} });
      writeFileSync(join(repository.path, 'a.ts'), 'export const other = 1;\n');
      repository.git('add', '--all');
      repository.git('commit', '--quiet', '--message', 'Go another way');
      const stopped = await user.call('gitIntegrate', { body: {} });
      expect(stopped).toMatchObject({ outcome: 'conflict', steps: [{ state: 'merged' }] });
      expect(stopped.next).toContain(
        `main has moved on and is in conflict with ${integration?.id ?? ''}. Solve it on a branch that is part of it`,
      );
      expect(stopped.did).toContain('stopped: main has moved on and is in conflict with this');
      // Solved on a branch, it goes on.
      const developer = await user
        .call('agents', {})
        .then(({ agents }) => agents.find(({ role }) => role === 'developer'));
      const git = (...args: string[]) =>
        execFileSync('git', args, { cwd: developer?.worktreePath ?? '', stdio: 'pipe' });
      git('merge', '--quiet', '--strategy-option', 'ours', '--no-edit', 'main');
      expect(await user.call('gitIntegrate', { body: { withoutTests: true } })).toMatchObject({
        outcome: 'published',
      });
    },
    TIMEOUT_MS,
  );
});
