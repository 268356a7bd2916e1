import type { AgentRuntime } from '@orc/agent-runtime';
import type { Layout } from '@orc/contracts';
import type { EventBus } from '@orc/event-bus';
import type { Pubsub } from '@orc/pubsub';
import type { GitJournal, GitMonitor, Integrator } from '@orc/git-monitor';
import type { Queue } from '@orc/queue';
import type { Registry } from '@orc/registry';
import type { ReportBook } from '@orc/routing';
import type { Scheduler } from '@orc/scheduler';
import type { TaskBoard } from '@orc/task-board';
import type { PaneInfo, Tmux } from '@orc/tmux-driver';
import type { Worktrees } from '@orc/worktree-manager';
import type { Logger } from 'pino';
import type { DaemonConfig } from './config/schema.ts';

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/** What the daemon holds open: every library once. Capabilities take it, join two of them, and own nothing. */
export interface Parts {
  readonly config: DaemonConfig;
  readonly layout: Layout;
  readonly clock: Clock;
  readonly log: Logger;
  /** The environment the daemon was started with; agents get a chosen part of it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly queue: Queue;
  readonly registry: Registry;
  readonly board: TaskBoard;
  /** What was reported, who waits for whom, and what was told once. */
  readonly book: ReportBook;
  readonly scheduler: Scheduler;
  /** What was published to groups. */
  readonly pubsub: Pubsub;
  readonly bus: EventBus;
  readonly worktrees: Worktrees;
  /** What git says of every active project; `git/` looks, and everybody may read. */
  readonly gitMonitor: GitMonitor;
  readonly gitJournal: GitJournal;
  readonly integrator: Integrator;
  readonly runtimes: { readonly find: (name: string) => AgentRuntime };
  /** The tmux server of this ORC_HOME; started when it does not run. */
  readonly tmux: () => Promise<Tmux>;
  /** Every pane of that server; none when the server has ended. */
  readonly panes: () => Promise<PaneInfo[]>;
}

/** The one file that all stores of an ORC_HOME share. */
export const databaseOf = ({ layout, config }: Pick<Parts, 'layout' | 'config'>) => ({
  path: layout.database,
  busyTimeoutMs: config.queue.busyTimeoutMs,
});

/** The sender of what nobody in the team has written: briefings, tasks, notices. */
export const SYSTEM = 'orc';
