import { describe, expect, it } from 'vitest';
import { judgeRoute, type Party, type RouteMatrix } from './index.ts';
import type { RouteInput } from './route-types.ts';

const tags = ['FAST_LANE_TRIGGER', 'test-handoff'];
const matrix: RouteMatrix = {
  profile: 'orchestrator-hub',
  hub: 'orchestrator',
  talksTo: {
    orchestrator: ['project-manager', 'developer', 'tester', 'testrunner', 'devops'],
    developer: ['orchestrator', 'project-manager', 'tester', 'testrunner'],
    tester: ['orchestrator', 'project-manager', 'developer', 'testrunner'],
  },
  handoffs: [{ from: 'developer', to: 'tester', tags }],
};
const member = (name: string): Party => ({ type: 'member', name, role: name.replace(/-\d+$/, '') });
const judge = (from: string, to: string, more: Partial<RouteInput> = {}) =>
  judgeRoute({
    from: member(from),
    to: member(to),
    kind: 'note',
    tags: [],
    isReply: false,
    matrix,
    overrides: { allow: [], deny: [] },
    isLaneOpen: true,
    ...more,
  });

describe('judgeRoute', () => {
  it.each([
    ['developer', 'orchestrator', 'hub'],
    ['orchestrator', 'devops', 'hub'],
    ['devops', 'project-manager', 'project-manager'],
    ['project-manager', 'devops', 'project-manager'],
    ['developer', 'testrunner', 'matrix'],
    ['tester', 'developer', 'matrix'],
  ])('lets %s write to %s (%s)', (from, to, because) => {
    expect(judge(from, to)).toMatchObject({ isAllowed: true, because, instead: null });
  });

  it('says who to write to in place of somebody whom the matrix does not name', () => {
    expect(judge('developer', 'devops')).toEqual({
      isAllowed: false,
      because: 'not-in-matrix',
      why: 'developer and devops do not talk directly in the profile orchestrator-hub.',
      instead: 'Send it to orchestrator: orc send orchestrator "…".',
    });
  });

  it('lets a developer write to a tester for hand-offs only', () => {
    expect(judge('developer', 'tester')).toMatchObject({ isAllowed: false, because: 'needs-tag' });
    for (const more of [
      { tags: ['test-handoff'] },
      { kind: 'hand-off' },
      { kind: 'fast-lane' },
      { tags: ['FAST_LANE_TRIGGER'] },
    ])
      expect(judge('developer', 'tester', more)).toMatchObject({ isAllowed: true, because: 'hand-off' });
    expect(judge('developer', 'tester', { kind: 'hand-off', isLaneOpen: false })).toMatchObject({
      isAllowed: false,
      because: 'lane-closed',
    });
  });

  it('never stands between somebody who asks and the answer, or between anybody and the person', () => {
    expect(judge('devops', 'developer', { isReply: true })).toMatchObject({ because: 'reply' });
    expect(judge('devops', 'x', { to: { type: 'person' } })).toMatchObject({ because: 'person' });
    expect(judge('x', 'devops', { from: { type: 'system' } })).toMatchObject({ because: 'system' });
  });

  it('hears the user’s own pairs: what is forbidden first, also to the hub', () => {
    const overrides = {
      allow: ['developer>devops', '*>tester'],
      deny: ['devops > orchestrator', 'developer>tester'],
    };
    expect(judge('developer-2', 'devops', { overrides })).toMatchObject({ because: 'allowed-by-user' });
    expect(judge('devops', 'tester', { overrides })).toMatchObject({ because: 'allowed-by-user' });
    expect(judge('devops', 'orchestrator', { overrides })).toMatchObject({ because: 'denied-by-user' });
    expect(judge('developer', 'tester', { overrides })).toMatchObject({ isAllowed: false });
  });
});
