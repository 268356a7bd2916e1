import { describe, expect, it } from 'vitest';
import { makeGitHouse } from '../../fixtures/git-house.ts';
import { createGitSight } from '../rules/git-sight.ts';
import { createTurns } from '../system/turns.ts';
import { createIntegrate } from './integrate.ts';
import { createRollback } from './rollback.ts';

type House = ReturnType<typeof makeGitHouse>;

const TIMEOUT_MS = 120_000;
const HOUR_MS = 3_600_000;

function openBroken() {
  const house = makeGitHouse(['developer']);
  const good = house.repository.git('rev-parse', 'HEAD');
  house.repository.commit({ 'b.ts': 'broken\n' }, 'Break it');
  return { house, good };
}

const rollBack = (house: House, to: string) => {
  const options = { to, dryRun: false, updateCheckout: false, force: false, confirm: undefined };
  return createRollback(house.parts, house.tools, createTurns())(house.project, options, () => undefined);
};

const abandon = ({ parts, tools, project }: House) => {
  const options = { only: [], dryRun: false, withoutTests: false, updateCheckout: false, abandon: true };
  return createIntegrate(parts, tools, createTurns()).run(project, options, () => undefined);
};

const states = ({ parts }: House) => parts.gitJournal.listIntegrations('shop').map(({ state }) => state);
const since = ({ parts }: House) => createGitSight(parts).integratingSince('shop');

/** A rollback whose daemon is killed when it is about to be tested. */
async function breakDown(house: House, to: string): Promise<string> {
  const { gitJournal } = house.parts;
  const saveIntegration = gitJournal.saveIntegration.bind(gitJournal);
  gitJournal.saveIntegration = (integration) => {
    if (integration.state !== 'merging') throw new Error('The daemon was killed.');
    saveIntegration(integration);
  };
  await expect(rollBack(house, to)).rejects.toThrow('killed');
  house.restart();
  expect(states(house)).toEqual(['merging']);
  return house.parts.gitJournal.listIntegrations('shop')[0]?.id ?? '';
}

describe('a rollback that nobody goes on with', () => {
  it(
    'is given up when the next one begins, and is no round of integration any more',
    async () => {
      const { house, good } = openBroken();
      const left = await breakDown(house, good);
      house.clock.at += 5 * HOUR_MS;
      const next = await rollBack(house, good);
      expect(next).toMatchObject({ outcome: 'published' });
      expect(next.did).toContain(`${left} is given up for this one; its branch stays`);
      expect(house.repository.git('branch', '--list', left)).toContain(left);
      expect(states(house)).toEqual(['published', 'abandoned']);
      expect(since(house)).toBe(house.clock.at);
    },
    TIMEOUT_MS,
  );

  it(
    'is ended by hand like an integration',
    async () => {
      const { house, good } = openBroken();
      const id = await breakDown(house, good);
      expect(await abandon(house)).toMatchObject({ outcome: 'abandoned', integration: { id } });
      expect(since(house)).toBeUndefined();
      expect(await abandon(house)).toMatchObject({ outcome: 'refused' });
    },
    TIMEOUT_MS,
  );

  it(
    'is merged and not given up when the parent has it',
    async () => {
      const { house, good } = openBroken();
      const { integration } = await rollBack(house, good);
      house.repository.git('merge', '--quiet', '--ff-only', integration?.id ?? '');
      house.repository.commit({ 'c.ts': 'broken, too\n' }, 'Break it again');
      await rollBack(house, good);
      expect(states(house)).toEqual(['published', 'merged']);
      expect(house.told('developer')).toEqual([expect.stringContaining('is in main')]);
    },
    TIMEOUT_MS,
  );
});
