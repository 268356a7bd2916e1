import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaOfBranch, areaOfFile, fileKind } from './areas.ts';
import { featureOf, nameBranch } from './branch-name.ts';
import { compareFacts } from './changes.ts';
import type { AgentFacts, RepositoryFacts } from './facts.ts';
import { parseMergeTree } from './merge-tree.ts';
import { compareCandidates, suggestOrder } from './order.ts';
import { divideShared } from './own-commits.ts';
import { parseStatus } from './worktree-status.ts';

describe('file rules', () => {
  it.each([
    ['tests/price.py', 'test'],
    ['src/price.test.ts', 'test'],
    ['src/test_price.py', 'test'],
    ['pkg/price_test.go', 'test'],
    ['src/PriceTest.java', 'test'],
    ['src/__tests__/a.js', 'test'],
    ['src/price.ts', 'code'],
    ['src/contest.py', 'code'],
    ['src/latest.ts', 'code'],
    ['app.js', 'code'],
    ['README.md', 'other'],
    ['config.yaml', 'other'],
  ])('%s is %s (Z-46)', (path, kind) => {
    expect(fileKind(path)).toBe(kind);
  });

  it.each([
    ['terraform/main.tf', 'infrastructure'],
    ['Dockerfile', 'infrastructure'],
    ['.github/workflows/ci.yml', 'infrastructure'],
    ['src/server.ts', 'backend'],
    ['src/components/button.tsx', 'frontend'],
    ['styles/a.css', 'frontend'],
    ['docs/guide.md', 'docs'],
    ['tests/e2e/a.ts', 'tests'],
  ])('%s belongs to %s', (path, area) => {
    expect(areaOfFile(path)).toBe(area);
  });

  it('place a branch by the role of its owner, else by most of its files', () => {
    expect(areaOfBranch('tester-2', ['src/a.ts'])).toMatchObject({ area: 'tests' });
    expect(areaOfBranch('developer', ['a.css', 'b.css', 'c.ts'])).toMatchObject({ area: 'frontend' });
    expect(areaOfBranch('developer', [])).toMatchObject({ area: 'backend' });
  });
});

describe('the order of merging', () => {
  const candidate = fc.record({
    owner: fc.stringMatching(/^[a-f]\/[a-f]{1,3}$/),
    role: fc.constantFrom('developer', 'tester', 'devops'),
    files: fc.array(fc.constantFrom('a.ts', 'b.css', 'tests/c.ts', 'Dockerfile', 'd.md')),
    startedAt: fc.option(fc.nat(5), { nil: null }),
  });

  it('is the same whoever asks', () => {
    fc.assert(
      fc.property(candidate, candidate, (one, other) => {
        fc.pre(one.owner !== other.owner);
        expect(suggestOrder(one, other)).toEqual(suggestOrder(other, one));
        expect(Math.sign(compareCandidates(one, other))).toBe(-Math.sign(compareCandidates(other, one)));
      }),
    );
  });

  it('never turns in a circle', () => {
    fc.assert(
      fc.property(candidate, candidate, candidate, (a, b, c) => {
        if (compareCandidates(a, b) < 0 && compareCandidates(b, c) < 0)
          expect(compareCandidates(a, c)).toBeLessThan(0);
      }),
    );
  });
});

describe('branch names', () => {
  const agent = { branchPrefix: 'feature/', baseBranch: 'feature/shop-developer' };
  it.each([
    ['feature/shop-developer', 'base', null],
    ['feature/login', 'prefixed', 'login'],
    ['login', 'unprefixed', 'login'],
    ['main', 'parent', null],
    [null, 'none', null],
  ] as const)('%s is %s', (branch, naming, feature) => {
    expect(nameBranch(branch, agent, 'main')).toBe(naming);
    expect(featureOf(branch, naming)).toBe(feature);
  });
});

describe('what git prints', () => {
  it('is read field by field, however a file is called', () => {
    const output =
      '1 .M N... 100644 100644 100644 aaa aaa a b\nc\0? x  y\0u UU N... 1 2 3 4 aaa bbb ccc both\0! ignored\0';
    expect(parseStatus(output)).toEqual({ dirty: ['a b\nc', 'both'], untracked: ['x  y'] });
  });

  it('has the kind of a conflict in its messages, and its files in both places', () => {
    const output = [
      'tree',
      '100644 aaa 2\tnew.ts',
      '100644 bbb 3\tnew.ts',
      '',
      '1',
      'both.ts',
      'Auto-merging',
      'Auto-merging both.ts\n',
      '1',
      'new.ts',
      'CONFLICT (contents)',
      'CONFLICT (add/add): Merge conflict in new.ts\n',
      '2',
      'sub',
      'sub~HEAD',
      'CONFLICT (file/directory)',
      'text\n',
      '',
    ].join('\0');
    expect(parseMergeTree(output)).toEqual({
      tree: 'tree',
      conflicts: [
        { file: 'new.ts', kind: 'add/add' },
        { file: 'sub', kind: 'file/directory' },
      ],
      overlaps: ['both.ts'],
    });
  });
});

describe('commits that two agents have', () => {
  const commit = (sha: string) => ({ sha, subject: sha, at: 0 });
  it('belong to whoever made them, and to both when no log tells', () => {
    const lines = new Map([
      ['a', [commit('1'), commit('2')]],
      ['b', [commit('3'), commit('1')]],
    ]);
    const shas = (made: Map<string, Set<string>>) =>
      [...divideShared(lines, made)].map(([owner, all]) => [owner, all.map(({ sha }) => sha).join('')]);
    expect(shas(new Map([['a', new Set(['1'])]]))).toEqual([
      ['a', '12'],
      ['b', '3'],
    ]);
    expect(shas(new Map())).toEqual([
      ['a', '12'],
      ['b', '31'],
    ]);
  });
});

describe('the difference of two looks', () => {
  const agent = (patch: Partial<AgentFacts>): AgentFacts => ({
    owner: 'a',
    role: 'developer',
    path: '/a',
    isMissing: false,
    branch: 'feature/a',
    head: '1',
    naming: 'prefixed',
    startedFromParent: true,
    branchPrefix: 'feature/',
    ownCommits: [],
    dirtyFiles: [],
    untrackedFiles: [],
    uncommittedSince: null,
    unpushed: { count: 0, oldestAt: null },
    behind: 0,
    ahead: 0,
    operation: null,
    isIndexLocked: false,
    pull: null,
    ...patch,
  });
  const facts = (patch: Partial<AgentFacts>): RepositoryFacts => ({
    key: 'shop',
    path: '/shop',
    at: 1_000,
    parent: { name: 'main', commit: '0', remoteCommit: null },
    remote: 'origin',
    branches: [],
    agents: [agent(patch)],
    pulls: { status: 'unknown', why: '' },
  });
  const commit = { sha: '2', subject: 'Two', at: 400 };
  const pull = {
    number: 1,
    title: '',
    url: '',
    state: 'merged',
    isDraft: false,
    head: 'feature/a',
    base: 'main',
    createdAt: 1,
    mergedAt: 2,
  } as const;

  it('is nothing for the same facts, whatever they are', () => {
    expect(
      compareFacts(facts({ pull, ownCommits: [commit] }), facts({ pull, ownCommits: [commit] })),
    ).toEqual([]);
  });

  it('tells of a commit and its push in one look, with the time between', () => {
    expect(compareFacts(facts({}), facts({ ownCommits: [commit] })).map(({ type }) => type)).toEqual([
      'committed',
      'pushed',
    ]);
    expect(compareFacts(facts({}), facts({ ownCommits: [commit] }))[1]).toMatchObject({
      count: 1,
      afterMs: 600,
    });
  });

  it('takes leaving a branch with unpushed commits for no push', () => {
    const before = facts({ unpushed: { count: 2, oldestAt: 1 } });
    expect(compareFacts(before, facts({ branch: 'feature/b' })).map(({ type }) => type)).toEqual([
      'branch-changed',
    ]);
  });

  it('tells of a pull request once, and does not take one that was unknown for new', () => {
    expect(compareFacts(facts({}), facts({ pull })).map(({ type }) => type)).toEqual([
      'pull-opened',
      'pull-merged',
    ]);
    expect(compareFacts(facts({ pull: 'unknown' }), facts({ pull }))).toEqual([]);
    expect(
      compareFacts(facts({ pull: { ...pull, state: 'open' } }), facts({ pull })).map(({ type }) => type),
    ).toEqual(['pull-merged']);
  });
});
