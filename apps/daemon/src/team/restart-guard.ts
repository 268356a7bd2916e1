import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { Parts } from '../parts.ts';
import { createHealthReader } from '../supervision/health.ts';

const MANAGER = 'project-manager';

/**
 * Lets the person do anything, and a manager restart an agent of its team that has ended or that is idle and
 * left a question unanswered: never on silence alone, and nobody else's agents.
 */
export function createRestartGuard(parts: Parts, stateOf: (agent: Agent) => AgentState) {
  const { registry, config } = parts;
  const healthOf = createHealthReader(parts, stateOf);
  return (caller: Caller, agent: Agent, action: string): void => {
    if (caller.type === 'operator') return;
    const role = registry.findAgent(caller.name)?.role;
    const isManager = role === MANAGER || role === registry.getProject(agent.project).hub;
    if (action !== 'restart' || !isManager || caller.name === agent.id)
      throw errors.forbidden(`${action} an agent`);
    const { mayRestart, why } = healthOf(agent);
    if (!mayRestart) throw errors.mayBeBusy(agent.id, why, config.pubsub.answerMs);
  };
}
