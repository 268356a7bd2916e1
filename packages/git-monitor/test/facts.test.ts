import { writeFileSync, chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { openGitMonitor, type GitChange } from '../src/index.ts';
import { environment, factsOf, makeShop, openMonitor } from './support.ts';

const MINUTE = 60_000;
const TIMEOUT_MS = 120_000;

describe('the facts of an agent', () => {
  it(
    'begin with its own first change: a fresh worktree owes nothing, whatever it inherited (B-53)',
    async () => {
      const { watched, at } = makeShop(['developer']);
      const now = { at: Date.now() + 90 * MINUTE };
      const monitor = openMonitor(now);
      const fresh = factsOf(await monitor.look(watched), 'developer');
      expect(fresh).toMatchObject({
        naming: 'base',
        ownCommits: [],
        uncommittedSince: null,
        behind: 0,
        ahead: 0,
      });

      at('developer').write({ 'src/a.ts': 'export const a = 1;\n' });
      const dirty = factsOf(await monitor.look(watched, { isFresh: true }), 'developer');
      expect(dirty).toMatchObject({ untrackedFiles: ['src/'], dirtyFiles: [], uncommittedSince: now.at });

      now.at += 40 * MINUTE;
      at('developer').write({ 'src/a.ts': 'export const a = 2;\n' });
      const later = factsOf(await monitor.look(watched, { isFresh: true }), 'developer');
      expect(later.uncommittedSince).toBe(dirty.uncommittedSince);

      const sha = at('developer').commit({}, 'Add a', Math.floor(now.at / 1000));
      const committed = factsOf(await monitor.look(watched), 'developer');
      expect(committed).toMatchObject({ uncommittedSince: null, ahead: 1, untrackedFiles: [] });
      expect(committed.ownCommits).toMatchObject([{ sha, subject: 'Add a' }]);
    },
    TIMEOUT_MS,
  );

  it(
    'count what was never pushed, and what the recorded parent has, whatever the upstream is called',
    async () => {
      const bare = makeTempDirectory('orc-bare');
      const { repository, watched, at } = makeShop(['developer', 'tester']);
      const monitor = openMonitor();
      expect(factsOf(await monitor.look(watched), 'developer').unpushed).toBeNull();

      repository.git('init', '--quiet', '--bare', bare);
      repository.git('remote', 'add', 'origin', bare);
      repository.git('push', '--quiet', 'origin', 'main');
      at('developer').commit({ 'a.ts': '1\n' }, 'Add a', 1_900_000_000);
      at('developer').commit({ 'a.ts': '2\n' }, 'Change a', 1_900_000_600);
      at('tester').git('push', '--quiet', '-u', 'origin', 'HEAD');
      for (const name of ['x', 'y', 'z']) repository.commit({ [`${name}.txt`]: '\n' }, `Add ${name}`);
      const facts = await monitor.look(watched);
      expect(facts).toMatchObject({ remote: 'origin', parent: { name: 'main' } });
      expect(factsOf(facts, 'developer')).toMatchObject({
        behind: 3,
        ahead: 2,
        unpushed: { count: 2, oldestAt: 1_900_000_000_000 },
      });
      expect(factsOf(facts, 'tester')).toMatchObject({ behind: 3, ahead: 0, unpushed: { count: 0 } });

      const changes: GitChange[] = [];
      using _ = monitor.onChange((change) => changes.push(change));
      at('developer').git('push', '--quiet', '-u', 'origin', 'HEAD');
      expect(factsOf(await monitor.look(watched), 'developer').unpushed).toEqual({
        count: 0,
        oldestAt: null,
      });
      expect(changes).toMatchObject([{ type: 'pushed', owner: 'shop/developer', count: 2 }]);
    },
    TIMEOUT_MS,
  );

  it(
    'give a commit to the one who made it, also when another took the branch over',
    async () => {
      const { watched, at } = makeShop(['developer', 'tester']);
      const monitor = openMonitor();
      const sha = at('developer').commit({ 'a.ts': '1\n' }, 'Add a');
      at('tester').git('merge', '--quiet', '--ff-only', 'feature/shop-developer');
      at('tester').commit({ 'a.test.ts': '1\n' }, 'Test a');
      const facts = await monitor.look(watched);
      expect(factsOf(facts, 'developer').ownCommits.map((each) => each.sha)).toEqual([sha]);
      expect(factsOf(facts, 'tester').ownCommits.map(({ subject }) => subject)).toEqual(['Test a']);
    },
    TIMEOUT_MS,
  );

  it(
    'know whether a branch began on the recorded parent, whatever was merged into it since',
    async () => {
      const { repository, watched, at } = makeShop(['developer']);
      const monitor = openMonitor();
      const started = async () => factsOf(await monitor.look(watched), 'developer').startedFromParent;
      repository.git('branch', 'hotfix');
      repository.git('switch', '--quiet', 'hotfix');
      repository.commit({ 'hotfix.ts': '1\n' }, 'Fix it at once');
      repository.git('switch', '--quiet', 'main');
      expect(await started()).toBe(true);
      // What somebody goes on with from work of their own has grown from there, too.
      at('developer').commit({ 'a.ts': '1\n' }, 'Add a');
      at('developer').git('switch', '--quiet', '--create', 'feature/next');
      expect(await started()).toBe(true);
      at('developer').git('switch', '--quiet', '--create', 'feature/fix', 'hotfix');
      expect(await started()).toBe(false);
      at('developer').git('switch', '--quiet', '--create', 'feature/right', 'main');
      at('developer').git('merge', '--quiet', '--no-edit', 'hotfix');
      expect(await started()).toBe(true);
      at('developer').git('switch', '--quiet', 'feature/fix');
      repository.git('merge', '--quiet', '--no-edit', 'hotfix');
      expect(await started()).toBe(true);
      at('developer').git('switch', '--quiet', '--detach');
      expect(await started()).toBeNull();
      repository.git('update-ref', 'refs/heads/feature/made-by-a-tool', 'hotfix');
      at('developer').git('switch', '--quiet', 'feature/made-by-a-tool');
      expect(await started()).toBeNull();
    },
    TIMEOUT_MS,
  );

  it(
    'say what happened since the look before, and nothing the first time',
    async () => {
      const { repository, watched, at } = makeShop(['developer']);
      const monitor = openMonitor();
      const changes: GitChange[] = [];
      using _ = monitor.onChange((change) => changes.push(change));
      at('developer').commit({ 'a.ts': '1\n' }, 'Add a');
      await monitor.look(watched);
      expect(changes).toEqual([]);
      at('developer').git('checkout', '--quiet', '-b', 'login');
      const sha = at('developer').commit({ 'b.ts': '1\n' }, 'Add b');
      repository.commit({ 'c.txt': '\n' }, 'Add c');
      const facts = await monitor.look(watched);
      expect(factsOf(facts, 'developer')).toMatchObject({ branch: 'login', naming: 'unprefixed' });
      expect(changes.map(({ type }) => type)).toEqual(['parent-moved', 'branch-changed', 'committed']);
      expect(changes[2]).toMatchObject({ branch: 'login', commit: { sha, subject: 'Add b' } });
      await monitor.look(watched);
      expect(changes).toHaveLength(3);
      expect(monitor.snapshot('shop')).toMatchObject({ key: 'shop' });
    },
    TIMEOUT_MS,
  );

  it(
    'survive what repositories can be: empty, detached, in the middle of a merge, with odd names, gone',
    async () => {
      const empty = makeGitRepository({ empty: true });
      const monitor = openMonitor();
      const none = { key: 'empty', path: empty.path, parent: 'main', agents: [] };
      expect(await monitor.look(none)).toMatchObject({
        branches: [],
        parent: { commit: null },
        remote: null,
      });

      const { watched, at } = makeShop(['developer', 'tester']);
      const odd = 'a "b"\n\tü é.txt';
      at('developer').git('checkout', '--quiet', '--detach');
      at('developer').commit({ [odd]: '1\n', 'same.txt': 'mine\n' }, 'Add odd names');
      at('developer').write({ [odd]: '2\n' });
      at('tester').commit({ 'same.txt': 'yours\n' }, 'Add the same');
      expect(() => at('tester').git('merge', at('developer').git('rev-parse', 'HEAD'))).toThrow();
      writeFileSync(join(at('tester').git('rev-parse', '--absolute-git-dir'), 'index.lock'), '');
      const facts = await monitor.look(watched);
      expect(factsOf(facts, 'developer')).toMatchObject({ branch: null, naming: 'none', dirtyFiles: [odd] });
      expect(factsOf(facts, 'tester')).toMatchObject({ operation: 'merge', isIndexLocked: true });

      rmSync(at('developer').path, { recursive: true });
      expect(factsOf(await monitor.look(watched), 'developer')).toMatchObject({
        isMissing: true,
        head: null,
      });
    },
    TIMEOUT_MS,
  );

  it('are refused for what is no repository, and with settings that make no sense', async () => {
    const directory = makeTempDirectory();
    const watched = { key: 'x', path: directory, parent: 'main', agents: [] };
    await expect(openMonitor().look(watched)).rejects.toMatchObject({ code: 'ORC_GIT_FAILED' });
    expect(() => openGitMonitor({ lookEveryMs: 1 })).toThrow(
      expect.objectContaining({ code: 'ORC_GIT_BAD_CONFIG' }) as Error,
    );
  });
});

describe('pull requests', () => {
  it(
    'come from gh, and are unknown when it cannot say',
    async () => {
      const bin = makeTempDirectory('orc-bin');
      const gh = join(bin, 'gh');
      const { repository, watched } = makeShop(['developer']);
      repository.git('remote', 'add', 'origin', 'https://example.test/shop.git');
      const answer = [
        {
          number: 7,
          title: 'Prices',
          url: 'https://example.test/7',
          state: 'OPEN',
          isDraft: false,
          headRefName: 'feature/shop-developer',
          baseRefName: 'main',
          createdAt: '2030-01-02T03:04:05Z',
          mergedAt: null,
        },
      ];
      writeFileSync(gh, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`);
      chmodSync(gh, 0o755);
      using monitor = openGitMonitor({ ghPath: gh }, { environment });
      expect(factsOf(await monitor.look(watched), 'developer').pull).toMatchObject({
        number: 7,
        state: 'open',
        createdAt: Date.UTC(2030, 0, 2, 3, 4, 5),
      });
      writeFileSync(gh, '#!/bin/sh\necho "To get started, run: gh auth login" >&2\nexit 4\n');
      using other = openGitMonitor({ ghPath: gh }, { environment });
      const facts = await other.look(watched);
      expect(facts.pulls).toEqual({ status: 'unknown', why: 'To get started, run: gh auth login' });
      using none = openGitMonitor({ ghPath: join(bin, 'no-such-gh') }, { environment });
      expect(factsOf(await none.look(watched), 'developer').pull).toBe('unknown');
    },
    TIMEOUT_MS,
  );
});
