import { describe, expect, it } from 'vitest';
import { compareEpisodes, type Episode } from './episodes.ts';
import type { Radar, RadarPair } from './radar.ts';

const pair = (patch: Partial<RadarPair>): RadarPair => ({
  owners: ['a', 'b'],
  status: 'conflict',
  conflicts: [{ file: 'x.ts', kind: 'contents', isUncommitted: false }],
  overlaps: [],
  order: { first: 'a', second: 'b', why: '' },
  why: null,
  ...patch,
});
const radar = (...pairs: RadarPair[]): Radar => ({
  key: 'shop',
  at: 100,
  owners: ['a', 'b'],
  pairs,
  rehearsed: 1,
});
const episode = (patch: Partial<Episode> = {}): Episode => ({
  project: 'shop',
  owners: ['a', 'b'],
  file: 'x.ts',
  kind: 'contents',
  openedAt: 50,
  resolvedAt: null,
  ...patch,
});

describe('an episode', () => {
  it('begins when a conflict is first seen', () => {
    expect(compareEpisodes(radar(pair({})), [], [])).toEqual({
      found: [episode({ openedAt: 100 })],
      reopened: [],
      resolved: [],
    });
  });

  it('goes on while the conflict is there', () => {
    expect(compareEpisodes(radar(pair({})), [episode()], [])).toEqual({
      found: [],
      reopened: [],
      resolved: [],
    });
  });

  it('ends when it is gone, also when an owner has nothing of its own any more', () => {
    const clean = pair({ status: 'clean', conflicts: [] });
    for (const pairs of [[clean], []])
      expect(compareEpisodes(radar(...pairs), [episode()], []).resolved).toEqual([
        episode({ resolvedAt: 100 }),
      ]);
  });

  it('stays open while nobody can say', () => {
    const unknown = pair({ status: 'unknown', conflicts: [], why: 'no' });
    expect(compareEpisodes(radar(unknown), [episode()], []).resolved).toEqual([]);
  });

  it('is the same when it comes back soon', () => {
    const changes = compareEpisodes(radar(pair({})), [], [episode({ resolvedAt: 90 })]);
    expect(changes).toEqual({ found: [], reopened: [episode()], resolved: [] });
  });
});
