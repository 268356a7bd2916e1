import { randomBytes } from 'node:crypto';
import {
  migrate,
  openDatabase,
  translateSqliteError,
  translatingErrors,
  type OpenDatabaseOptions,
} from '@orc/sqlite';
import { SchedulerConfig } from './config.ts';
import { errors } from './errors.ts';
import { createKeeper, type Keeper, type KeeperOptions } from './keeper.ts';
import { migrations } from './migrations.ts';
import { planFirst, type Planned } from './plan.ts';
import { createStore, type Store } from './store.ts';
import type { Schedule, ScheduleFilter, ScheduleInput } from './types.ts';

export interface SchedulerDeps {
  readonly clock?: { now(): number };
  /** Milliseconds that pass evenly, whatever is done to the clock. */
  readonly elapsed?: () => number;
  /** From 0 to 1; spreads what is tried again. */
  readonly randomness?: () => number;
  /** Asked before a schedule is stored. Default: everybody is known. */
  readonly isKnownTarget?: (target: string) => boolean;
}

export type SchedulerOptions = Pick<OpenDatabaseOptions, 'path' | 'busyTimeoutMs'> & Partial<SchedulerConfig>;

/**
 * What is to happen when. Every call is one transaction; any number of processes may have the file open, and
 * of those that keep it one alone fires what is due.
 */
export interface Scheduler extends Disposable {
  /**
   * Stores a schedule that will be fired.
   *
   * @throws ORC_SCHEDULER_NOBODY_FIRES when no keeper of this process looked lately,
   * ORC_SCHEDULER_UNKNOWN_TARGET, ORC_SCHEDULER_BAD_CRON, ORC_SCHEDULER_NEVER, ORC_SCHEDULER_BAD_INPUT
   */
  add(input: ScheduleInput): Schedule;
  /**
   * The active schedule of a key, made if it is not there. One that asks for something else takes the place
   * of the old one, and is due no later than that was. @throws as `add`
   */
  ensure(input: ScheduleInput & { readonly key: string }): { schedule: Schedule; isNew: boolean };
  /** Ends a schedule; repeatable. @throws ORC_SCHEDULER_UNKNOWN_SCHEDULE */
  cancel(id: string, reason: string): Schedule;
  find(id: string): Schedule | undefined;
  /** By the time they are due; ended ones last. */
  list(filter?: ScheduleFilter): Schedule[];
  /** When the target is told next, or null. */
  nextFor(target: string): number | null;
  /** Makes this process one that fires. Nothing happens before the first `tick`. */
  keep(options: KeeperOptions): Keeper;
  /** Forgets what ended long ago. Returns how many. */
  prune(): number;
}

const TEXT_MAX = 10_000;

/**
 * Opens the schedules in a database file that they may share with others.
 *
 * @throws ORC_SQLITE_CANNOT_OPEN, ORC_SQLITE_CORRUPT, ORC_SQLITE_SCHEMA_TOO_NEW, ORC_SQLITE_BUSY
 */
export function openScheduler(options: SchedulerOptions, deps: SchedulerDeps = {}): Scheduler {
  const { path, busyTimeoutMs, ...settings } = options;
  const config = SchedulerConfig.parse(settings);
  const database = openDatabase({ path, ...(busyTimeoutMs !== undefined && { busyTimeoutMs }) });
  try {
    migrate(database, 'scheduler', migrations);
    const store = createStore(database);
    return {
      ...translatingErrors(path, createCalls(store, config, deps)),
      [Symbol.dispose]: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw translateSqliteError(path, error);
  }
}

/** Who of this process fires, and whether anybody looked lately. */
function createKeepers(store: Store, config: SchedulerConfig, deps: Required<SchedulerDeps>) {
  const lastLooks = new Map<object, number>();
  return {
    refuseUnkept: (): void => {
      const isKept = [...lastLooks.values()].some((at) => deps.elapsed() - at <= config.keeperFreshMs);
      if (!isKept) throw errors.nobodyFires();
    },
    keep: (options: KeeperOptions): Keeper => {
      const member = {};
      return createKeeper(store, {
        ...options,
        ...deps,
        config,
        looked: () => void lastLooks.set(member, deps.elapsed()),
        ended: () => void lastLooks.delete(member),
      });
    },
  };
}

function createCalls(
  store: Store,
  config: SchedulerConfig,
  given: SchedulerDeps,
): Omit<Scheduler, keyof Disposable> {
  const deps = { ...defaults, ...given };
  const { clock, isKnownTarget } = deps;
  const { refuseUnkept, keep } = createKeepers(store, config, deps);

  const get = (id: string): Schedule => {
    const found = store.find(id);
    if (!found) throw errors.unknownSchedule(id);
    return found;
  };
  const insert = (input: ScheduleInput, planned: Planned, nextAt: number): Schedule => {
    const { target, note, createdBy, project = null, key = null } = input;
    const id = `s${randomBytes(5).toString('hex')}`;
    store.insert({ id, key, project, target, note, createdBy, ...planned, nextAt, now: clock.now() });
    return get(id);
  };
  const check = (input: ScheduleInput): Planned => {
    checkText('the note', input.note);
    checkText('the target', input.target);
    const planned = planFirst(input.timing, clock.now());
    if (!isKnownTarget(input.target)) throw errors.unknownTarget(input.target);
    refuseUnkept();
    return planned;
  };

  return {
    keep,
    add: (input) => {
      const planned = check(input);
      return store.write(() => insert(input, planned, planned.nextAt));
    },
    ensure: (input) => {
      const known = store.findByKey(input.key);
      if (known && isSame(known, input)) return { schedule: known, isNew: false };
      const planned = check(input);
      return store.write(() => {
        const old = store.findByKey(input.key);
        if (old && isSame(old, input)) return { schedule: old, isNew: false };
        if (old) store.change(old.id, clock.now(), { state: 'cancelled', reason: 'another took its place' });
        const isSooner = old?.nextAt != null && planned.kind === 'interval';
        const nextAt = isSooner ? Math.min(old.nextAt, planned.nextAt) : planned.nextAt;
        return { schedule: insert(input, planned, nextAt), isNew: true };
      });
    },
    cancel: (id, reason) =>
      store.write(() => {
        if (get(id).state === 'active') store.change(id, clock.now(), { state: 'cancelled', reason });
        return get(id);
      }),
    find: (id) => store.find(id),
    list: (filter = {}) => store.list(filter),
    nextFor: (target) => store.nextFor(target),
    prune: () => store.prune(clock.now() - config.retentionMs),
  };
}

const defaults: Required<SchedulerDeps> = {
  clock: { now: Date.now },
  elapsed: () => performance.now(),
  randomness: Math.random,
  isKnownTarget: () => true,
};

function checkText(field: string, text: string): void {
  if (text.trim() === '' || text.length > TEXT_MAX)
    throw errors.badInput(field, text.slice(0, 40), `1 to ${TEXT_MAX} characters`);
}

/** Whether an active schedule already does what is asked for. */
function isSame(schedule: Schedule, { timing, target, note }: ScheduleInput): boolean {
  if (schedule.target !== target || schedule.note !== note) return false;
  if ('cron' in timing) return schedule.cron === timing.cron && schedule.zone === (timing.zone ?? null);
  if ('everyMs' in timing) return schedule.everyMs === timing.everyMs;
  return false;
}
