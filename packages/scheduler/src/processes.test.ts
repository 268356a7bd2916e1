import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory, startProgram } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { checkIn } from '../fixtures/world.ts';
import { openScheduler } from './index.ts';

const firer = join(import.meta.dirname, '..', 'fixtures', 'firer.ts');

function makeFiles(count: number) {
  const directory = makeTempDirectory();
  const path = join(directory, 'orc.db');
  const log = join(directory, 'fired.log');
  using scheduler = openScheduler({ path });
  using keeper = scheduler.keep({
    worker: 'maker',
    judge: () => ({ action: 'fire' }),
    fire: () => undefined,
  });
  keeper.tick();
  const ids = Array.from(
    { length: count },
    (_, index) => scheduler.add({ ...checkIn, target: `shop/a${index}`, timing: { inMs: index * 20 } }).id,
  );
  const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return { path, log, lines, expected: ids.map((id) => `${id}.1`).sort() };
}

describe('several processes', () => {
  it('that look at once fire each schedule once', async () => {
    const { path, log, lines, expected } = makeFiles(40);
    const firers = ['a', 'b'].map((worker) => startProgram(firer, [path, log, worker]));
    for (const each of firers) expect(await each.readLine()).toBe('ready');
    for (const each of firers) each.writeLine('go');
    for (const each of firers) expect(await each.readLine()).toBe('done');
    expect(lines().sort()).toEqual(expected);
  });

  it('do it again, with the same id, for one that was killed before it had written it down', async () => {
    const { path, log, lines, expected } = makeFiles(1);
    const mortal = startProgram(firer, [path, log, 'mortal', '1000']);
    expect(await mortal.readLine()).toBe('ready');
    mortal.writeLine('go');
    expect((await mortal.ended).signal).toBe('SIGKILL');
    expect(lines()).toEqual(expected);
    const heir = startProgram(firer, [path, log, 'heir', '1000']);
    await heir.readLine();
    heir.writeLine('go');
    expect(await heir.readLine()).toBe('done');
    expect(lines()).toEqual([...expected, ...expected]);
  });
});
