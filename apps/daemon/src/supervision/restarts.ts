import type { AgentState } from '@orc/contracts';
import { describeError } from '@orc/errors';
import type { Agent } from '@orc/registry';
import { decideRestart, type Exit } from '@orc/supervisor';
import type { Parts } from '../parts.ts';
import type { Launcher } from '../team/launch.ts';
import type { Notices } from '../messaging/notices.ts';
import { safely } from '../system/safely.ts';
import { keepRemains } from './remains.ts';

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
  const { registry, clock, config, bus, log } = parts;
  const timers = new Map<string, NodeJS.Timeout>();

  const act = async (agentId: string): Promise<void> => {
    timers.delete(agentId);
    const agent = registry.findAgent(agentId);
    if (!agent || agent.desired !== 'running') return;
    await keepRemains(parts, agent);
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
      history: registry.restarts(agentId, { since: now - config.restarts.windowMs }),
      exit,
      now,
      policy: config.restarts,
      randomness: Math.random(),
    });
    if (decision.action === 'restart') {
      registry.recordRestart({ agentId, at: decision.at, cause: exit.cause, outcome: null });
      bus.publish('agent.restart_planned', { at: decision.at, why: decision.why }, about);
      timers.set(
        agentId,
        setTimeout(
          safely(log, 'a restart', () => act(agentId)),
          Math.max(0, decision.at - now),
        ),
      );
    } else if (decision.action === 'block') {
      giveUp(parts, notices, agent, { at: now, why: decision.why });
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

/** Leaves an agent down and says so: in its state, as a critical event, to the hub and to the person. */
function giveUp(
  { registry, bus }: Pick<Parts, 'registry' | 'bus'>,
  notices: Notices,
  agent: Agent,
  { at, why }: { readonly at: number; readonly why: string },
): void {
  const { id, project } = agent;
  registry.recordFact({
    agentId: id,
    kind: 'supervision.blocked',
    value: { why },
    source: 'process',
    at,
  });
  bus.publish('agent.blocked', { why }, { source: 'supervision', agent: id, project, severity: 'critical' });
  notices.critical(agent, `${id} was not restarted: ${why}`);
}

export type Restarts = ReturnType<typeof createRestarts>;
