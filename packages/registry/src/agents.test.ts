import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { agentNamed, hashOf, projectNamed } from '../fixtures/records.ts';
import { openRegistry } from './registry.ts';

function openShop(clock = { now: () => 50 }) {
  const registry = openRegistry({ path: join(makeTempDirectory(), 'orc.db') }, { clock });
  registry.saveProject(projectNamed('shop'));
  return registry;
}

describe('agents', () => {
  it('keeps every field of an agent across a reopen', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    const input = agentNamed('shop/developer-2', {
      role: 'developer',
      title: 'Developer 2',
      branch: 'feature/orc-developer-2',
      worktreePath: '/home/worktrees/developer-2',
      paneId: '%7',
      tmuxServer: { pid: 12, startTime: 1_700_000_000_000 },
      pid: 4_711,
      pidStartedAt: '167436',
      sessionId: '5c24fd0c-81b7-4cbf-842d-86602215bb01',
      transcriptPath: '/home/.claude/projects/x.jsonl',
      launchedAt: 30,
      launchCount: 2,
      isTemporary: true,
      purpose: 'migration',
    });
    {
      using registry = openRegistry({ path }, { clock: { now: () => 50 } });
      registry.saveProject(projectNamed('shop'));
      registry.saveAgent(input);
    }
    using registry = openRegistry({ path });
    expect(registry.getAgent('shop/developer-2')).toEqual({ ...input, createdAt: 50, endedAt: null });
  });

  it('lists the agents of one project in the order they came', () => {
    using registry = openShop();
    registry.saveProject(projectNamed('blog'));
    for (const id of ['shop/tester', 'blog/developer', 'shop/developer']) registry.saveAgent(agentNamed(id));
    const idsOf = (filter?: { project: string }) => registry.listAgents(filter).map(({ id }) => id);
    expect(idsOf({ project: 'shop' })).toEqual(['shop/tester', 'shop/developer']);
    expect(idsOf()).toEqual(['shop/tester', 'blog/developer', 'shop/developer']);
  });

  it('takes the role from what it was told and never from a name', () => {
    using registry = openShop();
    registry.saveAgent(agentNamed('shop/npm-registry', { role: 'tester', windowName: 'latest-impl' }));
    expect(registry.getAgent('shop/npm-registry').role).toBe('tester');
  });

  it('changes only what a patch mentions', () => {
    using registry = openShop();
    const saved = registry.saveAgent(
      agentNamed('shop/developer', { endedAt: 9, tmuxServer: { pid: 1, startTime: 2 } }),
    );
    expect(registry.updateAgent('shop/developer', { paneId: '%3', pid: null })).toEqual({
      ...saved,
      paneId: '%3',
    });
  });

  it('keeps the history of an agent that is saved again', () => {
    let now = 1;
    using registry = openShop({ now: () => now++ });
    const { createdAt } = registry.saveAgent(agentNamed('shop/developer'));
    registry.recordRestart({ agentId: 'shop/developer', at: 5, cause: 'exit 1', outcome: null });
    expect(registry.saveAgent(agentNamed('shop/developer', { title: 'Again' }))).toMatchObject({
      createdAt,
      title: 'Again',
    });
    expect(registry.restarts('shop/developer')).toHaveLength(1);
  });

  it('ends an agent once, with no pane and no process left', () => {
    let now = 60;
    using registry = openShop({ now: () => now++ });
    registry.saveAgent(
      agentNamed('shop/developer', {
        paneId: '%1',
        pid: 9,
        pidStartedAt: '1',
        tmuxServer: { pid: 1, startTime: 1 },
      }),
    );
    const ended = registry.endAgent('shop/developer');
    expect(ended).toMatchObject({
      desired: 'ended',
      paneId: null,
      tmuxServer: null,
      pid: null,
      pidStartedAt: null,
    });
    expect(registry.endAgent('shop/developer')).toEqual(ended);
    expect(registry.listAgents()).toEqual([]);
    expect(registry.listAgents({ includeEnded: true })).toEqual([ended]);
  });

  it.each([
    ['getAgent', (registry: ReturnType<typeof openShop>) => registry.getAgent('shop/nobody')],
    [
      'updateAgent',
      (registry: ReturnType<typeof openShop>) => registry.updateAgent('shop/nobody', { pid: 1 }),
    ],
    ['endAgent', (registry: ReturnType<typeof openShop>) => registry.endAgent('shop/nobody')],
    [
      'recordSession',
      (registry: ReturnType<typeof openShop>) =>
        registry.recordSession({
          agentId: 'shop/nobody',
          sessionId: 's',
          transcriptPath: null,
          startedAt: 1,
          source: 'startup',
        }),
    ],
  ])('refuses an unknown agent in %s', (_, act) => {
    using registry = openShop();
    expect(registry.findAgent('shop/nobody')).toBeUndefined();
    expect(() => act(registry)).toThrow(expect.objectContaining({ code: 'ORC_REGISTRY_UNKNOWN_AGENT' }));
  });

  it('refuses an agent of a project that does not exist', () => {
    using registry = openShop();
    expect(() => registry.saveAgent(agentNamed('blog/developer'))).toThrow(
      expect.objectContaining({ code: 'ORC_REGISTRY_UNKNOWN_PROJECT' }),
    );
  });

  it.each([
    ['an id without a role', { id: 'shop' }],
    ['an id of another project', { id: 'blog/developer' }],
    ['a token in clear', { tokenHash: 'secret' }],
    ['a desire that does not exist', { desired: 'paused' as 'running' }],
    ['a process id of zero', { pid: 0 }],
  ])('refuses %s', (_, changes) => {
    using registry = openShop();
    expect(() => registry.saveAgent(agentNamed('shop/developer', changes))).toThrow(
      expect.objectContaining({ code: 'ORC_REGISTRY_INVALID' }),
    );
  });
});

describe('tokens', () => {
  it('says whose token it is', () => {
    using registry = openShop();
    registry.saveAgent(agentNamed('shop/developer', { tokenHash: hashOf('secret') }));
    expect(registry.findAgentByTokenHash(hashOf('secret'))?.id).toBe('shop/developer');
    expect(registry.findAgentByTokenHash(hashOf('guess'))).toBeUndefined();
    expect(registry.findAgentByTokenHash('')).toBeUndefined();
  });

  it('does not know the token of an agent that ended', () => {
    using registry = openShop();
    registry.saveAgent(agentNamed('shop/developer', { tokenHash: hashOf('secret') }));
    registry.endAgent('shop/developer');
    expect(registry.findAgentByTokenHash(hashOf('secret'))).toBeUndefined();
  });

  it('never lets two agents share a token', () => {
    using registry = openShop();
    registry.saveAgent(agentNamed('shop/developer', { tokenHash: hashOf('secret') }));
    registry.saveAgent(agentNamed('shop/tester'));
    const taken = expect.objectContaining({ code: 'ORC_REGISTRY_TOKEN_TAKEN' }) as Error;
    expect(() => registry.saveAgent(agentNamed('shop/pm', { tokenHash: hashOf('secret') }))).toThrow(taken);
    expect(() => registry.updateAgent('shop/tester', { tokenHash: hashOf('secret') })).toThrow(taken);
    expect(registry.findAgent('shop/pm')).toBeUndefined();
  });
});

describe('sessions', () => {
  const session = (sessionId: string, startedAt: number, source = 'startup') => ({
    agentId: 'shop/developer',
    sessionId,
    transcriptPath: `/transcripts/${sessionId}.jsonl`,
    startedAt,
    source,
  });

  it('makes the session that began last the current one', () => {
    using registry = openShop();
    registry.saveAgent(agentNamed('shop/developer'));
    registry.recordSession(session('one', 10));
    expect(registry.recordSession(session('two', 20, 'clear'))).toMatchObject({
      sessionId: 'two',
      transcriptPath: '/transcripts/two.jsonl',
    });
    expect(registry.sessions('shop/developer')).toEqual([session('one', 10), session('two', 20, 'clear')]);
  });

  it('does not go back when news of an earlier session comes late', () => {
    using registry = openShop();
    registry.saveAgent(agentNamed('shop/developer'));
    registry.recordSession(session('two', 20));
    expect(registry.recordSession(session('one', 10)).sessionId).toBe('two');
    expect(registry.sessions('shop/developer').map(({ sessionId }) => sessionId)).toEqual(['one', 'two']);
  });

  it('keeps a session once that is reported twice, and twice when it was resumed', () => {
    using registry = openShop();
    registry.saveAgent(agentNamed('shop/developer'));
    registry.recordSession(session('one', 10));
    registry.recordSession(session('one', 10));
    registry.recordSession(session('one', 30, 'resume'));
    expect(registry.sessions('shop/developer')).toHaveLength(2);
  });
});
