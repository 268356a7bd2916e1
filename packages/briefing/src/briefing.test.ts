import { describe, expect, it } from 'vitest';
import { composeBriefing, composeRebrief, composeSurvivalNotes } from './briefing.ts';
import { composeTask } from './task.ts';
import type { BriefedTask, Situation } from './types.ts';

const situation: Situation = {
  agent: {
    id: 'shop/developer',
    role: 'developer',
    title: 'Developer',
    duties: ['writes production code', 'writes unit tests'],
    directories: ['src/', 'tests/'],
  },
  project: { name: 'shop', parentBranch: 'main', goal: 'A shop with prices.' },
  worktree: { path: '/w/developer', branch: 'feature/shop-developer' },
  team: [
    { id: 'shop/orchestrator', title: 'Orchestrator' },
    { id: 'shop/tester', title: 'Tester' },
  ],
  hub: 'shop/orchestrator',
  isSimulation: false,
};
const task: BriefedTask = {
  id: 'shop.t-1',
  title: 'Write the price list',
  objective: 'Prices can be read',
  criteria: ['every price has a currency'],
  assignee: 'shop/developer',
  priority: 30,
};

describe('composeBriefing', () => {
  const text = composeBriefing(situation);

  it.each([
    'You are shop/developer',
    'writes unit tests',
    '/w/developer',
    'feature/shop-developer',
    'started from main',
    'shop/tester: Tester',
    'Reports go to shop/orchestrator',
    'scm orchestrator',
    'orc task done',
    'every 30 minutes',
    'Blocked for more than 10 minutes',
  ])('says %j', (words) => {
    expect(text).toContain(words);
  });

  it('is one text of identity, place, people and rules, without holes', () => {
    expect(text).not.toMatch(/undefined|null|NaN|\n\n\n/);
    expect(text.indexOf('You are')).toBe(0);
  });

  it('tells the hub that reports come to it', () => {
    const hub = { ...situation.agent, id: 'shop/orchestrator', role: 'orchestrator', title: 'Orchestrator' };
    expect(composeBriefing({ ...situation, agent: hub })).toContain('Reports of the others come to you');
  });

  it('says of a simulation that it is one', () => {
    expect(composeBriefing({ ...situation, isSimulation: true })).toContain('simulation');
  });

  it.each([1, 100, 5_000])('stays below 9 000 characters with %d long duties, people and words', (count) => {
    const long = composeBriefing({
      ...situation,
      agent: { ...situation.agent, duties: Array.from({ length: count }, () => 'x '.repeat(500)) },
      project: { ...situation.project, goal: 'goal '.repeat(count * 100) },
      team: Array.from({ length: count }, (_, index) => ({ id: `shop/r-${index}`, title: 'T'.repeat(200) })),
    });
    expect(long.length).toBeLessThanOrEqual(9_000);
    expect(long).toContain('You are shop/developer');
    expect(long).not.toMatch(/\d …$/);
  });
});

describe('composeRebrief', () => {
  it('says why, and what the agent was doing', () => {
    const text = composeRebrief({
      ...situation,
      reason: 'restart',
      task,
      activitySummary: 'Read the code.',
      checkpoint: { next: 'tests' },
    });
    expect(text).toContain('started again');
    expect(text).toContain('TASK [shop.t-1]: Write the price list');
    expect(text).toContain('Read the code.');
    expect(text).toContain('{"next":"tests"}');
    expect(text).toContain('You are shop/developer');
  });

  it('says when there is no open task', () => {
    const text = composeRebrief({
      ...situation,
      reason: 'compaction',
      task: null,
      activitySummary: null,
      checkpoint: null,
    });
    expect(text).toContain('no open task');
    expect(text).not.toContain('checkpoint');
  });
});

describe('composeTask', () => {
  it('has the form that every agent knows', () => {
    expect(composeTask(task)).toBe(
      'TASK [shop.t-1]: Write the price list\nAssigned to: shop/developer\nObjective: Prices can be read\nSuccess Criteria:\n- every price has a currency\nPriority: HIGH',
    );
  });
});

describe('composeSurvivalNotes', () => {
  it('names task, unhandled messages, branch and replies that are owed', () => {
    const text = composeSurvivalNotes({
      agentId: 'shop/developer',
      branch: 'feature/x',
      task,
      unreadIds: ['m1', 'm2'],
      obligations: [{ messageId: 'm3', to: 'shop/tester' }],
    });
    for (const words of [
      'shop/developer',
      'feature/x',
      'shop.t-1',
      'm1, m2',
      'owes shop/tester a reply to m3',
    ])
      expect(text).toContain(words);
  });
});
