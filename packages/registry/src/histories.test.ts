import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { agentNamed, projectNamed } from '../fixtures/records.ts';
import { openRegistry } from './registry.ts';

function openShop(path = join(makeTempDirectory(), 'orc.db')) {
  const registry = openRegistry({ path });
  registry.saveProject(projectNamed('shop'));
  registry.saveAgent(agentNamed('shop/developer'));
  return registry;
}

const agentId = 'shop/developer';

describe('restarts', () => {
  it('counts the restarts of a sliding window, the edge included', () => {
    using registry = openShop();
    for (const at of [100, 200, 300]) registry.recordRestart({ agentId, at, cause: 'exit 1', outcome: null });
    expect(registry.restarts(agentId, { since: 200 }).map(({ at }) => at)).toEqual([200, 300]);
    expect(registry.restarts(agentId)).toHaveLength(3);
  });

  it('learns the outcome of a restart later', () => {
    using registry = openShop();
    registry.recordRestart({ agentId, at: 100, cause: 'signal 9', outcome: null });
    registry.recordRestart({ agentId, at: 100, cause: 'signal 9', outcome: 'running again' });
    expect(registry.restarts(agentId)).toEqual([
      { agentId, at: 100, cause: 'signal 9', outcome: 'running again' },
    ]);
  });

  it('refuses a restart of nobody', () => {
    using registry = openShop();
    expect(() =>
      registry.recordRestart({ agentId: 'shop/nobody', at: 1, cause: 'x', outcome: null }),
    ).toThrow(expect.objectContaining({ code: 'ORC_REGISTRY_UNKNOWN_AGENT' }));
  });
});

describe('contexts', () => {
  const context = (at: number) => ({
    agentId,
    briefing: `briefing ${at}`,
    kind: 'launch',
    at,
    activitySummary: 'wrote the cart',
    checkpoint: { branch: 'main', files: ['cart.ts'] },
  });

  it('knows what an agent was told last', () => {
    using registry = openShop();
    expect(registry.latestContext(agentId)).toBeUndefined();
    registry.saveContext(context(20));
    registry.saveContext(context(10));
    expect(registry.latestContext(agentId)).toEqual(context(20));
    expect(registry.contexts(agentId)).toEqual([context(10), context(20)]);
  });

  it('keeps the last 100', () => {
    using registry = openShop();
    for (let at = 0; at < 103; at += 1) registry.saveContext(context(at));
    expect(registry.contexts(agentId).map(({ at }) => at)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 3),
    );
  });

  it('refuses a context of nobody and one without a briefing', () => {
    using registry = openShop();
    expect(() => registry.saveContext({ ...context(1), agentId: 'shop/nobody' })).toThrow(
      expect.objectContaining({ code: 'ORC_REGISTRY_UNKNOWN_AGENT' }),
    );
    expect(() => registry.saveContext({ ...context(1), briefing: undefined as unknown as string })).toThrow(
      expect.objectContaining({ code: 'ORC_REGISTRY_INVALID' }),
    );
  });
});

describe('values', () => {
  it('gives back the value that was set last, also after a reopen', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    {
      using registry = openShop(path);
      expect(registry.getValue('event-cursor')).toBeUndefined();
      registry.setValue('event-cursor', 1);
      registry.setValue('event-cursor', { file: '2026-11-21.jsonl', line: 7 });
    }
    using registry = openShop(path);
    expect(registry.getValue('event-cursor')).toEqual({ file: '2026-11-21.jsonl', line: 7 });
  });

  it('tells a value that is null from one that was never set', () => {
    using registry = openShop();
    registry.setValue('cursor', null);
    expect(registry.getValue('cursor')).toBeNull();
  });

  it('refuses what JSON cannot carry', () => {
    using registry = openShop();
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const value of [undefined, cycle, () => 1]) {
      expect(() => registry.setValue('cursor', value)).toThrow(
        expect.objectContaining({ code: 'ORC_REGISTRY_INVALID' }),
      );
    }
  });
});
