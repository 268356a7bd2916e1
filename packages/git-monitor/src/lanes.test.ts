import { describe, expect, it } from 'vitest';
import type { AgentFacts } from './facts.ts';
import { FastLanesConfig, judgeLane, lanesOf, type LaneSituation } from './lanes.ts';

const agent = (patch: Partial<AgentFacts>): AgentFacts => ({
  owner: 'shop/developer',
  role: 'developer',
  path: '/developer',
  isMissing: false,
  branch: 'feature/login',
  head: '1',
  naming: 'prefixed',
  startedFromParent: true,
  branchPrefix: 'feature/',
  ownCommits: [{ sha: '1', subject: 'One', at: 0 }],
  dirtyFiles: [],
  untrackedFiles: [],
  uncommittedSince: null,
  unpushed: null,
  behind: 0,
  ahead: 1,
  operation: null,
  isIndexLocked: false,
  pull: null,
  ...patch,
});
const tester = (patch: Partial<AgentFacts> = {}) =>
  agent({ owner: 'shop/tester', role: 'tester', branch: 'test/login', head: '2', ...patch });
const lane = { from: 'developer', to: 'tester', targetMinutes: 5, merge: true, tell: [] };
const situation = (patch: Partial<LaneSituation> = {}): LaneSituation => ({
  lane,
  from: agent({}),
  to: tester(),
  isContained: false,
  receiver: 'free',
  rehearsal: 'clean',
  waitedMs: 0,
  ...patch,
});

describe('a commit on a fast lane', () => {
  it.each<[string, Partial<LaneSituation>, string]>([
    ['goes to a receiver that is free and clean', {}, 'merge'],
    ['waits for one that is at work', { receiver: 'busy' }, 'wait'],
    [
      'is handed over when that takes longer than the target',
      { receiver: 'busy', waitedMs: 300_000 },
      'hand-over',
    ],
    ['waits for uncommitted files', { to: tester({ dirtyFiles: ['a.ts'] }) }, 'wait'],
    ['waits for a merge that is under way', { to: tester({ operation: 'merge' }) }, 'wait'],
    [
      'is a case for the project manager when it conflicts, at once',
      { receiver: 'busy', rehearsal: 'conflict' },
      'escalate',
    ],
    ['is a case for the project manager when git cannot merge', { rehearsal: 'unknown' }, 'escalate'],
    ['stays where another feature is worked on (F-04)', { to: tester({ branch: 'test/cart' }) }, 'skip'],
    ['stays when the receiver is on no branch', { to: tester({ branch: null, naming: 'none' }) }, 'skip'],
    ['is nothing when the receiver has it', { isContained: true }, 'none'],
    ['is nothing when the sender has done nothing', { from: agent({ ahead: 0, ownCommits: [] }) }, 'none'],
    ['is only measured where the lane says so', { lane: { ...lane, merge: false } }, 'wait'],
    [
      'goes to a receiver that has not begun anything',
      { to: tester({ branch: 'test/shop-tester', naming: 'base', ownCommits: [] }) },
      'merge',
    ],
    [
      'stays when the receiver has begun something on the branch that orc made',
      { to: tester({ branch: 'test/shop-tester', naming: 'base' }) },
      'skip',
    ],
  ])('%s', (_, patch, action) => {
    expect(judgeLane(situation(patch)).action).toBe(action);
  });
});

describe('the modes', () => {
  const { modes } = FastLanesConfig.parse({});
  it('give a team of developer and tester 5, 3 and 8 minutes (F-01)', () => {
    const { lanes } = lanesOf(modes, new Set(['developer', 'tester', 'testrunner']));
    expect(lanes.map(({ from, to, targetMinutes, merge }) => [from, to, targetMinutes, merge])).toEqual([
      ['developer', 'tester', 5, true],
      ['tester', 'testrunner', 3, true],
      ['developer', 'testrunner', 8, false],
    ]);
  });

  it('give operations lanes in both directions, and the project manager a cycle (F-03)', () => {
    const found = lanesOf(modes, new Set(['sysadmin', 'securityops', 'project-manager']));
    expect(found.lanes.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'sysadmin securityops',
      'securityops sysadmin',
    ]);
    expect(found.cycleMinutes).toBe(30);
  });

  it('give any other team a cycle of 15 minutes (F-02)', () => {
    expect(lanesOf(modes, new Set(['researcher', 'project-manager']))).toMatchObject({
      lanes: [],
      cycleMinutes: 15,
    });
    expect(lanesOf(modes, new Set(['researcher'])).cycleMinutes).toBeNull();
  });
});
