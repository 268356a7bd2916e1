import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { readEnvironment, type Environment } from './environment.ts';
import { spool } from './files.ts';

function makeHome() {
  const home = makeTempDirectory();
  const environment = readEnvironment({ ORC_AGENT: 'shop/developer', ORC_HOME: home }, []) as Environment;
  const path = join(home, 'spool', 'hooks.jsonl');
  const events = () =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { input: object }).input);
  return { environment, path, events };
}

it('writes each event once', () => {
  const { environment, events } = makeHome();
  spool(environment, { n: 1 });
  spool(environment, { n: 2 });
  expect(events()).toEqual([{ n: 1 }, { n: 2 }]);
});

it.each([
  ['has taken the file away', (taken: string) => rmSync(taken)],
  ['has moved the file aside', () => undefined],
])('writes an event again where the daemon %s since it was opened', (_, end) => {
  const { environment, path, events } = makeHome();
  spool(environment, { n: 1 });
  let count = 0;
  // The record is put together when the file is open.
  const toJSON = () => {
    count += 1;
    if (count !== 2) return 'x';
    renameSync(path, `${path}.taken`);
    end(`${path}.taken`);
    return 'x';
  };
  spool(environment, { n: { toJSON } });
  expect([existsSync(path), count]).toEqual([true, 3]);
  expect(events()).toEqual([{ n: 'x' }]);
});
