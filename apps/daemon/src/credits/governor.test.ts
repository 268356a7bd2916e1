import { describe, expect, it } from 'vitest';
import { makeCreditHouse } from '../../fixtures/credit-house.ts';

const START = Date.UTC(2026, 10, 20, 20);
const minutes = (count: number) => count * 60_000;
const hours = (count: number) => count * 3_600_000;
const RESET = START + hours(3);
const limitsOf = ({ parts }: ReturnType<typeof makeCreditHouse>) =>
  parts.registry
    .listAgents()
    .map(({ id }) => parts.registry.facts(id).find(({ source }) => source === 'credits')?.value)
    .map((limit) => (limit as { isHeld: boolean } | undefined)?.isHeld);
const roles = ['orchestrator', 'developer', 'tester'];

describe('the governor', () => {
  it('parks the mail of everybody on the account, and tells hub and person once', () => {
    const house = makeCreditHouse([...roles, 'guest'], {
      start: START,
      credits: { accounts: { other: ['shop/guest'] } },
    });
    house.hit('developer', RESET);
    house.hook('developer', 'turn.failed', {
      error: 'rate_limit',
      lastMessage: "You've hit your 5-hour limit · resets 11pm (UTC)",
    });
    house.pass(minutes(2));
    expect(house.parked()).toEqual(['developer', 'orchestrator', 'tester']);
    expect(house.mail('orchestrator', 'notice')).toHaveLength(1);
    expect(house.mail('user', 'notice').map(({ body }) => body)).toEqual([
      expect.stringContaining('The 5-hour limit of account claude is reached, until Fri 20 Nov 23:00 UTC.'),
    ]);
    expect(house.parts.registry.facts('shop/tester')).toContainEqual(
      expect.objectContaining({
        kind: 'limit',
        source: 'credits',
        value: expect.objectContaining({ isHeld: true, isOwn: false }) as unknown,
      }),
    );
    const { governor } = house.parts;
    expect([governor.isLimited('shop/tester'), governor.resumesAt('shop/tester')]).toEqual([
      true,
      RESET + minutes(2),
    ]);
    expect([governor.isLimited('shop/guest'), governor.resumesAt('shop/guest')]).toEqual([false, null]);
  });

  it('says "go on" once, to who was stopped, when the limit is over, and hands out what waited', () => {
    const house = makeCreditHouse(roles, { start: START });
    house.hit('developer', RESET);
    const waiting = house.parts.queue.send({ sender: 'user', recipient: 'shop/tester', body: 'later' });
    house.pass(hours(3) + minutes(2), minutes(1));
    expect(house.mail('developer', 'continue')).toHaveLength(1);
    expect(house.parked()).toEqual(['orchestrator', 'tester']);
    expect(house.cleared).toEqual(['shop/developer']);
    house.answer('developer');
    house.pass(minutes(2));
    expect(house.parked()).toEqual([]);
    expect(house.parts.queue.get(waiting.id)).toMatchObject({
      state: 'queued',
      isParked: false,
      attempts: 0,
    });
    expect(house.mail('tester', 'continue')).toEqual([]);
    const names = house.events().filter((name) => name.startsWith('credits.'));
    expect(names).toEqual([
      'credits.limited',
      'credits.agent_limited',
      'credits.verifying',
      'credits.verified',
      'credits.agent_resumed',
      'credits.agent_resumed',
      'credits.agent_resumed',
      'credits.resumed',
    ]);
    expect(house.parts.registry.facts('shop/tester')).toContainEqual(
      expect.objectContaining({ kind: 'limit', source: 'credits', value: { isHeld: false } }),
    );
  });

  it('says nothing to a client that goes on by itself', () => {
    const house = makeCreditHouse(roles, { start: START });
    house.hit('developer', RESET);
    house.pass(hours(3) + 80_000, minutes(1));
    house.hook('developer', 'notified', { type: 'quota_auto_resume_fired', message: 'Usage limit reset' });
    house.hook('developer', 'prompt.submitted', {
      prompt: 'Your claude.ai usage limit has reset. Continue the task',
    });
    house.pass(minutes(2));
    // It is the one that tries, and is left to it.
    expect(house.parked()).toEqual(['orchestrator', 'tester']);
    house.answer('developer');
    house.pass(minutes(2));
    expect(house.parked()).toEqual([]);
    expect(house.mail('developer', 'continue')).toEqual([]);
  });

  it('takes back what it said to a client that goes on by itself later than usual', () => {
    const house = makeCreditHouse(roles, { start: START });
    house.hit('developer', RESET);
    house.pass(hours(3) + minutes(2) + 10_000, minutes(1));
    const [early] = house.mail('developer', 'continue');
    expect(early?.state).toBe('queued');
    house.hook('developer', 'notified', { type: 'quota_auto_resume_fired', message: 'Usage limit reset' });
    house.answer('developer');
    house.pass(minutes(2));
    expect(house.mail('developer', 'continue')).toEqual([
      expect.objectContaining({ id: early?.id, state: 'dead', reason: 'its client went on by itself' }),
    ]);
    expect(house.parked()).toEqual([]);
  });

  it('goes on after a daemon that did not run while the limit ended', () => {
    const house = makeCreditHouse(roles, { start: START });
    house.hit('developer', RESET);
    house.pass(minutes(1));
    house.restart();
    house.clock.at = RESET + hours(4);
    house.restart();
    // The transcript is read again from its start.
    house.parts.listener.fromTranscript('shop/developer', {
      ...{
        type: 'limit',
        at: START,
        line: 1,
        sessionId: 's',
        resetsAt: RESET,
        limitType: 'five_hour',
        text: '',
      },
    });
    house.pass(2_000);
    expect(house.mail('developer', 'continue')).toHaveLength(1);
    house.restart();
    house.pass(2_000);
    house.answer('developer');
    house.pass(minutes(2));
    expect(house.parked()).toEqual([]);
    expect(house.mail('developer', 'continue')).toHaveLength(1);
    expect(house.mail('user', 'notice')).toHaveLength(1);
  });

  it('replaces what was said too early, so that an agent hears it once', () => {
    const house = makeCreditHouse(['developer'], { start: START });
    house.hit('developer', RESET);
    house.pass(hours(3) + minutes(2), minutes(1));
    const [first] = house.mail('developer', 'continue');
    house.pass(1_000);
    house.hit('developer', RESET + hours(5));
    expect(house.parked()).toEqual(['developer']);
    house.pass(hours(5) + minutes(2), minutes(1));
    expect(house.mail('developer', 'continue').filter(({ state }) => state !== 'dead')).toHaveLength(1);
    expect(house.parts.queue.get(first?.id ?? '').state).toBe('dead');
  });

  it('is not held up by status lines that still show the limit after its end', () => {
    const house = makeCreditHouse(roles, { start: START });
    const show = (role: string) =>
      house.parts.listener.fromStatusLine(house.agent(role), {
        five_hour: { used_percentage: 100, resets_at: RESET / 1_000 },
      });
    house.hit('developer', RESET);
    house.hit('tester', RESET);
    for (const role of ['developer', 'tester']) show(role);
    house.pass(hours(3) + minutes(2), minutes(1));
    house.answer('developer');
    for (let minute = 0; minute < 10; minute += 1) {
      show('tester');
      house.pass(minutes(1));
    }
    expect(house.parked()).toEqual([]);
    expect(house.mail('tester', 'continue')).toHaveLength(1);
    expect(house.mail('user', 'notice')).toHaveLength(1);
    expect(house.events().filter((name) => name === 'credits.limited')).toHaveLength(1);
  });

  it('lets a person have a limit tried where nobody goes on by itself, over a restart as well', () => {
    const house = makeCreditHouse(roles, { start: START, credits: { autoResume: false } });
    house.hit('developer', RESET);
    house.pass(minutes(2));
    const [told] = house.mail('user', 'notice').map(({ body }) => body);
    expect(told).toContain('orc credits resume, when the limit is over');
    expect(told).not.toContain('Work goes on by itself');
    house.pass(hours(4), minutes(1));
    expect(house.mail('developer', 'continue')).toEqual([]);
    expect(house.mail('user', 'notice').map(({ body }) => body)).toContainEqual(
      expect.stringContaining('orc credits resume'),
    );
    house.parts.governor.resume('claude');
    house.restart();
    house.pass(1_000);
    expect(house.mail('developer', 'continue')).toHaveLength(1);
    expect(house.parked()).toEqual(['orchestrator', 'tester']);
    house.answer('developer');
    house.pass(minutes(1));
    expect(house.parked()).toEqual([]);
    // It was asked for once: the next limit waits for the person again.
    house.hit('developer', RESET + hours(5));
    house.pass(hours(6), minutes(1));
    expect(house.mail('developer', 'continue')).toHaveLength(1);
  });

  it('leaves the parking of stopped agents alone, and parks who is launched in the middle of a limit', () => {
    const house = makeCreditHouse(roles, { start: START });
    house.parts.registry.updateAgent('shop/tester', { desired: 'stopped' });
    house.parts.queue.park('shop/tester', { reason: 'the agent is stopped' });
    house.hit('developer', RESET);
    house.pass(1_000);
    expect(house.parts.queue.parked()).toContainEqual(
      expect.objectContaining({ recipient: 'shop/tester', reason: 'the agent is stopped' }),
    );
    house.parts.queue.unpark('shop/tester');
    house.parts.registry.updateAgent('shop/tester', { desired: 'running' });
    house.pass(1_000);
    expect(house.parked()).toContain('tester');
    house.parts.governor.forget('claude');
    expect(house.parked()).toEqual([]);
  });

  it('frees who was limited also when the end of the limit could not be kept at once', () => {
    const house = makeCreditHouse(roles, { start: START });
    house.hit('developer', RESET);
    house.pass(minutes(1));
    house.answer('developer');
    const { registry } = house.parts;
    const original = { ...registry };
    registry.setValue = (key, value) => {
      const { episodes } = value as { episodes?: object[] };
      if (key !== 'credits.state' || episodes?.length !== 0) return original.setValue(key, value);
      Object.assign(registry, original);
      throw new Error('SQLITE_BUSY: database is locked');
    };
    expect(() => house.pass(minutes(5))).toThrow('SQLITE_BUSY');
    house.pass(1_000);
    expect([house.parked(), limitsOf(house)]).toEqual([[], [false, false, false]]);
  });

  it('writes down again what could not be written about an agent', () => {
    const house = makeCreditHouse(roles, { start: START });
    const { registry } = house.parts;
    const original = { ...registry };
    registry.recordFact = (fact) => {
      if (fact.kind !== 'limit' || fact.source !== 'credits') return original.recordFact(fact);
      Object.assign(registry, original);
      throw new Error('SQLITE_BUSY: database is locked');
    };
    expect(() => house.hit('developer', RESET)).toThrow('SQLITE_BUSY');
    house.pass(1_000);
    expect(limitsOf(house)).toEqual([true, true, true]);
  });

  it('starts without what it knew when that cannot be read, and says so', () => {
    const house = makeCreditHouse(roles, { start: START });
    house.parts.registry.setValue('credits.state', { version: 99 });
    house.restart();
    expect(house.parts.governor.holds().size).toBe(0);
    expect(house.events()).toContain('credits.lost');
  });
});
