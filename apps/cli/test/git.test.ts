import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type {
  GitRadar,
  GitStatus,
  GitSync,
  IntegrationAnswer,
  LaneStatus,
  MessageView,
  WorktreeView,
} from '@orc/contracts';
import { openRegistry } from '@orc/registry';
import { makeGitRepository, makeTempDirectory, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { makeWorld, snapshot, type World } from './world.ts';

const TIMEOUT_MS = 400_000;

interface Desk {
  readonly path: string;
  git(...args: string[]): string;
  /** A new branch from a start, with one commit. */
  branch(name: string, start: string, files: Readonly<Record<string, string>>, subject: string): string;
  commit(files: Readonly<Record<string, string>>, subject: string): string;
}

async function desksOf(world: World): Promise<(role: string) => Desk> {
  const { worktrees } = await world.orc<{ worktrees: WorktreeView[] }>('worktree', 'list');
  return (role) => {
    const path = worktrees.find(({ agentId }) => agentId === `shop/${role}`)?.path ?? '';
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.test'];
    const git = (...args: string[]) =>
      execFileSync('git', [...identity, ...args], { cwd: path, encoding: 'utf8', stdio: 'pipe' }).trim();
    const commit: Desk['commit'] = (files, subject) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), text);
      }
      git('add', '--all');
      git('commit', '--quiet', '--message', subject);
      return git('rev-parse', 'HEAD');
    };
    const branch: Desk['branch'] = (name, start, files, subject) => {
      git('reset', '--quiet', '--hard');
      git('clean', '--quiet', '-fd');
      git('switch', '--quiet', '--create', name, start);
      return commit(files, subject);
    };
    return { path, git, branch, commit };
  };
}

const PREFIXES: Readonly<Record<string, string>> = {
  developer: 'feature/',
  tester: 'test/',
  'project-manager': 'pm-feature/',
};

/** A team that has its worktrees and no windows, and a bare remote; nothing is started for it. */
async function makeQuietTeam(world: World) {
  const shop = makeGitRepository();
  const bare = makeTempDirectory('orc-bare');
  shop.git('init', '--quiet', '--bare', bare);
  shop.git('remote', 'add', 'origin', bare);
  shop.commit({ 'src/price.ts': 'export const price = 1;\n' }, 'Add the price list');
  shop.git('push', '--quiet', 'origin', 'main');
  using registry = openRegistry({ path: join(world.orcHome, 'orc.db') });
  registry.saveProject({
    slug: 'shop',
    name: 'shop',
    path: shop.path,
    parentBranch: 'main',
    specPath: null,
    specText: null,
    teamType: 'web_application',
    plan: 'max5',
    size: 'medium',
    runtime: 'sim',
    tmuxSession: 'shop',
    status: 'active',
    hub: 'orchestrator',
    createdAt: 1,
  });
  for (const [role, prefix] of Object.entries(PREFIXES)) {
    const worktreePath = join(world.orcHome, 'registry', 'projects', 'shop', 'worktrees', role);
    const branch = `${prefix}shop-${role}`;
    shop.git('worktree', 'add', '--quiet', '-b', branch, worktreePath);
    registry.saveAgent({
      id: `shop/${role}`,
      project: 'shop',
      role,
      title: role,
      windowName: role,
      branch,
      worktreePath,
      runtime: 'sim',
      tokenHash: createHash('sha256').update(role).digest('hex'),
      desired: 'stopped',
      paneId: null,
      tmuxServer: null,
      pid: null,
      pidStartedAt: null,
      sessionId: null,
      transcriptPath: null,
      launchedAt: null,
      launchCount: 0,
      isTemporary: false,
      purpose: null,
    });
  }
  await world.orc('lane', 'off');
  return { shop, bare, desk: await desksOf(world) };
}

async function noticesOf(world: World, agent: string, word: string): Promise<string[]> {
  const { messages } = await world.orc<{ messages: MessageView[] }>(
    'msg',
    'list',
    '--agent',
    `shop/${agent}`,
    '--kind',
    'notice',
  );
  return messages.map(({ body }) => body).filter((body) => body.includes(word));
}

describe('git', () => {
  it(
    'brings five branches together: rehearsed, stopped at a conflict, gone on with, tested, merged, rolled back',
    async () => {
      const testCommand = [
        process.execPath,
        '-e',
        "process.exit(require('fs').existsSync('broken') ? 1 : 0)",
      ];
      const world = makeWorld({ git: { lookEveryMs: 500, ghPath: null, integration: { testCommand } } });
      const { shop, bare, desk } = await makeQuietTeam(world);
      const base = shop.git('rev-parse', 'main');
      desk('developer').branch(
        'feature/price',
        'main',
        { 'src/price.ts': 'export const price = 2;\n' },
        'Raise the price',
      );
      desk('developer').branch(
        'feature/page',
        'main',
        { 'src/components/page.tsx': 'export {};\n' },
        'Add a page',
      );
      desk('developer').branch('feature/stock', 'main', { 'src/stock.ts': 'export {};\n' }, 'Add the stock');
      desk('project-manager').branch(
        'pm-feature/guide',
        'main',
        { 'docs/guide.md': '# Guide\n' },
        'Write the guide',
      );
      desk('tester').branch(
        'test/price',
        'main',
        { 'src/price.ts': 'export const price = 3;\n', 'tests/price.test.ts': 'export {};\n' },
        'Test the price',
      );
      const facts = await world.orc<GitStatus>('git', 'status');
      expect(facts.agents.find(({ role }) => role === 'tester')).toMatchObject({
        branch: 'test/price',
        naming: 'prefixed',
        ownCommits: [{ subject: 'Test the price' }],
        unpushed: { count: 1 },
        behind: 0,
      });

      const before = snapshot(shop);
      const refs = shop.git('for-each-ref');
      const plan = await world.orc<IntegrationAnswer>('git', 'integrate', '--dry-run');
      expect(plan.steps.map(({ branch, area, state }) => [branch, area, state])).toEqual([
        ['feature/price', 'backend', 'waiting'],
        ['feature/stock', 'backend', 'waiting'],
        ['feature/page', 'frontend', 'waiting'],
        ['pm-feature/guide', 'docs', 'waiting'],
        ['test/price', 'tests', 'conflict'],
      ]);
      expect(snapshot(shop)).toBe(before);
      expect(shop.git('for-each-ref')).toBe(refs);

      const stopped = await world.run(['git', 'integrate', '--json']);
      expect(stopped.exitCode).toBe(1);
      const conflict = JSON.parse(stopped.stdout) as IntegrationAnswer;
      expect(conflict).toMatchObject({ outcome: 'conflict', integration: { state: 'conflict' } });
      expect(conflict.steps.map(({ state }) => state)).toEqual([
        'merged',
        'merged',
        'merged',
        'merged',
        'conflict',
      ]);
      const id = conflict.integration?.id ?? '';
      expect(id).toMatch(/^integration\/daily-\d{8}-\d{4}$/);
      expect(
        execFileSync('git', ['status', '--porcelain'], { cwd: conflict.path ?? '', encoding: 'utf8' }),
      ).toBe('');
      // Code is the developer's, whoever wrote it (Z-46).
      expect(await noticesOf(world, 'developer', id)).toEqual([expect.stringContaining('test/price')]);

      await world.orc('daemon', 'restart');
      expect(() => desk('tester').git('merge', '--quiet', id)).toThrow();
      desk('tester').commit(
        { 'src/price.ts': 'export const price = 3;\n', broken: 'x\n' },
        'Agree on the price',
      );
      const failed = await world.run(['git', 'integrate', '--json']);
      expect(JSON.parse(failed.stdout)).toMatchObject({ outcome: 'failed', test: { exitCode: 1 } });
      desk('tester').git('rm', '--quiet', 'broken');
      desk('tester').commit({}, 'Mend the test');

      const left = await world.orc<IntegrationAnswer>('git', 'integrate');
      expect(left).toMatchObject({
        outcome: 'published',
        test: { exitCode: 0, sha: left.integration?.head },
      });
      expect(left.next).toContain('merge --ff-only');
      expect(snapshot(shop)).toBe(before);
      expect(execFileSync('git', ['branch', '--list', id], { cwd: bare, encoding: 'utf8' })).toContain(id);

      const merged = await world.orc<IntegrationAnswer>('git', 'integrate', '--update-checkout');
      expect(merged).toMatchObject({ outcome: 'merged', integration: { id, state: 'merged' } });
      expect(shop.git('rev-parse', 'main')).toBe(merged.integration?.head);
      expect(shop.git('log', '--format=%s', '--first-parent', 'main').split('\n')).toContain(
        'Integration: merge feature/price of shop/developer',
      );
      for (const agent of ['developer', 'tester'])
        expect(await noticesOf(world, agent, 'orc git sync')).toHaveLength(1);

      const synced = await world.orc<GitSync>('git', 'sync', '--agent', 'developer');
      expect(synced).toMatchObject({ status: 'merged', branch: 'feature/stock', source: 'main' });
      expect(desk('developer').git('merge-base', '--is-ancestor', 'main', 'HEAD')).toBe('');
      const check = await world.orc<{ syncs: { agent: string }[] }>('git', 'check');
      expect(check.syncs.map(({ agent }) => agent)).not.toContain('shop/developer');

      const refused = await world.run(['git', 'rollback', '--force']);
      expect(refused.stderr).toContain('ORC_DAEMON_NOT_CONFIRMED');
      const back = await world.orc<IntegrationAnswer>('git', 'rollback', '--update-checkout');
      expect(back).toMatchObject({
        outcome: 'merged',
        integration: { kind: 'rollback', base: merged.integration?.head },
      });
      expect(shop.git('diff', '--stat', base, 'main')).toBe('');
    },
    TIMEOUT_MS,
  );

  it(
    'tells both owners of a conflict once, and passes a commit on to a tester who is free',
    async () => {
      const world = makeWorld({ git: { lookEveryMs: 300, radarEveryMs: 1_000, ghPath: null } });
      const { desk } = await makeQuietTeam(world);
      const eventsOf = async (type: string) =>
        (await world.orc<{ events: { type: string }[] }>('events', '--tail', '1000')).events.filter(
          (event) => event.type === type,
        );
      desk('developer').branch(
        'feature/price',
        'main',
        { 'src/price.ts': 'export const price = 2;\n' },
        'Raise the price',
      );
      desk('tester').branch(
        'test/price',
        'main',
        { 'src/price.ts': 'export const price = 3;\n' },
        'Try a price',
      );
      await waitUntil(async () => (await eventsOf('git.conflict_found')).length > 0, { timeoutMs: 60_000 });
      const radar = await world.orc<GitRadar>('git', 'radar');
      expect(radar.open).toMatchObject([{ owners: ['shop/developer', 'shop/tester'], file: 'src/price.ts' }]);
      const text = (await world.run(['git', 'radar'])).stdout;
      expect(text).toMatch(/1 shop\/developer +X/);
      for (const agent of ['developer', 'tester'])
        expect(await noticesOf(world, agent, 'src/price.ts (contents)')).toHaveLength(1);

      desk('tester').git('reset', '--quiet', '--hard', 'main');
      await waitUntil(async () => (await eventsOf('git.conflict_resolved')).length > 0, {
        timeoutMs: 60_000,
      });
      expect(await eventsOf('git.conflict_found')).toHaveLength(1);

      await world.orc('lane', 'on');
      const lanes = await waitUntil(
        async () => {
          const status = await world.orc<LaneStatus>('lane', 'status');
          return status.lanes[0]?.arrived === 1 ? status : undefined;
        },
        { timeoutMs: 60_000 },
      );
      expect(lanes.recent[0]).toMatchObject({
        source: 'shop/developer',
        receiver: 'shop/tester',
        outcome: 'merged',
      });
      expect(desk('tester').git('log', '--format=%s', '-1')).toBe('Raise the price');
      expect(await noticesOf(world, 'tester', 'FAST_LANE_TRIGGER:')).toHaveLength(1);
    },
    TIMEOUT_MS,
  );
});
