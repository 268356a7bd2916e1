import { join } from 'node:path';
import { openRegistry } from '@orc/registry';
import { openTaskBoard } from '@orc/task-board';
import { loadCatalogue } from '@orc/team-planner';
import { makeGitRepository, makeTempDirectory, onTeardown } from '@orc/testing';
import { openWorktrees } from '@orc/worktree-manager';
import { describe, expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import type { Parts } from '../parts.ts';
import { memberOf } from './agents.ts';
import { createResume } from './resume.ts';

const catalogue = loadCatalogue();
const tasks = [
  { id: 'shop.t-01', title: 'Write it', role: 'developer', after: [] },
  { id: 'shop.t-02', title: 'Test it', role: 'tester', after: ['shop.t-01'] },
];

/** What an `up` leaves that was killed: its plan, and of everything planned one agent, and one that was ended. */
function openHalfMade({ broken }: { readonly broken?: string } = {}) {
  const directory = makeTempDirectory();
  const path = join(directory, 'orc.db');
  const registry = openRegistry({ path });
  const board = openTaskBoard({ path });
  onTeardown(() => {
    board[Symbol.dispose]();
    registry[Symbol.dispose]();
  });
  const members = ['orchestrator', 'developer', 'tester', 'sysadmin'].map((role) =>
    memberOf(catalogue, role, null),
  );
  const repository = makeGitRepository();
  registry.saveProject(
    projectRecord({
      path: repository.path,
      status: 'setting-up',
      planDocument: { tasks, team: { members } },
    }),
  );
  registry.saveAgent(agentRecord('orchestrator', { desired: 'stopped' }));
  registry.saveAgent(agentRecord('sysadmin', { desired: 'ended' }));
  const launched: string[] = [];
  const handedOut: string[][] = [];
  const worktrees = openWorktrees({ directory: join(directory, 'projects') });
  const ensure: typeof worktrees.ensure = (input) =>
    input.role === broken ? Promise.reject(new Error('The disk is full.')) : worktrees.ensure(input);
  const parts = {
    ...{ registry, board, worktrees: { ...worktrees, ensure } },
    tmux: async () => ({ serverPid: 1, ensureSession: async () => undefined }),
    panes: async () => [],
    runtimes: { find: () => ({ detect: async () => ({ isInstalled: true, version: '2.1.0' }) }) },
    bus: { publish: () => undefined },
  } as unknown as Parts;
  const resume = createResume(parts, {
    catalogue,
    launcher: {
      launch: async (id: string) => {
        launched.push(id);
        return { outcome: 'started' };
      },
    },
    handOut: (project: string) => void handedOut.push(board.list({ project }).map(({ id }) => id)),
    readiness: { notice: () => undefined, wait: async () => undefined },
    rebriefs: { queue: async () => undefined },
    afterReset: { isLimited: () => false, add: () => undefined },
    stateOf: () => ({ state: 'stopped', why: 'it was never started' }),
  } as unknown as Parameters<typeof createResume>[1]);
  return {
    ...{ registry, board, launched, handedOut },
    run: (statusOnly: boolean) =>
      resume(registry.getProject('shop'), { statusOnly, rebriefAll: false }, () => undefined),
  };
}

describe('resume', () => {
  it('makes what a killed "up" has planned and not made, and starts the whole team', async () => {
    const { registry, board, launched, handedOut, run } = openHalfMade();
    const { classified, did } = await run(false);
    expect(registry.getAgent('shop/developer')).toMatchObject({
      role: 'developer',
      worktreePath: expect.stringContaining('developer') as string,
    });
    expect(classified.map(({ agent, verdict }) => `${agent.id} ${verdict}`).sort()).toEqual([
      'shop/developer dead',
      'shop/orchestrator dead',
      'shop/tester dead',
    ]);
    expect(registry.getAgent('shop/sysadmin').desired).toBe('ended');
    expect(launched.sort()).toEqual(['shop/developer', 'shop/orchestrator', 'shop/tester']);
    expect(handedOut).toEqual([['shop.t-01', 'shop.t-02']]);
    expect(did).toContain('2 tasks are on the board');
    expect(board.get('shop.t-02').after).toEqual(['shop.t-01']);
    expect(registry.getProject('shop').status).toBe('active');
  });

  it('makes and starts the others where one cannot be made, and fails when that is done', async () => {
    const { registry, board, launched, handedOut, run } = openHalfMade({ broken: 'developer' });
    await expect(run(false)).rejects.toThrow('The disk is full.');
    expect(launched.sort()).toEqual(['shop/orchestrator', 'shop/tester']);
    expect(board.list({ project: 'shop' })).toHaveLength(2);
    expect(handedOut).toHaveLength(1);
    expect(registry.getProject('shop').status).toBe('active');
  });

  it('only looks when it is asked for the status', async () => {
    const { registry, board, launched, run } = openHalfMade();
    const { did } = await run(true);
    expect(did).toEqual([]);
    expect(registry.findAgent('shop/developer')).toBeUndefined();
    expect(board.list({ project: 'shop' })).toEqual([]);
    expect(launched).toEqual([]);
  });
});
