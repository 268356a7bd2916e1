import { findLimit } from '@orc/agent-runtime';
import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';

const WAITING = 'supervision.after-reset';

export interface AfterReset {
  /** True while a usage limit of the agent holds, whether its program runs or not. */
  isLimited(agent: Agent): boolean;
  /** Has the agent started again once its limit is over; survives the daemon. */
  add(agentId: string): void;
  /** The agents whose limit is over. Each waits until it is removed, so that no start is forgotten. */
  due(): Agent[];
  /** It was started, or given up. */
  remove(agentId: string): void;
}

/** Agents that do not run, and are to be started only when their usage limit is over. */
export function createAfterReset({ registry }: Pick<Parts, 'registry'>): AfterReset {
  const read = () => (registry.getValue(WAITING) ?? []) as string[];
  const isLimited = (agent: Agent) => findLimit(registry.facts(agent.id)) !== undefined;
  return {
    isLimited,
    add: (agentId) => registry.setValue(WAITING, [...new Set([...read(), agentId])]),
    due() {
      const waiting = read();
      if (waiting.length === 0) return [];
      const wanted = waiting
        .map((id) => registry.findAgent(id))
        .filter((agent) => agent !== undefined)
        .filter(({ desired }) => desired === 'running');
      if (wanted.length < waiting.length)
        registry.setValue(
          WAITING,
          wanted.map(({ id }) => id),
        );
      return wanted.filter((agent) => !isLimited(agent));
    },
    remove: (agentId) =>
      registry.setValue(
        WAITING,
        read().filter((id) => id !== agentId),
      ),
  };
}
