import { homedir } from 'node:os';
import { join } from 'node:path';
import { createClaudeRuntime, createSimRuntime } from '@orc/agent-runtime';
import { operator, type Layout } from '@orc/contracts';
import { describeError } from '@orc/errors';
import { createEventBus, type Fault } from '@orc/event-bus';
import { openPubsub } from '@orc/pubsub';
import { createIntegrator, openGitJournal, openGitMonitor } from '@orc/git-monitor';
import { openQueue } from '@orc/queue';
import { openRegistry, type Agent } from '@orc/registry';
import { openReportBook } from '@orc/routing';
import { openScheduler } from '@orc/scheduler';
import { openTaskBoard } from '@orc/task-board';
import type { Tmux } from '@orc/tmux-driver';
import { openWorktrees } from '@orc/worktree-manager';
import type { Logger } from 'pino';
import type { DaemonConfig } from './config/schema.ts';
import { databaseOf, type Parts } from './parts.ts';
import type { Disposer } from './system/disposer.ts';
import { createTmuxHolder } from './system/tmux-holder.ts';
import type { Programs } from './team/settings.ts';

/** The parts, and what is done when the tmux server is first needed: its panes are watched. */
export type OpenedParts = Parts & { readonly onTmux: { watch: (driver: Tmux) => Disposable } };

interface OpeningOptions {
  readonly layout: Layout;
  readonly config: DaemonConfig;
  readonly log: Logger;
  readonly environment: NodeJS.ProcessEnv;
  readonly programs: Programs;
  /** Takes what must be closed again, in the order in which it was opened. */
  readonly disposer: Disposer;
}

const clock = { now: () => Date.now() };

/** Opens every library once. Until `onTmux.watch` is set, a tmux server that starts is not watched. */
export function openParts({
  layout,
  config,
  log,
  environment,
  programs,
  disposer,
}: OpeningOptions): OpenedParts {
  const file = databaseOf({ layout, config });
  const registry = disposer.use(openRegistry(file));
  const isKnownRecipient = (id: string) => id === operator || isReachable(registry.findAgent(id));
  const queue = disposer.use(openQueue({ ...file, ...config.queue }, { clock, isKnownRecipient }));
  const board = disposer.use(openTaskBoard(file, { clock }));
  const book = disposer.use(openReportBook(file));
  const scheduler = disposer.use(
    openScheduler({ ...file, ...config.schedule.firing }, { clock, isKnownTarget: isKnownRecipient }),
  );
  const { historyMax } = config.pubsub;
  const pubsub = disposer.use(openPubsub({ ...file, historyMax }, { clock }));
  const bus = disposer.use(createEventBus({ directory: layout.events }, { clock, onFault: faultLog(log) }));
  const gitJournal = disposer.use(openGitJournal(file));
  const gitMonitor = disposer.use(openGitMonitor(config.git, { clock, environment }));
  const worktrees = openWorktrees({ directory: config.worktrees.directory ?? layout.projects });
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
  const tmuxHolder = disposer.use(createTmuxHolder({ layout, registry }, (driver) => onTmux.watch(driver)));
  return {
    config,
    layout,
    clock,
    log,
    environment,
    registry,
    queue,
    board,
    pubsub,
    book,
    scheduler,
    bus,
    worktrees,
    gitMonitor,
    gitJournal,
    integrator: createIntegrator(config.git, { clock, environment }),
    runtimes: { find: (name) => (name === 'sim' ? sim : claude) },
    tmux: tmuxHolder.get,
    panes: tmuxHolder.panes,
    onTmux,
  };
}

function faultLog(log: Logger): (fault: Fault) => void {
  return (fault) => {
    if (fault.kind === 'events-dropped') return; // The event log says so, and how many.
    const about = fault.kind === 'not-logged' ? { type: fault.type } : { listener: fault.subscriber };
    const what =
      fault.kind === 'not-logged' ? 'the disk takes no events; they are kept' : 'a listener failed';
    log.error({ ...about, problem: describeError(fault.error) }, what);
  };
}

/** Mail to an agent that has ended would wait for ever, so it is refused and its sender knows. */
function isReachable(agent: Agent | undefined): boolean {
  return agent !== undefined && agent.desired !== 'ended';
}
