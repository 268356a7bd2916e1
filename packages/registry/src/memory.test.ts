import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { agentNamed, projectNamed } from '../fixtures/records.ts';
import { openRegistry } from './registry.ts';

function openShop(path = join(makeTempDirectory(), 'orc.db')) {
  const registry = openRegistry({ path });
  registry.saveProject(projectNamed('shop'));
  return registry;
}

describe('what the registry remembers', () => {
  it('is forgotten when another connection writes, and when this one does', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    using one = openShop(path);
    using other = openRegistry({ path });
    one.saveAgent(agentNamed('shop/a'));
    expect(other.listAgents().map(({ id }) => id)).toEqual(['shop/a']);
    one.saveAgent(agentNamed('shop/b'));
    expect(other.listAgents()).toHaveLength(2);
    other.recordFact({ agentId: 'shop/a', kind: 'x', source: 'hook', value: 1, at: 1 });
    expect(other.facts('shop/a')).toHaveLength(1);
    one.recordFact({ agentId: 'shop/a', kind: 'x', source: 'hook', value: 2, at: 2 });
    expect(other.facts('shop/a')).toMatchObject([{ value: 2 }]);
    expect(one.facts('shop/a')).toMatchObject([{ value: 2 }]);
  });

  it('is not changed by whoever sorts or empties what they got', () => {
    using registry = openShop();
    registry.saveAgent(agentNamed('shop/a'));
    registry.listAgents().length = 0;
    expect(registry.listAgents()).toHaveLength(1);
  });
});
