import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import type { Capability } from '../capability.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { createBroadcasts, type Broadcasts } from './broadcasts.ts';
import { createDependencies } from './dependencies.ts';
import { createRoutingHandlers, type RoutingNames } from './handlers.ts';
import { createFollowing } from './following.ts';
import { createKindNames, type KindNames } from './kind-names.ts';
import { createTeams, type Teams } from './matrix.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';
import { createReportHandlers } from './report-handlers.ts';
import { createReporter, type Reporter } from './reports.ts';
import { createSilenceWatch } from './silence.ts';
import { createStandupDesk } from './standups.ts';
import { createWays, type Ways } from './way.ts';

interface Deps {
  readonly targets: Targets;
  readonly notices: Notices;
  readonly catalogue: Catalogue;
  readonly stateOf: (agent: Agent) => AgentState;
}

export interface Routing extends Capability<RoutingNames | 'report' | 'reports'> {
  /** Sends what somebody writes. */
  readonly outgoing: Outgoing;
  readonly kindFor: KindNames;
  /** The one truth about who may write to whom; whatever judges messages later asks it too. */
  readonly ways: Ways;
  /** Makes known what somebody has to say about work. */
  readonly reporter: Reporter;
  readonly broadcasts: Broadcasts;
  readonly teams: Teams;
}

const SILENCE_LOOK_MS = 5_000;
const STANDUP_LOOK_MS = 1_000;
const DAY_MS = 24 * 3_600_000;
const KEPT_DAYS = 90;

/** Joins ledger, registry, planner and book: who may write to whom, what is reported, and who is told of it. */
export function wireRouting(parts: Parts, { targets, notices, catalogue, stateOf }: Deps): Routing {
  const { book, clock } = parts;
  const teams = createTeams(parts, catalogue);
  const kindFor = createKindNames(parts.config.routing.kinds);
  const ways = createWays(parts, teams);
  const following = createFollowing(parts, { teams, notices });
  const outgoing = createOutgoing(parts, { kindFor, ways, following });
  const dependencies = createDependencies(parts, teams, catalogue);
  const reporter = createReporter(parts, { teams, notices, outgoing, dependencies });
  const standups = createStandupDesk(parts, { notices });
  const silence = createSilenceWatch(parts, { notices, stateOf });
  return {
    outgoing,
    kindFor,
    ways,
    reporter,
    teams,
    broadcasts: createBroadcasts(parts, teams),
    handlers: {
      ...createRoutingHandlers(parts, {
        targets,
        teams,
        outgoing,
        kindFor,
        ways,
        dependencies,
        standups,
        notices,
      }),
      ...createReportHandlers(parts, { targets, teams, reporter, notices }),
    },
    jobs: [
      { name: 'silence', everyMs: SILENCE_LOOK_MS, run: () => silence.look() },
      { name: 'standups', everyMs: STANDUP_LOOK_MS, run: () => standups.run() },
      { name: 'old reports', everyMs: DAY_MS, run: () => void book.prune(clock.now() - KEPT_DAYS * DAY_MS) },
    ],
    [Symbol.dispose]: () => silence[Symbol.dispose](),
  };
}
