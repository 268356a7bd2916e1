import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeGitHouse } from '../../fixtures/git-house.ts';
import { createLanes } from './lanes.ts';

type House = ReturnType<typeof makeGitHouse>;

const TIMEOUT_MS = 120_000;
const MINUTE_MS = 60_000;

const killed = (): never => {
  throw new Error('The daemon was killed.');
};
const lanesOf = (house: House) => createLanes(house.parts, house.tools, house.stateOf);

/** Looks at the lanes once. What is asked for meanwhile begins when that has ended, and finds no project. */
function look(house: House): Promise<void> {
  const { registry } = house.parts;
  const { project } = house;
  const { schedule } = lanesOf(house);
  return new Promise((resolve) => {
    const ends = [() => project, () => void resolve()];
    registry.findProject = () => ends.shift()?.();
    schedule('shop');
    schedule('shop');
  });
}

/** Is killed during a look, and starts anew. */
async function breakDown(house: House): Promise<void> {
  await look(house);
  expect(house.problems).toContain('the fast lanes could not be worked on');
  house.restart();
}

const outcomes = ({ parts }: House) => parts.gitJournal.laneSyncs('shop', 0).map(({ outcome }) => outcome);

describe('a commit that is merged for its receiver', () => {
  it.each([
    [
      'anything followed from it',
      ({ parts: { integrator } }: House) => {
        const mergeWorktree = integrator.mergeWorktree.bind(integrator);
        integrator.mergeWorktree = (input) => mergeWorktree(input).then(killed);
      },
    ],
    ['it was told', ({ way }: House) => void (way.offer = killed)],
    ['it was noted', ({ parts: { gitJournal } }: House) => void (gitJournal.settleLane = killed)],
  ])(
    'is told and noted once when the daemon is killed before %s',
    async (_when, breakIt) => {
      const house = makeGitHouse(['developer', 'tester']);
      const sha = house.commit('developer', 'a.ts', 'export {};\n');
      breakIt(house);
      await breakDown(house);
      expect(house.git('tester', 'rev-parse', 'HEAD')).toBe(sha);
      await look(house);
      expect(outcomes(house)).toEqual(['merged']);
      expect(house.told('tester')).toEqual([
        expect.stringContaining('It is merged into test/shop-tester in your worktree.'),
      ]);
      expect(house.count('lane.merged')).toBe(1);
    },
    TIMEOUT_MS,
  );

  it(
    'is not told of where the merge came to nothing and the receiver did it',
    async () => {
      const house = makeGitHouse(['developer', 'tester']);
      const sha = house.commit('developer', 'a.ts', 'export {};\n');
      house.parts.integrator.mergeWorktree = killed;
      await breakDown(house);
      house.states.set('tester', 'working');
      await look(house);
      expect(outcomes(house)).toEqual(['waiting']);
      house.git('tester', 'merge', '--quiet', sha);
      await house.tools.watch.look(house.project);
      await look(house);
      expect(outcomes(house)).toEqual(['taken']);
      expect(house.told('tester')).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

describe('a commit that is not merged for its receiver', () => {
  const cases = [
    ['handed over', 'tester', 'orc git sync --from developer', 'handed-over'],
    ['escalated', 'project-manager', 'Nothing was merged.', 'conflict'],
  ] as const;
  const breaks = [
    ['told', ({ way }: House) => void (way.offer = killed)],
    ['noted', ({ parts: { gitJournal } }: House) => void (gitJournal.noteLaneOutcome = killed)],
  ] as const;
  const matrix = cases.flatMap(([what, ...rest]) =>
    breaks.map(([when, breakIt]) => [what, when, ...rest, breakIt] as const),
  );

  /** The receiver is at work for too long, or has the same file. */
  const prepare = (house: House, outcome: (typeof cases)[number][3]): void => {
    house.commit('developer', 'a.ts', 'export const a = 1;\n');
    if (outcome === 'conflict') house.commit('tester', 'a.ts', 'export const a = 2;\n');
    else house.states.set('tester', 'working');
    house.clock.at += 30 * MINUTE_MS;
  };

  it.each(matrix)(
    'is %s once when the daemon is killed before that is %s',
    async (_what, _when, recipient, text, outcome, breakIt) => {
      const house = makeGitHouse(['developer', 'tester', 'project-manager']);
      prepare(house, outcome);
      breakIt(house);
      await breakDown(house);
      await look(house);
      await look(house);
      expect(outcomes(house)).toEqual([outcome]);
      expect(house.told(recipient)).toEqual([expect.stringContaining(text)]);
      expect(house.count('lane.escalated')).toBe(outcome === 'conflict' ? 1 : 0);
    },
    TIMEOUT_MS,
  );

  it(
    'is told of though the disk has no room to write that down',
    async () => {
      const house = makeGitHouse(['developer', 'tester']);
      house.commit('developer', 'a.ts', 'export {};\n');
      house.states.set('tester', 'working');
      await look(house);
      house.clock.at += 30 * MINUTE_MS;
      rmSync(house.layout.fastLanes, { recursive: true });
      writeFileSync(house.layout.fastLanes, '');
      await look(house);
      rmSync(house.layout.fastLanes);
      house.restart();
      await look(house);
      expect(house.told('tester')).toHaveLength(1);
      expect(outcomes(house)).toEqual(['handed-over']);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['told', ({ way }: House) => void (way.offer = killed)],
    ['noted', ({ parts: { gitJournal } }: House) => void (gitJournal.addLaneSync = killed)],
  ])(
    'is heard of once by whom else it concerns when the daemon is killed before that is %s',
    async (_when, breakIt) => {
      const house = makeGitHouse(['developer', 'tester', 'testrunner']);
      house.commit('developer', 'a.ts', 'export {};\n');
      house.states.set('tester', 'working');
      breakIt(house);
      await breakDown(house);
      await look(house);
      expect(outcomes(house)).toEqual(['waiting', 'waiting']);
      expect(house.told('testrunner')).toEqual([expect.stringContaining('nothing is asked of you now')]);
    },
    TIMEOUT_MS,
  );
});

describe('a cycle', () => {
  it.each([
    ['told', ({ way }: House) => void (way.offer = killed)],
    ['noted', ({ parts: { registry } }: House) => void (registry.setValue = killed)],
  ])(
    'is told once when the daemon is killed before that is %s',
    async (_when, breakIt) => {
      const house = makeGitHouse(['developer', 'project-manager']);
      const tell = async () => {
        await house.tools.watch.look(house.project);
        lanesOf(house).tellOfCycles();
      };
      await tell();
      house.commit('developer', 'a.ts', 'export {};\n');
      house.clock.at += 16 * MINUTE_MS;
      breakIt(house);
      await expect(tell()).rejects.toThrow('killed');
      house.restart();
      await tell();
      house.clock.at += 16 * MINUTE_MS;
      await tell();
      expect(house.told('project-manager')).toEqual([
        expect.stringContaining(
          'new since the last cycle: shop/developer (feature/shop-developer): Write a.ts.',
        ),
      ]);
    },
    TIMEOUT_MS,
  );
});
