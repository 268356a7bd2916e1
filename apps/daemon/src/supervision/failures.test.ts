import { pino } from 'pino';
import { expect, it } from 'vitest';
import { makeCreditHouse } from '../../fixtures/credit-house.ts';
import { DaemonConfig } from '../config/schema.ts';
import type { Parts } from '../parts.ts';
import { createFailures } from './failures.ts';

const ID = 'shop/developer';
const WHY = 'its requests to the model fail (server_error)';

/** An agent, and what watches over its failures as each daemon has it anew. */
function makeAgent() {
  const house = makeCreditHouse(['developer'], { start: Date.UTC(2030, 0, 1) });
  const { clock } = house;
  const open = () => {
    const log = pino({ level: 'silent' });
    const parts = { ...house.parts, config: DaemonConfig.parse({}), clock, log } as unknown as Parts;
    const { notices } = house.parts;
    return createFailures(parts, { notices, wakeStuck: () => undefined, onLimit: () => undefined });
  };
  return {
    ...{ house, clock, open },
    agent: () => house.agent('developer'),
    told: () => house.mail('user', 'notice').length,
    /** From here on this daemon cannot write to the ledger, as when its database is locked or it is killed. */
    loseLedger: () => house.parts.queue[Symbol.dispose](),
  };
}

it('an answer whose mail could not be set free sets it free when it is heard of again', () => {
  const { house, clock, open, agent, loseLedger } = makeAgent();
  open().onFailure(agent(), { error: 'server_error', at: clock.at });
  const answeredAt = (clock.at += 60_000);
  loseLedger();
  expect(() => open().onAnswer(agent(), answeredAt)).toThrow();
  house.restart();
  expect(house.parked()).toEqual(['developer']);
  open().onAnswer(agent(), answeredAt);
  open().onAnswer(agent(), answeredAt);
  expect(house.parked()).toEqual([]);
  expect(house.events().filter((name) => name === 'agent.recovered')).toHaveLength(1);
});

it('a failure that could not be acted on is acted on when it is heard of again, once', () => {
  const { house, clock, open, agent, told, loseLedger } = makeAgent();
  const failure = { error: 'authentication_failed', at: clock.at };
  loseLedger();
  expect(() => open().onFailure(agent(), failure)).toThrow();
  house.restart();
  open().onFailure(agent(), failure);
  expect([house.parked(), told()]).toEqual([['developer'], 1]);
  open().onFailure(agent(), failure);
  expect(told()).toBe(1);
});

it('a failure that was told and could not be noted is told once', () => {
  const { house, clock, open, agent, told } = makeAgent();
  const failure = { error: 'authentication_failed', at: clock.at };
  const { registry } = house.parts;
  registry.recordFact = () => {
    throw new Error('SQLITE_BUSY: database is locked');
  };
  expect(() => open().onFailure(agent(), failure)).toThrow();
  expect(told()).toBe(1);
  house.restart();
  open().onFailure(agent(), failure);
  expect([house.parked(), told()]).toEqual([['developer'], 1]);
});

it('mail that waits for the end of a failure that is over, or of none, is set free', () => {
  const { house, clock, open, agent } = makeAgent();
  const failures = open();
  const isParked = () => {
    failures.run();
    return house.parked().length > 0;
  };
  house.parts.queue.park(ID, { reason: WHY });
  expect(isParked()).toBe(false);
  failures.onFailure(agent(), { error: 'server_error', at: clock.at });
  expect(isParked()).toBe(true);
  failures.onAnswer(agent(), (clock.at += 1_000));
  house.parts.queue.park(ID, { reason: WHY });
  expect(isParked()).toBe(false);
  // Somebody else's reason is somebody else's business.
  house.parts.queue.park(ID, { reason: 'the agent is stopped' });
  expect(isParked()).toBe(true);
});
