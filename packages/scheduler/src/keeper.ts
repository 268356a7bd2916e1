import { describeError } from '@orc/errors';
import type { SchedulerConfig } from './config.ts';
import { countMissed, planNext, realign } from './plan.ts';
import type { Store } from './store.ts';
import type { Firing, Outcome, Schedule, Verdict } from './types.ts';

export interface KeeperOptions {
  /** Tells this process from others in the store. */
  readonly worker: string;
  /** Asked for each firing, when it is due: a target that was there may be gone. */
  readonly judge: (schedule: Schedule) => Verdict;
  /** Acts on a firing. It may come twice with the same id, after a crash or a long delay. */
  readonly fire: (firing: Firing) => void | Promise<void>;
  /** Told of everything that was done, after it is in the store. */
  readonly onOutcome?: (outcome: Outcome) => void;
  /** Told when the outcome of a firing could not be written down: its claim runs out and it comes again. */
  readonly onFault?: (error: unknown, firing: Firing) => void;
}

export interface Keeper extends Disposable {
  /**
   * Claims what is due and begins to fire it. One slow firing holds up no other, and no later `tick`.
   * Returns how many were begun.
   */
  tick(): number;
  /** Resolves when everything that was begun has ended. */
  settled(): Promise<void>;
}

interface KeeperDeps extends KeeperOptions {
  readonly config: SchedulerConfig;
  readonly clock: { now(): number };
  readonly randomness: () => number;
  readonly looked: () => void;
  readonly ended: () => void;
}

const AT_ONCE_MAX = 100;

/**
 * Fires what is due: claimed in one transaction, judged, acted on, and written down in another. A process
 * that dies in between leaves a claim that runs out, and the same firing comes again with the same id.
 */
export function createKeeper(store: Store, deps: KeeperDeps): Keeper {
  const { worker, judge, fire, onOutcome, onFault, config, clock, randomness, looked, ended } = deps;
  const running = new Set<Promise<void>>();
  let isOpen = true;

  const claim = (): Firing[] => {
    const before = clock.now();
    if (store.plannedAfter(before).length === 0 && store.due(before, 1).length === 0) return [];
    return store.write(() => {
      // Asked again, now that nobody else can claim: with an older time, a claim that was made while this
      // process waited would seem to come from the future, and to be void.
      const now = clock.now();
      for (const schedule of store.plannedAfter(now))
        store.change(schedule.id, now, { nextAt: realign(schedule, now), retryAt: null });
      return store.due(now, AT_ONCE_MAX).map((schedule): Firing => {
        store.claim(schedule.id, worker, now, now + config.leaseMs);
        return toFiring(schedule, now);
      });
    });
  };

  /** Writes down what came of a firing, unless somebody else did while this process was slow. */
  const settle = (firing: Firing, decide: (schedule: Schedule, now: number) => Outcome): void => {
    const outcome = store.write(() => {
      const schedule = store.find(firing.schedule.id);
      const isOurs = schedule?.state === 'active' && schedule.firings + 1 === firing.number;
      return isOurs ? decide(schedule, clock.now()) : undefined;
    });
    if (outcome) onOutcome?.(outcome);
  };

  const run = async (firing: Firing): Promise<void> => {
    let verdict: Verdict;
    try {
      verdict = judge(firing.schedule);
      if (verdict.action === 'fire') await fire(firing);
    } catch (error) {
      const reason = describeError(error);
      return settle(firing, (schedule, now) =>
        retry(store, { firing, schedule, now, config, reason, randomness }),
      );
    }
    settle(firing, (schedule, now) => {
      const settling = { firing, schedule, now };
      if (verdict.action === 'fire') return note(store, settling);
      const { reason } = verdict;
      if (verdict.action === 'skip') return skip(store, { ...settling, config, ...verdict });
      store.change(schedule.id, now, { state: 'failed', reason });
      return { firing, outcome: 'failed', reason, nextAt: null };
    });
  };

  return {
    tick() {
      if (!isOpen) return 0;
      const firings = claim();
      looked();
      for (const firing of firings) {
        const one = run(firing)
          .catch((error: unknown) => onFault?.(error, firing))
          .finally(() => running.delete(one));
        running.add(one);
      }
      return firings.length;
    },
    settled: async () => void (await Promise.all(running)),
    [Symbol.dispose]() {
      isOpen = false;
      ended();
    },
  };
}

function toFiring(schedule: Schedule, now: number): Firing {
  const dueAt = schedule.nextAt ?? now;
  const number = schedule.firings + 1;
  return {
    id: `${schedule.id}.${number}`,
    number,
    schedule,
    dueAt,
    lateMs: now - dueAt,
    missed: countMissed(schedule, dueAt, now),
  };
}

interface Settling {
  readonly firing: Firing;
  readonly schedule: Schedule;
  readonly now: number;
}

function note(store: Store, { firing, schedule, now }: Settling): Outcome {
  const nextAt = planNext(schedule, firing.dueAt, now);
  store.change(schedule.id, now, {
    firings: firing.number,
    attempts: 0,
    missed: schedule.missed + firing.missed,
    lastDueAt: firing.dueAt,
    lastFiredAt: now,
    skipReason: null,
    ...(nextAt === null ? { state: 'done' } : { nextAt, retryAt: null }),
  });
  return { firing, outcome: 'fired', reason: null, nextAt };
}

function skip(
  store: Store,
  {
    firing,
    schedule,
    now,
    config,
    reason,
    notBefore,
  }: Settling & { config: SchedulerConfig; reason: string; notBefore?: number | undefined },
): Outcome {
  const after = Math.max(now, notBefore ?? 0);
  const nextAt =
    planNext(schedule, firing.dueAt, after) ?? Math.max(after, notBefore ?? now + config.postponeMs);
  store.change(schedule.id, now, {
    nextAt,
    retryAt: null,
    lastSkippedAt: now,
    skipReason: reason,
    attempts: 0,
  });
  return { firing, outcome: 'skipped', reason, nextAt };
}

/** Later and later, spread at random; after the last try nothing is left that could fire by itself. */
function retry(
  store: Store,
  {
    firing,
    schedule,
    now,
    config,
    reason,
    randomness,
  }: Settling & { config: SchedulerConfig; reason: string; randomness: () => number },
): Outcome {
  const attempts = schedule.attempts + 1;
  if (attempts < config.attemptsMax) {
    const delay = Math.min(config.retryMaxMs, config.retryMs * 2 ** (attempts - 1));
    const retryAt = now + Math.round(delay * (1 + randomness() / 4));
    store.change(schedule.id, now, { attempts, retryAt });
    return { firing, outcome: 'retried', reason, nextAt: retryAt };
  }
  const nextAt = planNext(schedule, firing.dueAt, now);
  if (nextAt === null) store.change(schedule.id, now, { attempts, state: 'failed', reason });
  else
    store.change(schedule.id, now, {
      nextAt,
      retryAt: null,
      attempts: 0,
      lastSkippedAt: now,
      skipReason: `${attempts} tries failed: ${reason}`,
    });
  return { firing, outcome: nextAt === null ? 'failed' : 'gave-up', reason, nextAt };
}
