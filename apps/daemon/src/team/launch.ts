import type { AgentRuntime } from '@orc/agent-runtime';
import { renderMessage } from '@orc/claude-hooks';
import { newId } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import { findIdentity } from '@orc/process';
import type { LaunchOptions } from '@orc/tmux-driver';
import { hashToken } from '../http/auth.ts';
import type { Parts } from '../parts.ts';
import { SYSTEM } from '../parts.ts';
import type { Mailbox } from '../messaging/mailbox.ts';
import { ensureWorktree } from './agents.ts';
import type { Briefings } from './briefings.ts';
import { writeAgentFiles, type Programs } from './settings.ts';

export interface Launcher {
  /** Starts an agent's program in its window; the first message goes with it. */
  launch(agentId: string, reason: 'start' | 'restart' | 'resume'): Promise<void>;
}

const REBRIEF_PRIORITY = 200;

/** Puts an agent's program into a window: settings and trust, one briefing, exact argv, known pane. */
export function createLauncher(
  parts: Parts,
  { programs, briefings, spill }: { programs: Programs; briefings: Briefings; spill: Mailbox['spill'] },
): Launcher {
  const { registry, queue, clock, config, layout, runtimes, tmux, bus, environment } = parts;

  /** The briefing is a message as any other, so the ledger can prove that it was seen. */
  const writeBriefing = (agent: Agent, project: Project, reason: 'start' | 'restart' | 'resume'): string => {
    const isFirst = agent.launchCount === 0;
    const body = isFirst ? briefings.first(agent, project) : briefings.again(agent, project, reason);
    const message = queue.send({
      id: newId('m'),
      sender: SYSTEM,
      recipient: agent.id,
      kind: isFirst ? 'briefing' : 'rebrief',
      priority: REBRIEF_PRIORITY,
      body,
    });
    const worker = `launch-${process.pid}`;
    const leased = queue.lease(agent.id, { worker, limit: 1, leaseMs: config.agents.readyMs });
    const own = leased.find(({ id }) => id === message.id);
    if (own) queue.inject([own.id], { worker, channel: 'launch' });
    registry.saveContext({
      agentId: agent.id,
      kind: isFirst ? 'briefing' : 'rebrief',
      briefing: body,
      at: clock.now(),
      activitySummary: null,
      checkpoint: null,
    });
    return renderMessage(message, { at: clock.now(), spill });
  };

  return {
    async launch(agentId, reason) {
      const project = registry.getProject(registry.getAgent(agentId).project);
      const agent = await ensureWorktree(parts, project, registry.getAgent(agentId));
      const runtime = runtimes.find(agent.runtime);
      const directory = agent.worktreePath ?? project.path;
      const driver = await tmux();
      const version = await requireVersion(runtime);
      const files = writeAgentFiles({
        layout,
        programs,
        agentId,
        clientVersion: version,
        permissionMode: config.agents.permissionMode,
        waiters: config.delivery.waiters,
      });
      await runtime.prepare({ directories: [directory] });
      queue.unpark(agent.id);
      queue.requeueUnseen(agent.id, `agent ${reason}`);
      const { argv, env } = runtime.launch({
        agentId,
        name: agentId,
        settingsPath: files.settings,
        permissionMode: config.agents.permissionMode,
        ...(config.agents.model !== null && { model: config.agents.model }),
        prompt: writeBriefing(agent, project, reason),
        environment: {
          ...config.agents.environment,
          ORC_HOME: layout.home,
          ORC_SOCKET: layout.socket,
          ORC_AGENT: agentId,
          ORC_TOKEN_FILE: files.tokenFile,
          PATH: `${layout.bin}:${environment.PATH ?? '/usr/bin:/bin'}`,
          ...(config.sim.scenario !== null && { ORC_SIM_SCENARIO: config.sim.scenario }),
        },
      });
      registry.updateAgent(agentId, {
        tokenHash: hashToken(files.token),
        sessionId: null,
        transcriptPath: null,
      });
      const opened = await openPane(parts, agent, project, { directory, argv, env });
      const at = clock.now();
      registry.updateAgent(agentId, {
        paneId: opened.paneId,
        pid: opened.pid,
        pidStartedAt: findIdentity(opened.pid)?.startedAtTicks ?? null,
        tmuxServer: { pid: driver.serverPid, startTime: startTimeOf(driver.serverPid) },
        desired: 'running',
        launchedAt: at,
        launchCount: agent.launchCount + 1,
      });
      registry.recordFact({
        agentId,
        kind: 'process',
        value: { isAlive: true, pid: opened.pid },
        source: 'process',
        at,
      });
      bus.publish(
        agent.launchCount === 0 ? 'agent.launched' : 'agent.relaunched',
        { reason, pid: opened.pid, paneId: opened.paneId, runtime: agent.runtime },
        { source: 'team', agent: agentId, project: agent.project },
      );
    },
  };
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

/** The kernel's start time of the tmux server: pane ids are given out again by the next one. */
function startTimeOf(pid: number): number {
  return Number(findIdentity(pid)?.startedAtTicks ?? 0);
}
