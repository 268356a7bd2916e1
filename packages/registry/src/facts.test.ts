import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { agentNamed, projectNamed } from '../fixtures/records.ts';
import type { Fact } from './records.ts';
import { openRegistry } from './registry.ts';

function openShop(now = Date.now) {
  const registry = openRegistry({ path: join(makeTempDirectory(), 'orc.db') }, { clock: { now } });
  registry.saveProject(projectNamed('shop'));
  registry.saveAgent(agentNamed('shop/developer'));
  return registry;
}

const fact = (at: number, value: unknown, changes: Partial<Fact> = {}): Fact => ({
  agentId: 'shop/developer',
  kind: 'activity',
  source: 'hook',
  value,
  at,
  ...changes,
});

describe('facts', () => {
  it('keeps the latest of each kind and source', () => {
    using registry = openShop();
    registry.recordFact(fact(1, 'working'));
    registry.recordFact(fact(2, 'idle'));
    registry.recordFact(fact(3, 'busy', { source: 'session-record' }));
    registry.recordFact(fact(4, { usedPercent: 12 }, { kind: 'context', source: 'status-line' }));
    expect(registry.facts('shop/developer')).toEqual([
      fact(2, 'idle'),
      fact(3, 'busy', { source: 'session-record' }),
      fact(4, { usedPercent: 12 }, { kind: 'context', source: 'status-line' }),
    ]);
  });

  it('does not let a late older fact overwrite a newer one', () => {
    using registry = openShop();
    expect(registry.recordFact(fact(20, 'idle'))).toBe(true);
    expect(registry.recordFact(fact(10, 'working'))).toBe(false);
    expect(registry.facts('shop/developer')).toEqual([fact(20, 'idle')]);
    expect(registry.factHistory('shop/developer')).toEqual([fact(10, 'working'), fact(20, 'idle')]);
  });

  it('lets no fact from before the clock was set back keep out what is noted after', () => {
    using registry = openShop(() => 1_000_000);
    registry.recordFact(fact(1_060_001, 'idle'));
    expect(registry.recordFact(fact(1_000_000, 'working'))).toBe(true);
    expect(registry.facts('shop/developer')).toEqual([fact(1_000_000, 'working')]);
    registry.recordFact(fact(1_060_000, 'idle'));
    expect(registry.recordFact(fact(1_000_000, 'working'))).toBe(false);
  });

  it('takes the one that was told last when two are of the same time', () => {
    using registry = openShop();
    registry.recordFact(fact(5, 'first'));
    expect(registry.recordFact(fact(5, 'second'))).toBe(true);
    expect(registry.facts('shop/developer')).toEqual([fact(5, 'second')]);
  });

  it('makes the latest fact younger when there is no news, and adds no history', () => {
    using registry = openShop();
    registry.recordFact(fact(1, { is: 'idle' }));
    registry.recordFact(fact(9, { is: 'idle' }));
    expect(registry.facts('shop/developer')).toEqual([fact(9, { is: 'idle' })]);
    expect(registry.factHistory('shop/developer')).toHaveLength(1);
  });

  it('keeps the last 200 facts of each agent', () => {
    using registry = openShop();
    registry.saveAgent(agentNamed('shop/tester'));
    registry.recordFact(fact(1, 'kept', { agentId: 'shop/tester' }));
    registry.recordFacts(Array.from({ length: 250 }, (_, index) => fact(index, index)));
    const history = registry.factHistory('shop/developer');
    expect(history).toHaveLength(200);
    expect(history.at(0)?.value).toBe(50);
    expect(history.at(-1)?.value).toBe(249);
    expect(registry.factHistory('shop/tester')).toHaveLength(1);
  });

  it('keeps several facts together, or none of them', () => {
    using registry = openShop();
    expect(registry.recordFacts([fact(1, 'a'), fact(2, 'b'), fact(1, 'late')])).toBe(2);
    expect(() => registry.recordFacts([fact(3, 'c'), fact(4, 'd', { agentId: 'shop/nobody' })])).toThrow(
      expect.objectContaining({ code: 'ORC_REGISTRY_UNKNOWN_AGENT' }),
    );
    expect(registry.facts('shop/developer')).toEqual([fact(2, 'b')]);
  });

  it('still takes facts of an agent that has ended', () => {
    using registry = openShop();
    registry.endAgent('shop/developer');
    expect(registry.recordFact(fact(1, 'late'))).toBe(true);
  });

  it.each([
    ['a source nobody speaks for', { source: 'rumour' as 'hook' }],
    ['a value that is none', { value: undefined }],
    ['a time before 1970', { at: -1 }],
  ])('refuses %s', (_, changes) => {
    using registry = openShop();
    expect(() => registry.recordFact(fact(1, 'x', changes))).toThrow(
      expect.objectContaining({ code: 'ORC_REGISTRY_INVALID' }),
    );
  });
});
