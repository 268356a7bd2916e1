import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentState } from '@orc/contracts';
import { describeError } from '@orc/errors';
import type { Agent } from '@orc/registry';
import { decideRestart, type Exit } from '@orc/supervisor';
import type { PaneId } from '@orc/tmux-driver';
import type { Parts } from '../parts.ts';
import type { Launcher } from '../team/launch.ts';
import type { Notices } from '../messaging/notices.ts';

const WINDOW_MS = 3_600_000;

/**
 * What happens when an agent's program ends: what its pane shows and what it had not committed are kept,
 * then the policy decides. Decisions stand in the registry before they are acted on, so a daemon that is
 * killed in between does not count a restart twice or forget one.
 */
export function createRestarts(
  parts: Parts,
  {
    launcher,
    notices,
    stateOf,
  }: { launcher: Launcher; notices: Notices; stateOf: (agent: Agent) => AgentState },
) {
  const { registry, clock, config, bus, worktrees, layout, tmux, log } = parts;
  const timers = new Map<string, NodeJS.Timeout>();

  const keepScreen = async (agent: Agent): Promise<void> => {
    if (agent.paneId === null) return;
    const paneId = agent.paneId as PaneId;
    const screen = (await (await tmux()).capture([paneId], { history: true })).get(paneId);
    if (screen === undefined) return;
    const directory = join(layout.logs, 'agents', agent.id);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const name = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '');
    writeFileSync(join(directory, `${name}.screen.txt`), screen, { mode: 0o600 });
  };

  const keepWork = async (agent: Agent): Promise<void> => {
    if (agent.worktreePath === null) return;
    const rescue = await worktrees.rescue({
      path: agent.worktreePath,
      agentId: agent.id,
      reason: 'the agent ended unexpectedly',
      at: clock.now(),
    });
    if (rescue)
      bus.publish(
        'work.rescued',
        { ref: rescue.ref },
        { source: 'supervision', agent: agent.id, project: agent.project },
      );
  };

  const act = async (agentId: string): Promise<void> => {
    timers.delete(agentId);
    const agent = registry.findAgent(agentId);
    if (!agent || agent.desired !== 'running') return;
    try {
      await keepScreen(agent);
      await keepWork(agent);
    } catch (error) {
      log.warn({ err: error, agent: agentId }, 'the screen or the work of an ended agent could not be kept');
    }
    try {
      await launcher.launch(agentId, 'restart');
    } catch (error) {
      log.error({ err: error, agent: agentId }, 'a restart failed');
      onExit(agentId, { status: null, signal: null, cause: describeError(error) });
    }
  };

  const onExit = (agentId: string, exit: Exit): void => {
    const agent = registry.findAgent(agentId);
    if (!agent || timers.has(agentId)) return;
    const now = clock.now();
    const at = { agentId, at: now };
    registry.recordFact({
      ...at,
      kind: 'process',
      value: { isAlive: false, exitCode: exit.status, signal: exit.signal, cause: exit.cause },
      source: 'process',
    });
    const about = { source: 'supervision', agent: agentId, project: agent.project } as const;
    // A person who leaves the client in its own window wants it to be over.
    const isWanted = agent.desired === 'running' && stateOf(agent).state === 'crashed';
    if (!isWanted) {
      bus.publish('agent.exited', { ...exit }, about);
      if (agent.desired === 'running') registry.updateAgent(agentId, { desired: 'stopped' });
      return;
    }
    bus.publish('agent.crashed', { ...exit }, { ...about, severity: 'warning' });
    const decision = decideRestart({
      history: registry.restarts(agentId, { since: now - WINDOW_MS }),
      exit,
      now,
      policy: config.restarts,
      randomness: Math.random(),
    });
    if (decision.action === 'restart') {
      registry.recordRestart({ ...at, cause: exit.cause, outcome: null });
      bus.publish('agent.restart_planned', { at: decision.at, why: decision.why }, about);
      timers.set(
        agentId,
        setTimeout(() => void act(agentId), Math.max(0, decision.at - now)),
      );
    } else if (decision.action === 'block') {
      registry.recordFact({
        ...at,
        kind: 'supervision.blocked',
        value: { why: decision.why },
        source: 'process',
      });
      bus.publish('agent.blocked', { why: decision.why }, { ...about, severity: 'critical' });
      notices.critical(agent, `${agentId} was not restarted: ${decision.why}`);
    }
  };

  return {
    onExit,
    [Symbol.dispose]: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

export type Restarts = ReturnType<typeof createRestarts>;
