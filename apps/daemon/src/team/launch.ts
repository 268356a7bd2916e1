import type { AgentRuntime } from '@orc/agent-runtime';
import type { Agent, Project } from '@orc/registry';
import { findIdentity } from '@orc/process';
import type { LaunchOptions, Tmux } from '@orc/tmux-driver';
import { hashToken } from '../http/auth.ts';
import { noteClient } from '../channels/clients.ts';
import type { Admission } from '../admission/admission.ts';
import type { Room } from '../admission/room.ts';
import type { Parts } from '../parts.ts';
import { createTurns } from '../system/turns.ts';
import type { AgentHooks } from '../rules/agent-hooks.ts';
import type { Mailbox } from '../messaging/mailbox.ts';
import { ensureWorktree } from './agents.ts';
import { createOpeningMessage, type LaunchReason } from './opening-message.ts';
import type { Rebriefs } from './rebriefs.ts';
import { writeAgentFiles, type Programs } from './settings.ts';

export interface Launcher {
  /**
   * Starts an agent's program in its window; the first message goes with it. Where the machine or the plan has
   * no room now, it is started later by itself. @throws ORC_DAEMON_NOT_ADMITTED where there never will be
   */
  launch(agentId: string, reason: LaunchReason): Promise<Launched>;
}

export type Launched =
  | { readonly outcome: 'started' | 'runs' }
  | { readonly outcome: 'waits'; readonly why: string; readonly isNew: boolean };

interface LaunchDeps {
  readonly programs: Programs;
  readonly rebriefs: Rebriefs;
  readonly gitHooks: AgentHooks;
  readonly admission: Pick<Admission, 'admit'> & Pick<Room, 'release'>;
  readonly spill: Mailbox['spill'];
}

/** Puts an agent's program into a window: settings and trust, one briefing, exact argv, known pane. */
export function createLauncher(
  parts: Parts,
  { programs, rebriefs, gitHooks, admission, spill }: LaunchDeps,
): Launcher {
  const { registry, queue, config, layout, runtimes } = parts;

  const writeOpening = createOpeningMessage(parts, { rebriefs, spill });

  const start = async (agentId: string, reason: LaunchReason): Promise<void> => {
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
    const opened = await openPane(parts, agent, project, { directory, argv, env });
    noteLaunch(parts, agent, { ...opened, driver, reason });
    noteClient(parts, agent, version);
  };

  // A restart that is due and a person who resumes may want the same agent at once; it is started once.
  const turns = createTurns();
  const launch: Launcher['launch'] = async (agentId, reason) => {
    if (await isAlive(parts, registry.getAgent(agentId))) return { outcome: 'runs' };
    const admitted = admission.admit(registry.getAgent(agentId), reason);
    if (!admitted.isAdmitted) return { outcome: 'waits', why: admitted.why, isNew: admitted.isNew };
    try {
      await start(agentId, reason);
    } catch (error) {
      admission.release(agentId);
      throw error;
    }
    return { outcome: 'started' };
  };
  return { launch: (agentId, reason) => turns(agentId, () => launch(agentId, reason)) };
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
  if (agent.paneId === null || agent.tmuxServer === null) return false;
  if (agent.tmuxServer.pid !== (await tmux()).serverPid) return false;
  return (await panes()).some(({ paneId, isDead }) => paneId === agent.paneId && !isDead);
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
  if (existing && agent.tmuxServer?.pid === driver.serverPid) {
    const { pid } = await driver.respawnPane(existing.paneId, launch);
    return { paneId: existing.paneId, pid };
  }
  const session = await driver.ensureSession({ name: project.tmuxSession, directory: project.path });
  return driver.openWindow({ session, name: agent.windowName, ...launch });
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
