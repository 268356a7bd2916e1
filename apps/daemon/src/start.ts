import type { Layout } from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import { holdLock } from '@orc/sqlite';
import type { Logger } from 'pino';
import { createCalls } from './calls.ts';
import type { LoadedConfig } from './config/load.ts';
import { errors } from './errors.ts';
import { wireHouse, type House } from './house.ts';
import { createAuthenticator, ensureTokenFile } from './http/auth.ts';
import { startApiServer } from './http/server.ts';
import { jobsOf } from './jobs.ts';
import { openParts, type OpenedParts } from './parts-opening.ts';
import type { Parts } from './parts.ts';
import { adoptAgents } from './supervision/adopt.ts';
import { noteBoot } from './supervision/boot.ts';
import { isSurelySameProcess } from './supervision/identity.ts';
import { createDisposer, type Disposer } from './system/disposer.ts';
import { safely } from './system/safely.ts';
import { createSpool, type Spool } from './system/spool.ts';
import { startTicker } from './system/ticker.ts';
import { finishEnds } from './team/broken-ends.ts';
import { locatePrograms, writeShims, type Programs } from './team/settings.ts';
import type { Messaging } from './wiring.ts';

export interface DaemonOptions {
  readonly layout: Layout;
  readonly loaded: LoadedConfig;
  readonly log: Logger;
  readonly environment: NodeJS.ProcessEnv;
  /** Called when a caller asks the daemon to stop. */
  readonly stop: (options: { readonly restart: boolean }) => void;
}

/** The daemon of one ORC_HOME: every library is opened once, joined in `house.ts`, and served. */
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
  const { layout, registry, log, config } = parts;
  writeShims(layout, programs);
  const house = wireHouse(parts, { programs, disposer });
  const { messaging, capabilities } = house;
  const spool = createSpool(parts, { ...house.supervision, ...messaging });
  await takeOver(parts, house, spool);
  finishEnds(parts, { ...house.team, ...house.supervision });
  disposer.use(watchLedger(parts, messaging));
  disposer.use(startTicker([...jobsOf(parts, house), spool.job], log));
  const handlers = createCalls(parts, house, { loaded, stop });
  const authenticate = createAuthenticator(ensureTokenFile(layout.operatorToken), registry);
  disposer.use(await startApiServer({ socketPath: layout.socket, log, authenticate, handlers }));
  disposer.use(await capabilities.numbers.serveOnLoopback());
  disposer.use({ [Symbol.dispose]: () => messaging.waiters.dismissAll() });
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
async function takeOver(parts: Parts, { team, supervision }: House, spool: Spool): Promise<void> {
  // It may have been set back while no daemon ran.
  parts.registry.settleClock();
  let ingested = 0;
  // What cannot be taken in now is taken in by the job: the daemon must start all the same.
  safely(parts.log, 'the taking in of the hook spool', () => void (ingested = spool.takeIn()))();
  const ran = parts.registry
    .listAgents()
    .filter(({ desired, paneId }) => desired === 'running' && paneId !== null);
  // At every start, whoever runs: a boot that is noted only later would be taken for a new one. And at once:
  // should tmux not start now, the next daemon knows nothing of the reboot any more.
  const isReboot = noteBoot(parts, () =>
    team.afterBoot.note(ran.filter((agent) => !isSurelySameProcess(agent))),
  );
  // Only for agents is tmux started: a daemon without a team needs none.
  if (ran.length === 0) return;
  const adoption = await adoptAgents(parts, await parts.tmux(), { ...supervision, isReboot });
  parts.log.info({ ...adoption, isReboot, ingested }, 'took over what runs');
}
