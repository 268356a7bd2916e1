import { describe, expect, it } from 'vitest';
import { checkIn, DAY, HOUR, makeWorld, MINUTE, START } from '../fixtures/world.ts';
import { judgeTarget } from './index.ts';

describe('after downtime', () => {
  it('an interval is made up for once, says what was missed, and keeps its beat', async () => {
    using world = makeWorld();
    const { id } = world.scheduler.add({ ...checkIn, timing: { everyMs: 30 * MINUTE } });
    await world.pass(8 * HOUR + 10 * MINUTE);
    await world.run(30 * MINUTE, MINUTE);
    expect(world.fired.map(({ id: firing, missed, lateMs }) => [firing, missed, lateMs])).toEqual([
      [`${id}.1`, 15, 8 * HOUR - 20 * MINUTE],
      [`${id}.2`, 0, 0],
    ]);
    expect(world.scheduler.find(id)).toMatchObject({ missed: 15, nextAt: START + 9 * HOUR });
  });

  it('cron is made up for once', async () => {
    using world = makeWorld();
    world.scheduler.add({ ...checkIn, timing: { cron: '0 * * * *', zone: 'UTC' } });
    await world.pass(3 * DAY);
    await world.run(HOUR, MINUTE);
    expect(world.fired.map(({ missed }) => missed)).toEqual([71, 0]);
  });

  it('a one-shot comes late and once', async () => {
    using world = makeWorld();
    world.scheduler.add({ ...checkIn, timing: { inMs: MINUTE } });
    await world.pass(2 * DAY);
    await world.run(HOUR);
    expect(world.fired.map(({ lateMs }) => lateMs)).toEqual([2 * DAY - MINUTE]);
  });
});

describe('when the clock is set', () => {
  it('forward, each schedule fires once', async () => {
    using world = makeWorld();
    world.scheduler.add({ ...checkIn, timing: { everyMs: HOUR } });
    world.scheduler.add({ ...checkIn, timing: { cron: '0 9 * * *', zone: 'UTC' } });
    await world.pass(10 * DAY);
    expect(world.fired).toHaveLength(2);
  });

  it('back, an interval and a delay wait no longer than they are long', async () => {
    using world = makeWorld();
    world.scheduler.add({ ...checkIn, timing: { everyMs: HOUR } });
    world.scheduler.add({ ...checkIn, target: 'shop/tester', timing: { inMs: 2 * HOUR } });
    await world.pass(HOUR);
    await world.pass(-30 * DAY);
    await world.run(2 * HOUR, MINUTE);
    const kinds = world.fired.map(({ schedule }) => schedule.kind).sort();
    expect(kinds).toEqual(['interval', 'interval', 'interval', 'once']);
  });

  it('back by an hour, a time of day that was fired is not fired again', async () => {
    using world = makeWorld();
    world.scheduler.add({ ...checkIn, timing: { cron: '0 9 * * *', zone: 'UTC' } });
    await world.run(90 * MINUTE);
    await world.pass(-HOUR);
    await world.run(3 * HOUR);
    expect(world.fired).toHaveLength(1);
    await world.run(DAY, 10 * MINUTE);
    expect(world.fired).toHaveLength(2);
  });

  it('back from a year ahead, a time of day is not lost for that year', async () => {
    using world = makeWorld();
    world.scheduler.add({ ...checkIn, timing: { cron: '0 9 * * *', zone: 'UTC' } });
    await world.pass(365 * DAY);
    await world.pass(-365 * DAY);
    await world.run(2 * HOUR);
    expect(world.fired).toHaveLength(1);
    await world.run(DAY, 10 * MINUTE);
    expect(world.fired).toHaveLength(2);
  });

  it('back while a claim is held by a process that died, the claim holds nothing up', async () => {
    using world = makeWorld();
    world.scheduler.add({ ...checkIn, timing: { inMs: 0 } });
    const dead = world.scheduler.keep({
      worker: 'dead',
      judge: () => ({ action: 'fire' }),
      fire: () => new Promise(() => undefined),
    });
    dead.tick();
    await world.pass(1);
    expect(world.fired).toEqual([]);
    await world.pass(-DAY);
    await world.pass(1);
    expect(world.fired).toHaveLength(1);
  });
});

describe('in the nights when summer time begins and ends', () => {
  const nights: [string, string, string, string, string[]][] = [
    [
      'begins',
      '30 2 * * *',
      'Europe/Berlin',
      '2030-03-30T12:00:00Z',
      ['2030-03-31T01:00', '2030-04-01T00:30'],
    ],
    ['ends', '30 2 * * *', 'Europe/Berlin', '2030-10-26T12:00:00Z', ['2030-10-27T00:30', '2030-10-28T01:30']],
    [
      'ends',
      '15,45 2 * * *',
      'Europe/Berlin',
      '2030-10-26T20:00:00Z',
      ['2030-10-27T00:15', '2030-10-27T00:45', '2030-10-28T01:15', '2030-10-28T01:45'],
    ],
    [
      'begins',
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2030-10-05T12:00:00Z',
      ['2030-10-05T15:30', '2030-10-06T15:15'],
    ],
    [
      'ends',
      '30 1 * * *',
      'America/New_York',
      '2030-11-02T20:00:00Z',
      ['2030-11-03T05:30', '2030-11-04T06:30'],
    ],
  ];
  it.each(nights)('%s, "%s" in %s runs once', async (_, cron, zone, from, expected) => {
    using world = makeWorld();
    world.now = Date.parse(from);
    world.scheduler.add({ ...checkIn, timing: { cron, zone } });
    await world.run(40 * HOUR, 5 * MINUTE);
    expect(world.fired.map(({ dueAt }) => new Date(dueAt).toISOString().slice(0, 16))).toEqual(expected);
  });

  it('"every hour" goes on every hour', async () => {
    using world = makeWorld();
    world.now = Date.parse('2030-10-26T20:30:00Z');
    world.scheduler.add({ ...checkIn, timing: { cron: '0 * * * *', zone: 'Europe/Berlin' } });
    await world.run(10 * HOUR, 5 * MINUTE);
    expect(world.fired).toHaveLength(10);
  });
});

describe('a firing that goes wrong', () => {
  it('is tried again, later each time, with the same id, and then given up', async () => {
    using world = makeWorld({ attemptsMax: 3, retryMs: 10_000 });
    const tries: string[] = [];
    world.act = ({ id }) => {
      tries.push(id);
      throw new Error('the disk is full');
    };
    const once = world.scheduler.add({ ...checkIn, timing: { inMs: 0 } });
    await world.run(HOUR, 1_000);
    expect(tries).toEqual([`${once.id}.1`, `${once.id}.1`, `${once.id}.1`]);
    expect(world.outcomes.map(({ outcome }) => outcome)).toEqual(['retried', 'retried', 'failed']);
    expect(world.scheduler.find(once.id)).toMatchObject({
      state: 'failed',
      reason: 'the disk is full',
      nextAt: null,
    });
    await world.run(400 * DAY, 40 * DAY);
    expect(tries).toHaveLength(3);
  });

  it('costs a recurring schedule this time only', async () => {
    using world = makeWorld({ attemptsMax: 2, retryMs: 1_000 });
    let isBroken = true;
    world.act = () => {
      if (isBroken) throw new Error('nobody listens');
    };
    world.scheduler.add({ ...checkIn, timing: { everyMs: HOUR } });
    await world.run(90 * MINUTE);
    expect(world.scheduler.list()[0]).toMatchObject({
      state: 'active',
      nextAt: START + 2 * HOUR,
      skipReason: '2 tries failed: nobody listens',
    });
    isBroken = false;
    await world.run(HOUR);
    expect(world.fired).toHaveLength(1);
  });

  it('holds up no other, and neither does one that never ends (B-26)', () => {
    using world = makeWorld();
    const begun: string[] = [];
    using keeper = world.scheduler.keep({
      worker: 'slow',
      judge: () => ({ action: 'fire' }),
      fire: ({ schedule }) => {
        begun.push(schedule.target);
        return new Promise(() => undefined);
      },
    });
    keeper.tick();
    for (const target of ['a', 'b', 'c']) world.scheduler.add({ ...checkIn, target, timing: { inMs: 0 } });
    expect(keeper.tick()).toBe(3);
    world.scheduler.add({ ...checkIn, target: 'd', timing: { inMs: 0 } });
    expect(keeper.tick()).toBe(1);
    expect(begun.sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a target that cannot be told now', () => {
  it('that is limited is passed over until its limit ends', async () => {
    using world = makeWorld();
    const every = world.scheduler.add({ ...checkIn, timing: { everyMs: 30 * MINUTE } });
    const once = world.scheduler.add({ ...checkIn, timing: { inMs: 0 } });
    const facts = { presence: 'limited', limitedUntil: START + 5 * HOUR, hasUnread: false } as const;
    world.verdict = judgeTarget(checkIn.target, facts);
    await world.run(30 * MINUTE);
    expect(world.fired).toEqual([]);
    expect(world.scheduler.find(every.id)).toMatchObject({
      nextAt: START + 5 * HOUR + 30 * MINUTE,
      skipReason: 'the usage limit of shop/developer is reached',
      firings: 0,
    });
    expect(world.scheduler.find(once.id)?.nextAt).toBe(START + 5 * HOUR);
    world.verdict = { action: 'fire' };
    await world.run(6 * HOUR, 5 * MINUTE);
    expect(world.fired.filter(({ schedule }) => schedule.id === once.id)).toHaveLength(1);
    expect(world.fired.filter(({ schedule }) => schedule.id === every.id)).toHaveLength(3);
  });

  it('is asked about again where nobody knows until when', async () => {
    using world = makeWorld({ postponeMs: 5 * MINUTE });
    world.scheduler.add({ ...checkIn, timing: { inMs: 0 } });
    world.verdict = judgeTarget('it', { presence: 'limited', limitedUntil: null, hasUnread: false });
    await world.pass(0);
    expect(world.scheduler.nextFor(checkIn.target)).toBe(START + 5 * MINUTE);
  });

  it('that has gone ends the schedule, with the reason', async () => {
    using world = makeWorld();
    const { id } = world.scheduler.add({ ...checkIn, timing: { everyMs: MINUTE } });
    world.verdict = judgeTarget(checkIn.target, { presence: 'ended', limitedUntil: null, hasUnread: false });
    await world.run(HOUR);
    expect(world.fired).toEqual([]);
    expect(world.outcomes).toHaveLength(1);
    expect(world.scheduler.find(id)).toMatchObject({ state: 'failed', reason: 'shop/developer has ended' });
  });

  it.each([
    ['unknown', false, 'fail', 'there is no x any more'],
    ['ended', true, 'fail', 'x has ended'],
    ['stopped', false, 'skip', 'x does not run'],
    ['present', true, 'skip', 'x has not read the last one yet'],
    ['present', false, 'fire', undefined],
  ] as const)('judges one that is %s (unread: %s): %s', (presence, hasUnread, action, reason) => {
    const verdict = judgeTarget('x', { presence, limitedUntil: null, hasUnread });
    expect(verdict).toEqual(reason === undefined ? { action } : { action, reason });
  });
});
