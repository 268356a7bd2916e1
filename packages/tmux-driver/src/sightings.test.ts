import { expect, test } from 'vitest';
import { parseSightings } from './sightings.ts';

test('a row is read with a session name that looks like more fields', () => {
  const rows = parseSightings('%1,@1,$1,11,1,3,,0,a, b,c\n%2,@2,$1,12,1,,9,1,proj\nx\n%3,@3,$2,13,0,,,0,c');
  expect(rows).toMatchObject([
    { paneId: '%1', pid: 11, isDead: true, exitStatus: 3, exitSignal: null, sessionName: 'a, b,c' },
    {
      paneId: '%2',
      exitStatus: null,
      exitSignal: 'SIGKILL',
      windowName: 'orc-new-session',
      sessionName: 'proj\nx',
    },
    { paneId: '%3', isDead: false, exitStatus: null, exitSignal: null },
  ]);
});

test('no rows are none', () => {
  expect(parseSightings('')).toEqual([]);
});
