import { findLimit } from '@orc/agent-runtime';
import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';
import { createIdList } from '../system/id-list.ts';

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
  const waiting = createIdList({ registry }, WAITING);
  const isLimited = (agent: Agent) => findLimit(registry.facts(agent.id)) !== undefined;
  return {
    isLimited,
    add: (agentId) => waiting.add(agentId),
    due() {
      const ids = waiting.list();
      const wanted = ids
        .map((id) => registry.findAgent(id))
        .filter((agent) => agent !== undefined)
        .filter(({ desired }) => desired === 'running');
      waiting.remove(...ids.filter((id) => !wanted.some((agent) => agent.id === id)));
      return wanted.filter((agent) => !isLimited(agent));
    },
    remove: (agentId) => waiting.remove(agentId),
  };
}
