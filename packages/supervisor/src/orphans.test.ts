import { expect, it } from 'vitest';
import { findOrphans } from './index.ts';

const suspect = (pid: number, agent: string, startedAtTicks: number) => ({
  pid,
  agent,
  startedAtTicks: String(startedAtTicks),
});

it('finds what outlived its program, and nothing that belongs to one that runs', () => {
  const suspects = [
    suspect(1, 'shop/dev', 900), // left behind by the program before
    suspect(2, 'shop/dev', 1_100), // cut loose by the one that runs
    suspect(3, 'shop/dev', 950), // older, but below a window
    suspect(4, 'shop/gone', 5_000), // nobody runs for that agent
  ];
  const found = findOrphans({ suspects, programs: new Map([['shop/dev', '1000']]), kept: new Set([3]) });
  expect(found.map(({ pid }) => pid)).toEqual([1, 4]);
});
