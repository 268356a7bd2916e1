import { join } from 'node:path';
import { openDatabase } from '@orc/sqlite';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { checkIn, DAY, HOUR, makeWorld, MINUTE, START } from '../fixtures/world.ts';

describe('a schedule', () => {
  it('fires once, when it is due, and is done', async () => {
    using world = makeWorld();
    const { id } = world.scheduler.add({ ...checkIn, timing: { inMs: 30 * MINUTE } });
    await world.pass(30 * MINUTE - 1);
    expect(world.fired).toEqual([]);
    await world.pass(1);
    await world.run(DAY, HOUR);
    expect(world.fired.map((firing) => [firing.id, firing.dueAt])).toEqual([
      [`${id}.1`, START + 30 * MINUTE],
    ]);
    expect(world.scheduler.find(id)).toMatchObject({ state: 'done', nextAt: null, firings: 1 });
  });

  it('fires at its interval, and being late does not move its beat', async () => {
    using world = makeWorld();
    world.scheduler.add({ ...checkIn, timing: { everyMs: 45 * MINUTE } });
    await world.run(9 * HOUR, 7 * MINUTE);
    expect(world.fired.map(({ dueAt }) => (dueAt - START) / MINUTE)).toEqual([
      45, 90, 135, 180, 225, 270, 315, 360, 405, 450, 495, 540,
    ]);
    expect(new Set(world.fired.map(({ id }) => id)).size).toBe(12);
  });

  it('of an interval of 0 is a one-shot: it never loops (B-14)', async () => {
    using world = makeWorld();
    const { id } = world.scheduler.add({ ...checkIn, timing: { everyMs: 0 } });
    await world.run(HOUR, 1_000);
    expect(world.fired).toHaveLength(1);
    expect(world.scheduler.find(id)?.state).toBe('done');
  });

  it('reads cron in its zone: Monday at 9 (S-08)', async () => {
    using world = makeWorld();
    world.scheduler.add({ ...checkIn, timing: { cron: '0 9 * * 1', zone: 'America/New_York' } });
    await world.run(15 * DAY, HOUR);
    expect(world.fired.map(({ dueAt }) => new Date(dueAt).toISOString())).toEqual([
      '2030-01-07T14:00:00.000Z',
      '2030-01-14T14:00:00.000Z',
      '2030-01-21T14:00:00.000Z',
    ]);
  });

  it('that was cancelled, is done or has failed never fires again (B-15)', async () => {
    using world = makeWorld();
    const every = world.scheduler.add({ ...checkIn, timing: { everyMs: MINUTE } });
    await world.pass(MINUTE);
    expect(world.scheduler.cancel(every.id, 'enough')).toMatchObject({ state: 'cancelled', nextAt: null });
    expect(world.scheduler.cancel(every.id, 'again').reason).toBe('enough');
    await world.run(3 * 365 * DAY, 90 * DAY);
    expect(world.fired).toHaveLength(1);
    expect(world.scheduler.list({ state: 'active' })).toEqual([]);
  });

  it('survives the end of the process at any moment', async () => {
    using world = makeWorld({ path: join(makeTempDirectory(), 'orc.db') });
    const { id } = world.scheduler.add({ ...checkIn, timing: { everyMs: HOUR } });
    using next = makeWorld({ path: world.path });
    next.now = START + HOUR;
    await next.pass(0);
    expect(next.fired.map((firing) => firing.id)).toEqual([`${id}.1`]);
  });
});

describe('what may not be scheduled', () => {
  const bad: [string, object, string][] = [
    ['half an expression', { cron: '0 9 * *' }, 'ORC_SCHEDULER_BAD_CRON'],
    ['an hour that is none', { cron: '0 25 * * *' }, 'ORC_SCHEDULER_BAD_CRON'],
    ['a zone that is none', { cron: '0 9 * * 1', zone: 'Mars/Olympus' }, 'ORC_SCHEDULER_BAD_CRON'],
    ['the 30th of February', { cron: '0 9 30 2 *' }, 'ORC_SCHEDULER_NEVER'],
    ['half a millisecond', { inMs: 0.5 }, 'ORC_SCHEDULER_BAD_INPUT'],
    ['a negative interval', { everyMs: -1 }, 'ORC_SCHEDULER_BAD_INPUT'],
    ['a date as text (B-20)', { at: '2030-01-07T09:00:00Z' }, 'ORC_SCHEDULER_BAD_INPUT'],
    ['a time in seconds', { at: START / 1_000 }, 'ORC_SCHEDULER_BAD_INPUT'],
    ['the past', { at: START - 1 }, 'ORC_SCHEDULER_BAD_INPUT'],
    ['two years', { inMs: 2 * 365 * DAY }, 'ORC_SCHEDULER_BAD_INPUT'],
  ];
  it.each(bad)('is %s', (_, timing, code) => {
    using world = makeWorld();
    expect(() => world.scheduler.add({ ...checkIn, timing: timing as { inMs: number } })).toThrow(
      expect.objectContaining({ code }) as Error,
    );
    expect(world.scheduler.list()).toEqual([]);
  });

  it('is an empty note', () => {
    using world = makeWorld();
    expect(() => world.scheduler.add({ ...checkIn, note: ' ', timing: { inMs: 1 } })).toThrow(
      expect.objectContaining({ code: 'ORC_SCHEDULER_BAD_INPUT' }) as Error,
    );
  });

  it('is a target that nobody knows; nobody else is told instead (B-23)', () => {
    using world = makeWorld();
    world.known = (target) => target !== 'shop/nobody';
    const input = { ...checkIn, target: 'shop/nobody', timing: { inMs: 1 } };
    expect(() => world.scheduler.add(input)).toThrow(
      expect.objectContaining({ code: 'ORC_SCHEDULER_UNKNOWN_TARGET' }) as Error,
    );
  });

  it('is anything while no living process would fire it (B-22)', async () => {
    using world = makeWorld({ keeperFreshMs: MINUTE });
    const add = () => world.scheduler.add({ ...checkIn, timing: { inMs: HOUR } });
    const refused = expect.objectContaining({ code: 'ORC_SCHEDULER_NOBODY_FIRES' }) as Error;
    await world.pass(MINUTE);
    add();
    world.keeper[Symbol.dispose]();
    expect(add).toThrow(refused);
    const idle = world.scheduler.keep({ worker: 'idle', judge: () => world.verdict, fire: () => undefined });
    expect(add).toThrow(refused);
    idle.tick();
    add();
    idle[Symbol.dispose]();
  });

  it('is what has no id', () => {
    using world = makeWorld();
    expect(() => world.scheduler.cancel('s0', 'no reason')).toThrow(
      expect.objectContaining({ code: 'ORC_SCHEDULER_UNKNOWN_SCHEDULE' }) as Error,
    );
  });

  it.each([
    ["next_at = '2030-01-07 09:00:00'", 'cannot store TEXT'],
    ['next_at = NULL', 'CHECK'],
    [`next_at = ${START / 1_000}`, 'CHECK'],
    ['next_at = 0', 'CHECK'],
    ["state = 'done'", 'CHECK'],
    ['every_ms = 0', 'CHECK'],
    ["state = 'parked'", 'CHECK'],
  ])('is refused by the file itself: %s (B-20, B-21)', (change, problem) => {
    using world = makeWorld({ path: join(makeTempDirectory(), 'orc.db') });
    world.scheduler.add({ ...checkIn, timing: { everyMs: HOUR } });
    const database = openDatabase({ path: world.path });
    expect(() => database.exec(`UPDATE scheduler_schedules SET ${change}`)).toThrow(problem);
    database.close();
  });
});

describe('a keyed schedule', () => {
  const keyed = { ...checkIn, key: 'check-in:shop/developer' } as const;

  it('is there once, however often it is asked for', async () => {
    using world = makeWorld();
    const first = world.scheduler.ensure({ ...keyed, timing: { everyMs: HOUR } });
    await world.pass(10 * MINUTE);
    expect(world.scheduler.ensure({ ...keyed, timing: { everyMs: HOUR } })).toEqual({
      schedule: first.schedule,
      isNew: false,
    });
    expect(world.scheduler.list()).toHaveLength(1);
  });

  it('that asks for something else takes the old one’s place and is not due later', async () => {
    using world = makeWorld();
    world.scheduler.ensure({ ...keyed, timing: { everyMs: HOUR } });
    await world.pass(50 * MINUTE);
    const { schedule } = world.scheduler.ensure({ ...keyed, timing: { everyMs: 45 * MINUTE } });
    expect(schedule.nextAt).toBe(START + HOUR);
    expect(world.scheduler.list({ state: 'active' })).toHaveLength(1);
    world.scheduler.ensure({ ...keyed, timing: { everyMs: 5 * MINUTE } });
    expect(world.scheduler.nextFor(keyed.target)).toBe(START + 55 * MINUTE);
    const weekly = { ...keyed, timing: { cron: '0 9 * * 1', zone: 'UTC' } };
    expect(world.scheduler.ensure(weekly).isNew).toBe(true);
    expect(world.scheduler.ensure(weekly).isNew).toBe(false);
  });

  it('is forgotten when it ended long ago, and never while it is active', async () => {
    using world = makeWorld();
    world.scheduler.add({ ...checkIn, timing: { inMs: 0 } });
    world.scheduler.ensure({ ...keyed, timing: { everyMs: 40 * DAY } });
    await world.pass(0);
    await world.pass(31 * DAY);
    expect(world.scheduler.prune()).toBe(1);
    expect(world.scheduler.list().map(({ key }) => key)).toEqual([keyed.key]);
  });
});
