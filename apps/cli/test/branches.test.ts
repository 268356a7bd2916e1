import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GitRadar, GitStatus, IntegrationAnswer, MessageView, VerdictView } from '@orc/contracts';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { furnish } from './furnish.ts';
import { installRecordedGh } from './recorded-gh.ts';
import { makeWorld, type World } from './world.ts';

const TIMEOUT_MS = 400_000;
const IDENTITY = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.test'];

/** A team with its worktrees and without windows. */
function makeTeam(world: World, roles: readonly string[]) {
  const shop = makeGitRepository();
  shop.commit({ 'src/price.ts': 'export const price = 1;\n' }, 'Add the price list');
  const placeOf = (role: string) => ({
    worktreePath: join(world.orcHome, 'registry', 'projects', 'shop', 'worktrees', role),
    branch: `base/${role}`,
  });
  for (const role of roles)
    shop.git('worktree', 'add', '--quiet', '-b', placeOf(role).branch, placeOf(role).worktreePath, 'main');
  furnish(world, ['orchestrator', ...roles], {
    path: shop.path,
    worktreeOf: (role) => (roles.includes(role) ? placeOf(role) : undefined),
  });
  const at = (role: string) => {
    const cwd = placeOf(role).worktreePath;
    const git = (...args: string[]) =>
      execFileSync('git', [...IDENTITY, ...args], { cwd, encoding: 'utf8', stdio: 'pipe' }).trim();
    const commit = (file: string, text: string, subject: string) => {
      mkdirSync(dirname(join(cwd, file)), { recursive: true });
      writeFileSync(join(cwd, file), text);
      git('add', '--all');
      git('commit', '--quiet', '--message', subject);
    };
    return { git, commit };
  };
  return { shop, at };
}

describe('branches of a team', () => {
  it(
    'are judged by where they began, whose files they share, and who began an integration',
    async () => {
      const world = makeWorld({ git: { ghPath: null, fastLanes: { enabled: false } } });
      const { shop, at } = makeTeam(world, ['project-manager', 'developer', 'tester']);
      shop.git('switch', '--quiet', '--create', 'hotfix');
      shop.commit({ 'src/stock.ts': 'export {};\n' }, 'Fix the stock at once');
      shop.git('switch', '--quiet', 'main');
      at('developer').git('switch', '--quiet', '--create', 'feature/price', 'hotfix');
      at('developer').commit('src/price.ts', 'export const price = 2;\n', 'Raise the price');
      at('tester').git('switch', '--quiet', '--create', 'test/price', 'main');
      at('tester').commit('src/price.ts', 'export const price = 3;\n', 'Try another price');
      at('project-manager').git('switch', '--quiet', '--create', 'integration/monday', 'main');
      at('project-manager').commit('docs/plan.md', '# Plan\n', 'Collect the plan');

      const judged = async () => {
        await world.orc<GitRadar>('git', 'radar');
        const answer = await world.orc<{ judged: { agent: string; violations: VerdictView[] }[] }>(
          ...['rules', 'check', '--git'],
        );
        return answer.judged
          .flatMap(({ agent, violations }) => violations.map(({ rule }) => `${agent} ${rule}`))
          .sort();
      };
      expect(await judged()).toEqual([
        'shop/developer overlapping-work',
        'shop/developer right-parent',
        'shop/orchestrator integration-checklist',
        'shop/project-manager integration-branch-name',
        'shop/tester overlapping-work',
      ]);
      const { agents } = await world.orc<GitStatus>('git', 'status');
      expect(agents.map(({ role, startedFromParent }) => [role, startedFromParent]).sort()).toEqual([
        ['developer', false],
        ['project-manager', true],
        ['tester', true],
      ]);

      shop.git('merge', '--quiet', '--no-edit', 'hotfix');
      at('tester').git('reset', '--quiet', '--hard', 'main');
      at('project-manager').git('switch', '--quiet', 'base/project-manager');
      shop.git('branch', '--quiet', '--delete', '--force', 'integration/monday');
      expect(await judged()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'reach the parent through a pull request, and the parent is moved back when the person says so twice',
    async () => {
      const testCommand = [process.execPath, '-e', 'process.exit(0)'];
      const world = makeWorld({ git: { integration: { testCommand }, fastLanes: { enabled: false } } });
      const { shop, at } = makeTeam(world, ['project-manager', 'developer']);
      const bare = makeTempDirectory('orc-bare');
      shop.git('init', '--quiet', '--bare', bare);
      shop.git('remote', 'add', 'origin', bare);
      shop.git('push', '--quiet', 'origin', 'main');
      const base = shop.git('rev-parse', 'main');
      const gh = installRecordedGh(bare);
      const PATH = `${gh.bin}:${world.environment.PATH ?? ''}`;
      expect((await world.run(['daemon', 'start'], { env: { PATH } })).exitCode).toBe(0);
      at('developer').git('switch', '--quiet', '--create', 'feature/price', 'main');
      at('developer').commit('src/price.ts', 'export const price = 2;\n', 'Raise the price');

      const merged = await world.orc<IntegrationAnswer>('git', 'integrate');
      expect(merged).toMatchObject({
        outcome: 'merged',
        test: { exitCode: 0 },
        integration: { state: 'merged', pull: { number: 1, url: 'https://github.example/shop/pull/1' } },
        next: null,
      });
      expect(gh.calls()).toEqual(expect.arrayContaining(['pr create --head', 'pr merge 1']));
      const inBare = (...args: string[]) =>
        execFileSync('git', ['--git-dir', bare, ...args], { encoding: 'utf8' }).trim();
      expect(inBare('log', '--format=%s', '-1', 'main')).toMatch(
        /^Merge pull request #1 from integration\/daily-\d{8}-\d{4}$/,
      );
      expect(inBare('branch', '--list', 'integration/*')).toBe('');
      const notices = async () =>
        (
          await world.orc<{ messages: MessageView[] }>('msg', 'list', '--agent', 'shop/developer')
        ).messages.map(({ body }) => body);
      expect(await notices()).toEqual([expect.stringContaining('orc git sync')]);

      shop.git('pull', '--quiet', '--ff-only', 'origin', 'main');
      const unconfirmed = await world.run(['git', 'rollback', '--force', '--confirm', 'mian']);
      expect(unconfirmed.stderr).toContain('ORC_DAEMON_NOT_CONFIRMED');
      const force = ['git', 'rollback', '--to', base, '--force', '--confirm', 'main'];
      expect(await world.orc<IntegrationAnswer>(...force)).toMatchObject({
        outcome: 'published',
        next: expect.stringContaining('is checked out at') as string,
      });
      shop.git('switch', '--quiet', '--detach');
      expect(await world.orc<IntegrationAnswer>(...force)).toMatchObject({ outcome: 'merged', next: null });
      expect([shop.git('rev-parse', 'main'), inBare('rev-parse', 'main')]).toEqual([base, base]);
      expect((await notices()).some((body) => body.includes('git rebase --onto main'))).toBe(true);
    },
    TIMEOUT_MS,
  );
});
