import { describe, expect, it } from 'vitest';
import { developer, situation } from '../fixtures/situation.ts';
import { composeBriefing, composeRebrief } from './briefing.ts';
import type { BriefingInput, RebriefReason } from './types.ts';

const task = {
  id: 'shop.t-01-prices',
  title: 'Write the price list',
  objective: 'Prices can be read',
  criteria: ['every price has a currency', 'a missing price is an error'],
  assignee: 'shop/developer',
  priority: 30,
};
const as = (role: string, title = role): BriefingInput => ({
  ...situation,
  agent: { ...developer, id: `shop/${role}`, role, title },
  team: situation.team.filter(({ id }) => id !== `shop/${role}`),
});
const roles = [
  'orchestrator',
  'project-manager',
  'developer',
  'tester',
  'testrunner',
  'researcher',
  'code-reviewer',
  'documentation-writer',
  'architect',
  'assistant',
  'logtracker',
  'devops',
  'sysadmin',
  'securityops',
  'networkops',
  'monitoringops',
  'databaseops',
];

/** A block by its heading, without it. */
function blockOf(text: string, heading: string): string {
  const found = text.split('\n\n').find((block) => block.startsWith(`${heading}\n`));
  if (found === undefined) throw new Error(`there is no block ${heading}`);
  return found.slice(heading.length + 1);
}

describe('the first message', () => {
  const text = composeBriefing({ ...situation, task });

  it.each([
    'You are shop/developer, the Developer of the project shop.',
    'What the project is to reach: A shop with prices.',
    '- writes production code',
    'Yours to keep: src/; tests/',
    'Your worktree is /w/shop/developer.',
    'on the branch feature/shop-developer',
    'The project started on main.',
    '- shop/tester: Tester',
    'Reports go to shop/orchestrator.',
    'scm <name> "text"',
    'orc inbox',
    'orc task done <id> "what"',
    'stuck for more than 10 minutes',
    'every 30 minutes',
    'Never more than 60 minutes',
    'within 15 minutes of a commit that matters',
    'One topic per message',
    'no tmux send-keys',
    'TASK [shop.t-01-prices]: Write the price list',
    '- every price has a currency',
    'orc task done shop.t-01-prices "what was done, in detail"',
  ])('says %j', (words) => {
    expect(text).toContain(words);
  });

  it('begins with who the agent is, ends with its task, and has no holes', () => {
    expect(text.indexOf('You are shop/developer')).toBe(0);
    expect(text.lastIndexOf('YOUR TASK')).toBeGreaterThan(text.lastIndexOf('WHERE TO BEGIN'));
    expect(text).not.toMatch(/undefined|null|NaN|\[object|\n\n\n/);
  });

  it('says that tasks arrive as messages when there is none yet', () => {
    expect(blockOf(composeBriefing(situation), 'YOUR TASK')).toContain('Tasks arrive as messages');
  });

  it('uses the numbers that it is given', () => {
    const rules = { commitMinutes: 20, pushMinutes: 5, blockedMinutes: 7, behindCommitsMax: 3 };
    const other = composeBriefing({ ...situation, rules });
    for (const words of ['every 20 minutes', 'within 5 minutes', 'more than 7 minutes', 'within 3 commits'])
      expect(other).toContain(words);
  });

  it('refuses rules that make no sense', () => {
    expect(() => composeBriefing({ ...situation, rules: { commitMinutes: 0 } })).toThrow(
      expect.objectContaining({
        code: 'ORC_BRIEFING_BAD_RULES',
        message: expect.stringContaining('commitMinutes') as string,
      }) as Error,
    );
  });

  it('says of a simulation that it is one, and of nothing else', () => {
    expect(composeBriefing({ ...situation, isSimulation: true })).toContain('This team is a simulation');
    expect(text).not.toContain('simulation');
  });

  it('leaves out what is not known', () => {
    const bare = composeBriefing({
      agent: { id: 'shop/wizard', role: 'wizard', title: 'Wizard', duties: [] },
      project: { name: 'shop', parentBranch: null },
      worktree: { path: null, branch: null },
      team: [],
      hub: 'shop/orchestrator',
    });
    expect(bare).toContain('make a branch before the first commit');
    expect(bare).not.toMatch(/undefined|null|YOUR PART|Your worktree is|The project started on/);
  });

  it('says what else is known of the project', () => {
    const { project } = situation;
    const full = composeBriefing({
      ...situation,
      project: {
        ...project,
        hasRemote: true,
        specificationPath: '/p/SPEC.md',
        sharedDirectory: '/shared/notes',
        devServer: 'npm run dev',
        testCommand: 'npm test',
        ownRules: 'Never touch legacy/.',
      },
      tools: [{ command: 'orc rules', purpose: 'what is allowed' }],
    });
    for (const words of [
      '- Push within 15 minutes',
      '/p/SPEC.md',
      'mcp-inventory.md, lies in /shared/notes',
      'starts with: npm run dev',
      'run with: npm test',
      'Never touch legacy/.',
      '- orc rules: what is allowed',
    ])
      expect(full).toContain(words);
    expect(composeBriefing({ ...situation, project: { ...project, hasRemote: false } })).not.toMatch(
      /push within/i,
    );
  });
});

describe('the address book', () => {
  it('shows the hub first, and who is reached through it', () => {
    const [orchestrator, ...others] = situation.team;
    const team = [
      ...others.map((each) => ({ ...each, talksTo: false })),
      ...(orchestrator ? [orchestrator] : []),
    ];
    const lines = blockOf(composeBriefing({ ...situation, team }), 'YOUR TEAM').split('\n');
    expect(lines[0]).toBe('- shop/orchestrator: Orchestrator');
    expect(lines[1]).toBe('- shop/project-manager: Project Manager; reached through shop/orchestrator');
  });

  it('tells the hub that reports come to it', () => {
    const text = composeBriefing(as('orchestrator'));
    expect(text).toContain('Reports of the others come to you.');
    expect(text).toContain('without a result, you decide.');
    expect(text).not.toContain('Reports go to');
  });

  it('names whoever merges when there is no project manager', () => {
    const alone = { ...situation, team: situation.team.slice(0, 1) };
    expect(blockOf(composeBriefing(alone), 'GIT')).toContain('are for shop/orchestrator alone');
    expect(blockOf(composeBriefing(situation), 'GIT')).toContain('are for shop/project-manager alone');
  });
});

describe('each role', () => {
  it.each(roles)('%s is told what it does first, in words of its own', (role) => {
    const text = composeBriefing(as(role));
    expect(blockOf(text, 'WHERE TO BEGIN')).toMatch(/^1\. /);
    expect(text).toContain(`AS ${role.toUpperCase()}`);
    expect(blockOf(text, 'WHERE TO BEGIN')).toContain(
      `${role.toUpperCase().replaceAll('-', '_')}_CHECKPOINT_<YYYYMMDD_HHMM>.md`,
    );
    expect(text.length).toBeLessThan(7_500);
  });

  it('of the team differs from every other', () => {
    const parts = roles.map((role) => composeBriefing(as(role)).replaceAll(role, ''));
    expect(new Set(parts).size).toBe(roles.length);
  });

  it('leads or does not: only orchestrator and project manager may tell all', () => {
    for (const role of roles)
      expect(composeBriefing(as(role)).includes('orc broadcast')).toBe(
        role === 'orchestrator' || role === 'project-manager',
      );
  });

  it('project-manager is told quality, verification, coordination, progress, risk and its checklist (A-24, M-22)', () => {
    const own = blockOf(composeBriefing(as('project-manager')), 'AS PROJECT-MANAGER');
    for (const word of ['Quality', 'Verification', 'Coordination', 'Progress', 'Risk', 'test plan', 'debt'])
      expect(own).toContain(word);
    for (const point of [
      'there are tests',
      'errors are handled',
      'fast enough',
      'secure',
      'documentation',
      'no new technical debt',
    ])
      expect(own).toContain(point);
    const git = blockOf(composeBriefing(as('project-manager')), 'GIT');
    for (const words of [
      'You alone open pull requests',
      'within 120 minutes',
      '--no-ff',
      'integration/daily-',
    ])
      expect(git).toContain(words);
  });

  it('orchestrator is told not to implement, and what to do with agents whose context runs low (A-28)', () => {
    const own = blockOf(composeBriefing(as('orchestrator')), 'AS ORCHESTRATOR');
    expect(own).toContain('code is written by the others');
    expect(own).toContain('Keep giving it work');
  });

  it.each(['sysadmin', 'securityops', 'networkops', 'monitoringops', 'databaseops'])(
    '%s has its tools and whom it works with (A-25)',
    (role) => {
      const own = blockOf(composeBriefing(as(role)), `AS ${role.toUpperCase()}`);
      expect(own).toContain('You work with: ');
      expect(own).toContain('You work closely with ');
    },
  );

  it('that nobody knows gets the words for all', () => {
    for (const role of ['wizard', 'constructor', '__proto__'])
      expect(composeBriefing(as(role))).toContain('1. Find out what the project is for');
  });
});

describe('being told again', () => {
  it.each<[RebriefReason, string]>([
    ['compaction', 'was compacted'],
    ['clear', 'was cleared'],
    ['restart', 'was started again'],
    ['resume', 'goes on now'],
    ['requested', 'Somebody asked'],
  ])('after %s says why', (reason, words) => {
    const text = composeRebrief({ ...situation, reason, task });
    expect(text).toContain(words);
    expect(text.indexOf('You are shop/developer')).toBe(0);
    expect(text.indexOf('TASK [shop.t-01-prices]')).toBeLessThan(text.indexOf('WHERE YOU WORK'));
  });

  it('says what the agent was doing, and where git stands', () => {
    const text = composeRebrief({
      ...situation,
      reason: 'restart',
      task: { ...task, blockedReason: 'no prices yet' },
      activitySummary: 'Read the code.',
      checkpoint: { next: 'tests', files: ['a.ts'], deep: { a: 1 } },
      checkpointFile: 'DEVELOPER_CHECKPOINT_20260101_0930.md',
      gitStatus: {
        branch: 'feature/x',
        ahead: 2,
        behind: 0,
        dirtyFiles: ['src/a.ts'],
        untrackedFiles: ['b.ts'],
      },
      unreadCount: 1,
      at: Date.UTC(2026, 0, 2, 3, 4, 5),
    });
    const state = blockOf(text, 'HOW THINGS STAND');
    for (const words of [
      'As of 2026-01-02T03:04:05.000Z.',
      'What you did last: Read the code.',
      'git: on feature/x, 2 commits ahead of the parent branch, 0 behind it.',
      'changed and not committed: src/a.ts',
      'new and not committed: b.ts',
      'next: tests; files: ["a.ts"]; deep: {"a":1}',
      'DEVELOPER_CHECKPOINT_20260101_0930.md',
      'There is 1 message that you have not read',
    ])
      expect(state).toContain(words);
    expect(text).toContain('It was blocked: no prices yet');
  });

  it.each<[unknown, string]>([
    ['a plain note', 'a plain note'],
    [['x', 1], '["x",1]'],
    [42, '42'],
  ])('shows a checkpoint that is %j', (checkpoint, words) => {
    expect(composeRebrief({ ...situation, reason: 'clear', checkpoint })).toContain(
      `What you had noted: ${words}`,
    );
  });

  it('says nothing of what is not known', () => {
    const text = composeRebrief({
      ...situation,
      reason: 'compaction',
      task: null,
      activitySummary: null,
      checkpoint: null,
      gitStatus: null,
      at: null,
    });
    expect(text).not.toContain('HOW THINGS STAND');
    expect(text).toContain('You have no open task');
    expect(text).not.toMatch(/undefined|null|NaN|\n\n\n/);
  });

  it('survives a checkpoint that cannot be written down, and a time that is none', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const text = composeRebrief({ ...situation, reason: 'clear', checkpoint: circle, at: Number.NaN });
    expect(text).toContain('self: (not readable)');
    expect(text).not.toContain('As of');
  });
});
