import { expect, it } from 'vitest';
import { openScheduler } from '@orc/scheduler';
import { loadCatalogue } from '@orc/team-planner';
import { makeCreditHouse } from '../../fixtures/credit-house.ts';
import { DaemonConfig } from '../config/schema.ts';
import { createCheckInFactor } from '../credits/wire.ts';
import type { Parts } from '../parts.ts';
import { createCheckIns } from './check-ins.ts';
import { judgeFiring } from './fire.ts';

const START = Date.UTC(2030, 0, 1, 10);
const MINUTE = 60_000;

function makeSchedules() {
  const house = makeCreditHouse(['orchestrator', 'developer'], { start: START });
  const scheduler = openScheduler({ path: ':memory:' }, { clock: house.clock });
  const keeper = scheduler.keep({ worker: 'test', judge: () => ({ action: 'fire' }), fire: () => undefined });
  keeper.tick();
  const config = DaemonConfig.parse({ credits: { slowCheckIns: true } });
  const parts = { ...house.parts, scheduler, config } as unknown as Parts;
  return { house, scheduler, parts };
}

const idle = { state: 'idle', why: 'x', source: 'hook', since: null, confidence: 'high' } as const;

it('an agent whose account is limited is passed over until it goes on, whatever its screen says', () => {
  const { house, scheduler, parts } = makeSchedules();
  const factorOf = () => 1;
  createCheckIns(parts, loadCatalogue(), { zone: 'UTC', factorOf })();
  const [checkIn] = scheduler.list({ state: 'active' }).filter(({ target }) => target === 'shop/developer');
  if (!checkIn) throw new Error('there is no check-in');
  const known = { stateOf: () => idle, limits: house.parts.governor };
  expect(judgeFiring(parts, known, checkIn)).toEqual({ action: 'fire' });
  house.hit('developer', START + 90 * MINUTE);
  expect(judgeFiring(parts, known, checkIn)).toMatchObject({
    action: 'skip',
    notBefore: START + 92 * MINUTE,
  });
});

it('check-ins are half as often under pressure, and a pressure about the threshold changes nothing', () => {
  const { house, scheduler, parts } = makeSchedules();
  let pressure = 0;
  const factorOf = createCheckInFactor(parts.config.credits, () => pressure);
  const keep = createCheckIns(parts, loadCatalogue(), { zone: 'UTC', factorOf });
  const everyMinutes = (): number[] => {
    keep();
    return scheduler.list({ state: 'active' }).map(({ everyMs }) => (everyMs ?? 0) / MINUTE);
  };
  const nextAt = () => scheduler.nextFor('shop/developer');
  expect(everyMinutes().sort()).toEqual([30, 45]);
  const before = nextAt();
  pressure = 0.7;
  expect(everyMinutes().sort()).toEqual([60, 90]);
  expect(nextAt(), 'what was due already comes when it was due').toBe(before);
  for (pressure of [0.69, 0.71, 0.61]) expect(everyMinutes().sort()).toEqual([60, 90]);
  expect(scheduler.list({}).length, 'nothing was written down for that').toBe(4);
  pressure = 0.5;
  expect(everyMinutes().sort()).toEqual([30, 45]);
  expect(
    createCheckInFactor({ slowCheckIns: false, pressureMax: 0.7 }, () => 1)(house.agent('developer')),
  ).toBe(1);
});
