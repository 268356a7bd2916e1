import { homedir } from 'node:os';
import { join } from 'node:path';
import { createClaudeRuntime, createSimRuntime } from '@orc/agent-runtime';
import { createEventBus } from '@orc/event-bus';
import { isOrcError } from '@orc/errors';
import type { Layout } from '@orc/contracts';
import { operator } from '@orc/contracts';
import { openQueue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { holdLock } from '@orc/sqlite';
import { openTaskBoard } from '@orc/task-board';
import type { Tmux } from '@orc/tmux-driver';
import { loadCatalogue } from '@orc/team-planner';
import { openWorktrees } from '@orc/worktree-manager';
import type { Logger } from 'pino';
import type { LoadedConfig } from './config/load.ts';
import { errors } from './errors.ts';
import { createAuthenticator, ensureTokenFile } from './http/auth.ts';
import { startApiServer } from './http/server.ts';
import { createClientHandlers } from './messaging/client-handlers.ts';
import { createConsequences } from './messaging/consequences.ts';
import { createEvidence } from './messaging/evidence.ts';
import { createMessageHandlers } from './messaging/handlers.ts';
import { createHookDesk } from './messaging/hooks.ts';
import { createMailbox } from './messaging/mailbox.ts';
import { createNotices } from './messaging/notices.ts';
import { createNudge } from './messaging/nudge.ts';
import { createLedgerPublisher } from './messaging/publish.ts';
import { createTargets } from './messaging/targets.ts';
import { createWaiters } from './messaging/waiters.ts';
import { createWaker } from './messaging/wake.ts';
import type { Parts } from './parts.ts';
import { adoptAgents } from './supervision/adopt.ts';
import { createObserver } from './supervision/observe.ts';
import { createRestarts } from './supervision/restarts.ts';
import { createScreenWitness } from './supervision/screens.ts';
import { createStateReader } from './supervision/state.ts';
import { watchPanes } from './supervision/watch-panes.ts';
import { createWitness } from './supervision/witness.ts';
import { createDisposer } from './system/disposer.ts';
import { createSystemHandlers } from './system/handlers.ts';
import { ingestSpool } from './system/spool.ts';
import { startTicker } from './system/ticker.ts';
import { createTmuxHolder } from './system/tmux-holder.ts';
import { createBriefings } from './team/briefings.ts';
import { createAgentHandlers, createTeamHandlers } from './team/handlers.ts';
import { createLauncher } from './team/launch.ts';
import { createReadiness } from './team/readiness.ts';
import { createResume } from './team/resume.ts';
import { locatePrograms, writeShims } from './team/settings.ts';
import { createUp } from './team/up.ts';
import { createViews } from './team/views.ts';
import { createWorkHandlers } from './team/work-handlers.ts';
import { createHandOut } from './tasks/hand-out.ts';
import { createTaskHandlers } from './tasks/handlers.ts';

export interface DaemonOptions {
  readonly layout: Layout;
  readonly loaded: LoadedConfig;
  readonly log: Logger;
  readonly environment: NodeJS.ProcessEnv;
  /** Called when a caller asks the daemon to stop. */
  readonly stop: () => void;
}

const clock = { now: () => Date.now() };

/** The wiring of the daemon: every library is opened once, and every join of two of them is a line here. */
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
    const parts = openParts({ layout, loaded, log, environment, disposer });
    await serve(parts, { loaded, stop, disposer });
    return disposer;
  } catch (error) {
    await disposer[Symbol.asyncDispose]();
    throw error;
  }
}

/** The parts, and what is done when the tmux server is first needed: its panes are watched. */
type Opened = Parts & { readonly onTmux: { watch: (driver: Tmux) => Disposable } };

function openParts({
  layout,
  loaded: { config },
  log,
  environment,
  disposer,
}: Pick<DaemonOptions, 'layout' | 'loaded' | 'log' | 'environment'> & {
  disposer: ReturnType<typeof createDisposer>;
}): Opened {
  const path = layout.database;
  const registry = disposer.use(openRegistry({ path }));
  const isKnownRecipient = (id: string) => id === operator || registry.findAgent(id) !== undefined;
  const queue = disposer.use(openQueue({ path, ...config.queue }, { clock, isKnownRecipient }));
  const board = disposer.use(openTaskBoard({ path }, { clock }));
  const bus = disposer.use(
    createEventBus(
      { directory: layout.events },
      { clock, onFault: (fault) => log.warn({ fault: fault.kind }, 'the event bus had a fault') },
    ),
  );
  const worktrees = openWorktrees(
    { directory: config.worktrees.directory ?? layout.projects },
    { clock, environment },
  );
  const programs = locatePrograms();
  const homeDirectory = environment.HOME ?? homedir();
  const { command, configDirectory } = config.claude;
  const claude = createClaudeRuntime({
    command,
    environment,
    homeDirectory,
    ...(configDirectory !== null && { configDirectory }),
  });
  // What a simulated agent writes stays apart from what a real client keeps.
  const sim = createSimRuntime({
    command: [programs.node, programs.sim],
    environment,
    homeDirectory,
    configDirectory: join(layout.home, 'sim'),
  });
  const onTmux = { watch: (_driver: Tmux): Disposable => ({ [Symbol.dispose]: () => undefined }) };
  const tmuxHolder = disposer.use(createTmuxHolder(layout, (driver) => onTmux.watch(driver)));
  return {
    config,
    layout,
    clock,
    log,
    environment,
    registry,
    queue,
    board,
    bus,
    worktrees,
    runtimes: { find: (name) => (name === 'sim' ? sim : claude) },
    tmux: tmuxHolder.get,
    panes: tmuxHolder.panes,
    onTmux,
  };
}

async function serve(
  parts: Opened,
  {
    loaded,
    stop,
    disposer,
  }: Pick<DaemonOptions, 'loaded' | 'stop'> & { disposer: ReturnType<typeof createDisposer> },
): Promise<void> {
  const { layout, registry, queue, log, config } = parts;
  const programs = locatePrograms();
  writeShims(layout, programs);
  const catalogue = loadCatalogue();
  const stateOf = createStateReader(parts);
  const views = createViews(parts, stateOf);
  const targets = createTargets(parts);
  const notices = createNotices(parts);
  const briefings = createBriefings(parts, catalogue);
  const readiness = createReadiness(parts);
  const handOut = createHandOut(parts);
  const mailbox = createMailbox(parts);
  const launcher = createLauncher(parts, { programs, briefings, spill: mailbox.spill });
  const restarts = disposer.use(createRestarts(parts, { launcher, notices, stateOf }));

  const waiters = createWaiters((agentId) => waker.wakeOne(agentId));
  const nudge = createNudge(parts);
  const waker = createWaker(parts, { mailbox, waiters, nudge, stateOf });
  const observer = createObserver(parts, { evidence: () => evidence, readiness, wake: waker.wakeOne });
  const evidence = createEvidence(parts, observer.fromTranscript);
  const publisher = createLedgerPublisher(parts);
  const consequences = createConsequences(parts, notices);
  const desk = createHookDesk(
    parts,
    mailbox,
    {
      survivalNotes: briefings.survivalNotes,
      rebrief: (agent, reason) => briefings.again(agent, registry.getProject(agent.project), reason),
    },
    observer.fromHook,
  );
  const witness = createWitness(parts, stateOf, (agent, { state }) => {
    if (state === 'idle') waker.wakeOne(agent.id);
  });

  parts.onTmux.watch = (driver) => watchPanes(parts, driver, restarts);
  const ingested = ingestSpool(parts, observer, mailbox);
  if (registry.listAgents().some(({ desired, paneId }) => desired === 'running' && paneId !== null)) {
    const adoption = await adoptAgents(parts, await parts.tmux(), { evidence, restarts });
    log.info({ ...adoption, ingested }, 'took over what runs');
  }

  disposer.use(
    queue.watch(() => {
      publisher.publish();
      waker.wakeAll();
    }),
  );
  disposer.use(
    startTicker(
      [
        { name: 'evidence', everyMs: 100, run: () => evidence.poll() },
        { name: 'witness', everyMs: 500, run: () => witness.look() },
        { name: 'screens', everyMs: 3_000, run: createScreenWitness(parts, stateOf) },
        { name: 'sweep', everyMs: 1_000, run: () => consequences(queue.sweep()) },
        { name: 'wake', everyMs: 1_000, run: () => waker.wakeAll() },
        { name: 'publish', everyMs: 1_000, run: () => publisher.publish() },
        {
          name: 'hand out',
          everyMs: 5_000,
          run: () =>
            registry
              .listProjects()
              .filter(({ status }) => status === 'active')
              .forEach(({ slug }) => handOut(slug)),
        },
      ],
      log,
    ),
  );

  const deps = { catalogue, targets, views, launcher, briefings, handOut, readiness, stateOf };
  const team = { ...deps, up: createUp(parts, deps), resume: createResume(parts, deps) };
  disposer.use(
    await startApiServer({
      socketPath: layout.socket,
      log,
      authenticate: createAuthenticator(ensureTokenFile(layout.operatorToken), registry),
      handlers: {
        ...createSystemHandlers(parts, { views, targets, loaded, startedAt: clock.now(), stop }),
        ...createTeamHandlers(parts, team),
        ...createAgentHandlers(parts, team),
        ...createMessageHandlers(parts, targets),
        ...createTaskHandlers(parts, { targets, views, notices, handOut }),
        ...createWorkHandlers(parts, targets),
        ...createClientHandlers(parts, { desk, waiters, targets }),
      },
    }),
  );
  disposer.use({ [Symbol.dispose]: () => waiters.dismissAll() });
  log.debug({ runtime: config.agents.runtime }, 'ready');
}
