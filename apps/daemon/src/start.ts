import type { Layout } from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import { holdLock } from '@orc/sqlite';
import type { Logger } from 'pino';
import { wireChannels } from './channels/wire.ts';
import { createConfigHandlers } from './config/handlers.ts';
import type { LoadedConfig } from './config/load.ts';
import { wireCredits } from './credits/wire.ts';
import { errors } from './errors.ts';
import { createAuthenticator, ensureTokenFile } from './http/auth.ts';
import { wireEvents } from './events/wire.ts';
import { wireGit } from './git/wire.ts';
import type { Handlers } from './http/handlers.ts';
import { startApiServer } from './http/server.ts';
import { createClientHandlers } from './messaging/client-handlers.ts';
import { createMessageHandlers } from './messaging/handlers.ts';
import { createInboxHandlers } from './messaging/inbox.ts';
import { createPortabilityHandlers } from './messaging/portability.ts';
import { openParts, type OpenedParts } from './parts-opening.ts';
import type { Parts } from './parts.ts';
import { createGitHookHandlers } from './rules/git-hook-handlers.ts';
import { wirePubsub } from './pubsub/wire.ts';
import { adoptAgents } from './supervision/adopt.ts';
import { createStateReader } from './supervision/state.ts';
import { watchPanes } from './supervision/watch-panes.ts';
import { createDisposer, type Disposer } from './system/disposer.ts';
import { createSystemHandlers } from './system/handlers.ts';
import { ingestSpool } from './system/spool.ts';
import { safely } from './system/safely.ts';
import { startTicker, type Job } from './system/ticker.ts';
import { wireRouting } from './routing/wire.ts';
import { wireSchedule } from './schedule/wire.ts';
import { createTaskHandlers } from './tasks/handlers.ts';
import { createAgentHandlers } from './team/agent-handlers.ts';
import { createTeamHandlers } from './team/handlers.ts';
import { locatePrograms, writeShims, type Programs } from './team/settings.ts';
import { createWindowHandlers } from './team/window-handlers.ts';
import { createWorkHandlers } from './team/work-handlers.ts';
import {
  wireMessaging,
  wireSupervision,
  wireTeam,
  type Messaging,
  type Supervision,
  type Team,
} from './wiring.ts';

export interface DaemonOptions {
  readonly layout: Layout;
  readonly loaded: LoadedConfig;
  readonly log: Logger;
  readonly environment: NodeJS.ProcessEnv;
  /** Called when a caller asks the daemon to stop. */
  readonly stop: () => void;
}

/** The daemon of one ORC_HOME: every library is opened once, joined in `wiring.ts`, and served. */
export async function startDaemon({
  layout,
  loaded,
  log,
  environment,
  stop,
}: DaemonOptions): Promise<AsyncDisposable> {
  const disposer = createDisposer((error) => log.error({ err: error }, 'something did not close'));
  try {
    disposer.use(holdLock(layout.daemonLock));
  } catch (error) {
    throw isOrcError(error, 'ORC_SQLITE_LOCK_HELD') ? errors.alreadyRuns(layout.home, error) : error;
  }
  try {
    const programs = locatePrograms();
    const { config } = loaded;
    const parts = openParts({ layout, config, log, environment, programs, disposer });
    await serve(parts, { programs, loaded, stop, disposer });
    return disposer;
  } catch (error) {
    await disposer[Symbol.asyncDispose]();
    throw error;
  }
}

interface ServeOptions extends Pick<DaemonOptions, 'loaded' | 'stop'> {
  readonly programs: Programs;
  readonly disposer: Disposer;
}

async function serve(parts: OpenedParts, { programs, loaded, stop, disposer }: ServeOptions): Promise<void> {
  const { layout, registry, clock, log, config } = parts;
  writeShims(layout, programs);
  const stateOf = createStateReader(parts);
  const messaging = wireMessaging(parts, stateOf);
  const credits = disposer.use(wireCredits(parts, messaging));
  const team = wireTeam(parts, { programs, stateOf, messaging, credits });
  const supervision = wireSupervision(parts, { stateOf, messaging, team, credits });
  const schedule = disposer.use(
    wireSchedule(parts, { catalogue: team.catalogue, targets: messaging.targets, stateOf }),
  );
  const { waiters } = messaging;
  const pubsub = disposer.use(wirePubsub(parts, { ...messaging, stateOf }));
  const events = disposer.use(wireEvents(parts, messaging.pipeline));

  const routing = disposer.use(wireRouting(parts, { ...messaging, ...team }));
  const channels = wireChannels(parts, messaging.channels);
  disposer.use(supervision.restarts);
  parts.onTmux.watch = (driver) => watchPanes(parts, driver, supervision.restarts);
  await takeOver(parts, messaging, supervision);

  disposer.use(
    queue.watch(
      safely(log, 'news of the ledger', () => {
        publisher.publish();
        waker.wakeAll();
      }),
    ),
  );
  const git = disposer.use(wireGit(parts, { ...messaging, catalogue: team.catalogue, stateOf }));
  const jobs = [channels, routing, events, pubsub, git].flatMap((each) => each.jobs);
  disposer.use(startTicker([...jobsOf(parts, { messaging, team, supervision }), ...jobs], log));
  disposer.use(team.checkpoints);
  disposer.use(watchLedger(parts, messaging));
  const jobs = [
    ...jobsOf(parts, { messaging, team, supervision }),
    ...channels.jobs,
    ...routing.jobs,
    ...events.jobs,
    ...pubsub.jobs,
    ...credits.jobs,
  ];
  disposer.use(startTicker(jobs, log));
  disposer.use(startTicker(schedule.jobs, log));
  const { targets, notices } = messaging;
  const { views, handOut } = team;
  const { failures, orphans } = supervision;
  const handlers: Handlers = {
    ...createSystemHandlers(parts, {
      views,
      targets,
      orphans,
      channels: channels.table,
      startedAt: clock.now(),
      stop,
    }),
    ...createConfigHandlers(parts, loaded),
    ...events.handlers,
    ...pubsub.handlers,
    ...createTeamHandlers(parts, team),
    ...createAgentHandlers(parts, { ...team, failures }),
    ...createWindowHandlers(parts, targets),
    ...createInboxHandlers(parts, targets),
    ...createPortabilityHandlers(parts),
    ...createMessageHandlers(parts, { targets, ...routing }),
    ...routing.handlers,
    ...createTaskHandlers(parts, { targets, views, notices, handOut, ...routing }),
    ...createWorkHandlers(parts, targets),
    ...createGitHookHandlers(parts),
    ...channels.handlers,
    ...schedule.handlers,
    ...git.handlers,
    ...createClientHandlers(parts, { desk: supervision.desk, waiters, targets }),
    ...createClientHandlers(parts, {
      ...{ desk: supervision.desk, waiters, targets },
      onRateLimits: credits.listener.fromStatusLine,
    }),
    ...credits.handlers,
  };
  const authenticate = createAuthenticator(ensureTokenFile(layout.operatorToken), registry);
  disposer.use(await startApiServer({ socketPath: layout.socket, log, authenticate, handlers }));
  disposer.use({ [Symbol.dispose]: () => waiters.dismissAll() });
  log.debug({ runtime: config.agents.runtime }, 'ready');
}

/** News of the ledger, from whichever process, is published, and whoever has mail is woken. */
function watchLedger({ queue, log }: Parts, { publisher, waker }: Messaging): Disposable {
  const onNews = (): void => {
    publisher.publish();
    waker.wakeAll();
  };
  return queue.watch(safely(log, 'news of the ledger', onNews));
}

/** Takes in what happened while no daemon ran: what hooks saw first, then the agents that still run. */
async function takeOver(parts: Parts, { mailbox }: Messaging, supervision: Supervision): Promise<void> {
  const ingested = ingestSpool(parts, supervision.observer, mailbox);
  const mayRun = parts.registry
    .listAgents()
    .some(({ desired, paneId }) => desired === 'running' && paneId !== null);
  // Only for agents is tmux started: a daemon without a team needs none.
  if (!mayRun) return;
  const adoption = await adoptAgents(parts, await parts.tmux(), supervision);
  parts.log.info({ ...adoption, ingested }, 'took over what runs');
}

/** What the daemon does at its own pace. Reading evidence is cheap and everything waits for it. */
function jobsOf(
  parts: Parts,
  { messaging, team, supervision }: { messaging: Messaging; team: Team; supervision: Supervision },
): Job[] {
  const { registry, queue } = parts;
  const { channels, consequences, waker, publisher } = messaging;
  const { evidence, witness, lookAtScreens } = supervision;
  const handOutToAll = () =>
    registry
      .listProjects()
      .filter(({ status }) => status === 'active')
      .forEach(({ slug }) => team.handOut(slug));
  return [
    { name: 'evidence', everyMs: 100, run: () => evidence.poll() },
    { name: 'witness', everyMs: 500, run: () => witness.look() },
    { name: 'screens', everyMs: 3_000, run: lookAtScreens },
    { name: 'sweep', everyMs: 1_000, run: () => channels.swept(queue.sweep()) },
    { name: 'consequences', everyMs: 1_000, run: () => consequences() },
    { name: 'wake', everyMs: 1_000, run: () => waker.wakeAll() },
    { name: 'publish', everyMs: 1_000, run: () => publisher.publish() },
    ...supervision.jobs,
    { name: 'hand out', everyMs: 5_000, run: handOutToAll },
    { name: 'prune', everyMs: 3_600_000, run: () => void queue.prune() },
  ];
}
