import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { makeGitHouse } from '../../fixtures/git-house.ts';
import { createTurns } from '../system/turns.ts';
import { createIntegrate } from './integrate.ts';
import { createPublishing } from './publishing.ts';

type House = ReturnType<typeof makeGitHouse>;

const TIMEOUT_MS = 120_000;

const settle = (house: House) => createPublishing(house.parts, house.tools).settle(house.project);

/** An integration that was left for a person, who has merged it. Each first start is a letter in a file. */
async function openMerged() {
  const started = join(makeTempDirectory(), 'started');
  const script = `require('fs').appendFileSync(${JSON.stringify(started)}, 'x')`;
  const house = makeGitHouse(['developer'], {
    integration: { smokeCommand: [process.execPath, '-e', script] },
  });
  house.commit('developer', 'a.ts', 'export {};\n');
  const options = { only: [], dryRun: false, withoutTests: true, updateCheckout: false, abandon: false };
  const integrate = createIntegrate(house.parts, house.tools, createTurns());
  const { integration, path } = await integrate.run(house.project, options, () => undefined);
  const id = integration?.id ?? '';
  expect(integration?.state).toBe('published');
  house.repository.git('merge', '--quiet', '--ff-only', id);
  return { house, id, worktree: path ?? '', starts: () => readFileSync(started, 'utf8') };
}

describe('what follows when the parent has an integration', () => {
  it(
    'is done by the next daemon when this one is killed during the first start',
    async () => {
      const { house, id, worktree, starts } = await openMerged();
      house.parts.integrator.runCommand = () => Promise.reject(new Error('The daemon was killed.'));
      await expect(settle(house)).rejects.toThrow('killed');
      house.restart();
      await settle(house);
      expect(starts()).toBe('x');
      expect(house.count('git.integration_smoked')).toBe(1);
      expect(existsSync(worktree)).toBe(false);
      expect(house.repository.git('branch', '--list', id)).toBe('');
      expect(house.parts.gitJournal.listIntegrations('shop')).toMatchObject([{ id, state: 'merged' }]);
    },
    TIMEOUT_MS,
  );

  it(
    'is seen once when this daemon did all of it and could not note that',
    async () => {
      const { house, id, starts } = await openMerged();
      house.parts.gitJournal.saveIntegration = () => {
        throw new Error('The database is locked.');
      };
      await expect(settle(house)).rejects.toThrow('locked');
      house.restart();
      house.clock.at += 60_000;
      await settle(house);
      await settle(house);
      expect(starts()).toBe('x');
      expect(house.told('developer')).toEqual([expect.stringContaining(`${id} is in main`)]);
      for (const type of ['git.integration_merged', 'git.integration_smoked'])
        expect([type, house.count(type)]).toEqual([type, 1]);
      expect(house.parts.gitJournal.listIntegrations('shop')).toMatchObject([{ id, state: 'merged' }]);
      const cycles = house.parts.gitJournal.summarizeTimings('shop', 0);
      expect(cycles.find(({ kind }) => kind === 'full-cycle')?.count).toBe(1);
    },
    TIMEOUT_MS,
  );
});
