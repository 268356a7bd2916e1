import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { Room } from '../admission/room.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import type { Job } from '../system/ticker.ts';
import type { Launcher } from '../team/launch.ts';
import type { AfterBoot } from './after-boot.ts';
import type { AfterReset } from './after-reset.ts';
import { createDeadlockWatch } from './deadlocks.ts';
import type { Failures } from './failures.ts';
import type { OrphanWatch } from './orphans.ts';
import { pruneCorpses } from './remains.ts';
import { createResponsiveness } from './responsiveness.ts';
import type { Restarts } from './restarts.ts';
import type { UsageWatch } from './usage.ts';
import { createStartsAfterReset } from './start-after-reset.ts';
import { lookForEnds } from './watch-panes.ts';

interface Deps {
  readonly stateOf: (agent: Agent) => AgentState;
  readonly notices: Notices;
  readonly launcher: Launcher;
  readonly restarts: Restarts;
  readonly afterReset: AfterReset;
  readonly failures: Failures;
  readonly orphans: OrphanWatch;
  readonly usage: UsageWatch;
  readonly admission: Pick<Room, 'note'>;
  readonly startWaiting: () => Promise<void>;
  readonly afterBoot: Pick<AfterBoot, 'run'>;
}

/** What the daemon looks after by itself, each at its own pace. */
export function careJobs(parts: Parts, deps: Deps): Job[] {
  const { stateOf, notices, restarts, failures, orphans, usage, admission } = deps;
  return [
    { name: 'ends', everyMs: 2_000, run: () => lookForEnds(parts, restarts) },
    { name: 'failures', everyMs: 1_000, run: () => failures.run() },
    { name: 'after reset', everyMs: 5_000, run: createStartsAfterReset(parts, deps) },
    { name: 'deadlocks', everyMs: 5_000, run: createDeadlockWatch(parts, { notices, stateOf }) },
    { name: 'orphans', everyMs: parts.config.supervision.orphans.lookEveryMs, run: () => orphans.run() },
    {
      name: 'usage',
      everyMs: 10_000,
      run: () => {
        usage.run();
        admission.note();
      },
    },
    { name: 'after boot', everyMs: 1_000, run: () => deps.afterBoot.run() },
    { name: 'starts', everyMs: 1_000, run: deps.startWaiting },
    { name: 'responsiveness', everyMs: 30_000, run: createResponsiveness(parts, { notices, stateOf }) },
    { name: 'corpses', everyMs: 3_600_000, run: () => pruneCorpses(parts) },
  ];
}
