import { findLimit } from '@orc/agent-runtime';
import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';

const WAITING = 'supervision.after-reset';

export interface AfterReset {
  /** True while a usage limit of the agent holds, whether its program runs or not. */
  isLimited(agent: Agent): boolean;
  /** Has the agent started again once its limit is over; survives the daemon. */
  add(agentId: string): void;
  /** Takes out and returns the agents whose limit is over. */
  takeDue(): Agent[];
}

/** Agents that do not run, and are to be started only when their usage limit is over. */
export function createAfterReset({ registry }: Pick<Parts, 'registry'>): AfterReset {
  const read = () => (registry.getValue(WAITING) ?? []) as string[];
  const isLimited = (agent: Agent) => findLimit(registry.facts(agent.id)) !== undefined;
  return {
    isLimited,
    add: (agentId) => registry.setValue(WAITING, [...new Set([...read(), agentId])]),
    takeDue() {
      const waiting = read();
      if (waiting.length === 0) return [];
      const agents = waiting.map((id) => registry.findAgent(id)).filter((agent) => agent !== undefined);
      const isStill = (agent: Agent) => agent.desired === 'running' && isLimited(agent);
      const left = agents.filter(isStill).map(({ id }) => id);
      if (left.length < waiting.length) registry.setValue(WAITING, left);
      return agents.filter((agent) => agent.desired === 'running' && !isLimited(agent));
    },
  };
}
