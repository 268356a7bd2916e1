import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import type { Capability } from '../capability.ts';
import type { Credits } from '../credits/wire.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { createCheckIns } from './check-ins.ts';
import { judgeFiring, publishOutcome, sendFiring } from './fire.ts';
import { createScheduleHandlers, type ScheduleNames } from './handlers.ts';

interface Deps {
  readonly catalogue: Catalogue;
  readonly targets: Targets;
  readonly stateOf: (agent: Agent) => AgentState;
  readonly credits: Pick<Credits, 'governor' | 'checkInFactor'>;
}

/** Tells agents what was scheduled, when it is due, as messages of the ledger; and keeps their check-ins. */
export function wireSchedule(
  parts: Parts,
  { catalogue, targets, stateOf, credits }: Deps,
): Capability<ScheduleNames> {
  const { scheduler, config, log } = parts;
  const zone = config.schedule.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const keeper = scheduler.keep({
    worker: `daemon-${process.pid}`,
    judge: (schedule) => judgeFiring(parts, { stateOf, limits: credits.governor }, schedule),
    fire: (firing) => sendFiring(parts, firing),
    onOutcome: (outcome) => publishOutcome(parts, outcome),
    onFault: (error, { id }) => log.error({ err: error, firing: id }, 'a firing could not be written down'),
  });
  const keepCheckIns = createCheckIns(parts, catalogue, { zone, factorOf: credits.checkInFactor });
  // From here on this process is known to fire, so that the first caller is not refused.
  keeper.tick();
  return {
    handlers: createScheduleHandlers(parts, targets, zone),
    jobs: [
      { name: 'schedules', everyMs: 1_000, run: () => void keeper.tick() },
      { name: 'check-ins', everyMs: 2_000, run: keepCheckIns },
      { name: 'ended schedules', everyMs: 3_600_000, run: () => void scheduler.prune() },
    ],
    [Symbol.dispose]: () => keeper[Symbol.dispose](),
  };
}
