import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { agentNamed, projectNamed } from '../fixtures/records.ts';
import { openRegistry } from './registry.ts';

const [ONE, TWO] = ['shop/developer', 'shop/tester'];
const NOON = 1_900_000_000_000;
const HOUR = 3_600_000;

function openShop() {
  let now = NOON;
  const registry = openRegistry({ path: join(makeTempDirectory(), 'orc.db') }, { clock: { now: () => now } });
  registry.saveProject(projectNamed('shop'));
  for (const id of [ONE, TWO]) registry.saveAgent(agentNamed(id));
  const note = (agentId: string, kind: string, at: number) =>
    registry.recordFact({ agentId, kind, source: 'process', value: kind, at });
  return { registry, note, setBack: (ms: number) => void (now -= ms) };
}

it('moves what lies ahead to just before now, in its order, and leaves the rest', () => {
  const { registry, note, setBack } = openShop();
  using _open = registry;
  note(ONE, 'old', NOON - 2 * HOUR);
  registry.updateAgent(ONE, { launchedAt: NOON - 10 });
  note(ONE, 'alive', NOON - 5);
  note(ONE, 'dead', NOON);
  registry.recordRestart({ agentId: ONE, at: NOON - 3, cause: 'SIGKILL', outcome: 'started' });
  note(TWO, 'alive', NOON - 1);
  expect(registry.settleClock()).toBe(0);

  setBack(HOUR);
  const now = NOON - HOUR;
  expect(registry.settleClock()).toBe(5);
  expect(registry.facts(ONE).map(({ kind, at }) => [kind, at])).toEqual([
    ['old', NOON - 2 * HOUR],
    ['alive', now - 3],
    ['dead', now - 1],
  ]);
  expect(registry.factHistory(ONE).map(({ kind }) => kind)).toEqual(['old', 'alive', 'dead']);
  expect(registry.getAgent(ONE).launchedAt).toBe(now - 4);
  expect(registry.restarts(ONE).map(({ at }) => at)).toEqual([now - 2]);
  expect(registry.facts(TWO).map(({ at }) => at)).toEqual([now - 1]);
  // What is noted from now on counts.
  expect(note(ONE, 'dead', now)).toBe(true);
  expect(registry.settleClock()).toBe(0);
});

it('keeps a planned restart where it is known', () => {
  const { registry, setBack } = openShop();
  using _open = registry;
  const planned = { agentId: ONE, at: NOON + 2_000, cause: 'SIGKILL', outcome: 'planned' };
  registry.recordRestart(planned);
  setBack(HOUR);
  expect(registry.settleClock()).toBe(0);
  expect(registry.restarts(ONE)).toEqual([planned]);
});
