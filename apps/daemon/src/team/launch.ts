import type { AgentRuntime } from '@orc/agent-runtime';
import type { Agent, Project } from '@orc/registry';
import { findByEnvironment, findIdentity } from '@orc/process';
import type { LaunchOptions, Tmux } from '@orc/tmux-driver';
import { hashToken } from '../http/auth.ts';
import { noteClient } from '../channels/clients.ts';
import type { Admission } from '../admission/admission.ts';
import type { Room } from '../admission/room.ts';
import type { Parts } from '../parts.ts';
import { hasLivingWindow, isSameServer, isSurelySameProcess } from '../supervision/identity.ts';
import { safely } from '../system/safely.ts';
import { createTurns } from '../system/turns.ts';
import type { AgentHooks } from '../rules/agent-hooks.ts';
import type { Mailbox } from '../messaging/mailbox.ts';
import { ensureWorktree } from './agents.ts';
import { createAskedRestarts } from './asked-restarts.ts';
import { endAgent, endStray, giveUpMail, type Ended } from './end.ts';
import { createOpeningMessage, type LaunchReason } from './opening-message.ts';
import type { Rebriefs } from './rebriefs.ts';
import { writeAgentFiles, type Programs } from './settings.ts';

export interface Launcher {
  /**
   * Starts an agent's program in its window; the first message goes with it. Where the machine or the plan has
   * no room now, it is started later by itself. @throws ORC_DAEMON_NOT_ADMITTED where there never will be
   */
  launch(agentId: string, reason: LaunchReason): Promise<Launched | Unwanted>;
}

export type Launched =
  | { readonly outcome: 'started' | 'runs' }
  | { readonly outcome: 'waits'; readonly why: string; readonly isNew: boolean };

/** It was stopped before its turn came. */
export interface Unwanted {
  readonly outcome: 'unwanted';
}

interface EndOptions {
  readonly force: boolean;
}

/** Starts and ends agents, one step after the other for each of them: what was asked for last is what holds. */
export interface Lifecycle extends Launcher {
  launch(agentId: string, reason: LaunchReason): Promise<Launched>;
  /**
   * As `endAgent` does it. One that has ended so, or for good, is only given what an end that was broken off has
   * left undone.
   */
  end(agentId: string, desired: 'stopped' | 'ended', options: EndOptions): Promise<Ended | undefined>;
  restart(agentId: string, options: EndOptions): Promise<Ended & { readonly launched: Launched }>;
  /** For starts that nobody asks for when they are due, such as a planned restart: only of who is to run then. */
  readonly whileWanted: Launcher;
}

interface LaunchDeps {
  readonly programs: Programs;
  readonly rebriefs: Rebriefs;
  readonly gitHooks: AgentHooks;
  readonly admission: Pick<Admission, 'admit' | 'settle'> & Pick<Room, 'release'>;
  readonly spill: Mailbox['spill'];
}

type Start = (agentId: string, reason: LaunchReason) => Promise<void>;

/** Puts an agent's program into a window: settings and trust, one briefing, exact argv, known pane. */
function createStart(
  parts: Parts,
  { programs, rebriefs, gitHooks, spill }: Omit<LaunchDeps, 'admission'>,
): Start {
  const { registry, queue, config, layout, runtimes } = parts;

  const writeOpening = createOpeningMessage(parts, { rebriefs, spill });

  return async (agentId, reason) => {
    if (await adoptUnnoted(parts, registry.getAgent(agentId), reason)) return;
    const project = registry.getProject(registry.getAgent(agentId).project);
    const runtime = runtimes.find(registry.getAgent(agentId).runtime);
    // Each of these waits for programs; an agent that crashed is to be back within two seconds.
    const [agent, driver, version] = await Promise.all([
      ensureWorktree(parts, project, registry.getAgent(agentId)),
      parts.tmux(),
      requireVersion(runtime),
    ]);
    const directory = agent.worktreePath ?? project.path;
    const files = writeAgentFiles({
      layout,
      programs,
      agentId,
      clientVersion: version,
      permissionMode: config.agents.permissionMode,
      waiters: config.delivery.waiters,
    });
    queue.unpark(agent.id);
    queue.requeueUnseen(agent.id, `agent ${reason}`);
    const [prompt] = await Promise.all([
      writeOpening(agent, reason),
      runtime.prepare({ directories: [directory] }),
      gitHooks.prepare(agent),
    ]);
    const { argv, env } = runtime.launch({
      agentId,
      name: agentId,
      settingsPath: files.settings,
      permissionMode: config.agents.permissionMode,
      ...(config.agents.model !== null && { model: config.agents.model }),
      prompt,
      environment: environmentOf(parts, agentId, files.tokenFile),
    });
    registry.updateAgent(agentId, {
      tokenHash: hashToken(files.token),
      sessionId: null,
      transcriptPath: null,
    });
    await endStray(parts, agent);
    const opened = await openPane(parts, agent, project, { directory, argv, env });
    noteLaunch(parts, agent, { ...opened, driver, reason });
    noteClient(parts, agent, version);
  };
}

export function createLauncher(parts: Parts, { admission, ...deps }: LaunchDeps): Lifecycle {
  const { registry } = parts;
  const start = createStart(parts, deps);
  // A restart that is due and a person who resumes may want the same agent at once; it is started once.
  const turns = createTurns();
  const askedRestarts = createAskedRestarts(parts);
  // Not thrown: it has started all the same, and whoever looks at what waits finds that out.
  const settle = safely(parts.log, 'the note of a start', (agentId: string) => admission.settle(agentId));
  const launch: Lifecycle['launch'] = async (agentId, reason) => {
    if (await isAlive(parts, registry.getAgent(agentId))) {
      takeBackEnd(parts, registry.getAgent(agentId));
      settle(agentId);
      return { outcome: 'runs' };
    }
    const admitted = admission.admit(registry.getAgent(agentId), reason);
    if (!admitted.isAdmitted) return { outcome: 'waits', why: admitted.why, isNew: admitted.isNew };
    try {
      await start(agentId, reason);
    } catch (error) {
      admission.release(agentId);
      throw error;
    } finally {
      settle(agentId);
    }
    return { outcome: 'started' };
  };
  const end: Lifecycle['end'] = async (agentId, asked, options) => {
    const agent = registry.getAgent(agentId);
    const desired = agent.desired === 'ended' ? 'ended' : asked;
    const isOver = agent.paneId === null && !isSurelySameProcess(agent);
    if (agent.desired !== desired || !isOver) return endAgent(parts, agent, desired, options);
    if (desired === 'ended') giveUpMail(parts, agent);
    return undefined;
  };
  const restart: Lifecycle['restart'] = async (agentId, options) => {
    askedRestarts.add(agentId);
    try {
      const ended = await endAgent(parts, registry.getAgent(agentId), 'stopped', options);
      return { ...ended, launched: await launch(agentId, 'restart') };
    } finally {
      askedRestarts.remove(agentId);
    }
  };
  const launchWanted: Launcher['launch'] = async (agentId, reason) =>
    registry.findAgent(agentId)?.desired === 'running' ? launch(agentId, reason) : { outcome: 'unwanted' };
  return {
    launch: (agentId, reason) => turns(agentId, () => launch(agentId, reason)),
    end: (agentId, desired, options) => turns(agentId, () => end(agentId, desired, options)),
    restart: (agentId, options) => turns(agentId, () => restart(agentId, options)),
    whileWanted: { launch: (agentId, reason) => turns(agentId, () => launchWanted(agentId, reason)) },
  };
}

function environmentOf(
  { config, layout, environment }: Pick<Parts, 'config' | 'layout' | 'environment'>,
  agentId: string,
  tokenFile: string,
): Record<string, string> {
  return {
    ...config.agents.environment,
    ORC_HOME: layout.home,
    ORC_SOCKET: layout.socket,
    ORC_AGENT: agentId,
    ORC_TOKEN_FILE: tokenFile,
    PATH: `${layout.bin}:${environment.PATH ?? '/usr/bin:/bin'}`,
    ...(config.sim.scenario !== null && { ORC_SIM_SCENARIO: config.sim.scenario }),
  };
}

async function isAlive({ panes, tmux }: Pick<Parts, 'panes' | 'tmux'>, agent: Agent): Promise<boolean> {
  return agent.paneId !== null && hasLivingWindow(agent, await tmux(), await panes());
}

/** Its end was broken off before its program was told: that is the agent's own, and wanted again. */
function takeBackEnd({ registry, queue }: Pick<Parts, 'registry' | 'queue'>, { id, desired }: Agent): void {
  if (desired === 'running') return;
  // First: what runs with its mail parked would never be looked at again.
  queue.unpark(id);
  registry.updateAgent(id, { desired: 'running' });
}

/** @throws ORC_RUNTIME_NOT_INSTALLED, ORC_RUNTIME_BROKEN, each with the ways on */
export async function requireVersion(runtime: AgentRuntime): Promise<string> {
  const detection = await runtime.detect();
  if (!detection.isInstalled) throw detection.error;
  return detection.version;
}

async function openPane(
  { tmux, panes }: Parts,
  agent: Agent,
  project: Project,
  launch: LaunchOptions,
): Promise<{ paneId: string; pid: number }> {
  const driver = await tmux();
  const existing = (await panes()).find((pane) => pane.paneId === agent.paneId && pane.isDead);
  if (existing && isSameServer(agent, driver)) {
    const { pid } = await driver.respawnPane(existing.paneId, launch);
    return { paneId: existing.paneId, pid };
  }
  const session = await driver.ensureSession({ name: project.tmuxSession, directory: project.path });
  return driver.openWindow({ session, name: agent.windowName, ...launch });
}

/**
 * Takes a program for the agent's that an earlier daemon has started, and could not note before it was killed.
 * False when there is none: one that is started beside it would work in the same worktree.
 */
async function adoptUnnoted(parts: Parts, agent: Agent, reason: LaunchReason): Promise<boolean> {
  const { layout, queue, tmux, panes } = parts;
  const started = findByEnvironment({ ORC_HOME: layout.home, ORC_AGENT: agent.id }).map(({ pid }) => pid);
  if (started.length === 0) return false;
  const found = (await panes()).find(({ pid, isDead }) => !isDead && started.includes(pid));
  if (!found) return false;
  queue.unpark(agent.id);
  await endStray(parts, agent);
  noteLaunch(parts, agent, { paneId: found.paneId, pid: found.pid, driver: await tmux(), reason });
  return true;
}

/** From here on the agent is known by its pane, its process and the tmux server that holds both. */
function noteLaunch(
  { registry, clock, bus }: Pick<Parts, 'registry' | 'clock' | 'bus'>,
  agent: Agent,
  {
    paneId,
    pid,
    driver,
    reason,
  }: { readonly paneId: string; readonly pid: number; readonly driver: Tmux; readonly reason: LaunchReason },
): void {
  const at = clock.now();
  registry.updateAgent(agent.id, {
    paneId,
    pid,
    pidStartedAt: findIdentity(pid)?.startedAtTicks ?? null,
    tmuxServer: { pid: driver.serverPid, startTime: startTimeOf(driver.serverPid) },
    desired: 'running',
    launchedAt: at,
    launchCount: agent.launchCount + 1,
  });
  registry.recordFact({
    agentId: agent.id,
    kind: 'process',
    value: { isAlive: true, pid },
    source: 'process',
    at,
  });
  bus.publish(
    agent.launchCount === 0 ? 'agent.launched' : 'agent.relaunched',
    { reason, pid, paneId, runtime: agent.runtime },
    { source: 'team', agent: agent.id, project: agent.project },
  );
}

/** The kernel's start time of the tmux server: pane ids are given out again by the next one. */
function startTimeOf(pid: number): number {
  return Number(findIdentity(pid)?.startedAtTicks ?? 0);
}
