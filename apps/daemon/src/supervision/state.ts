import { deriveState } from '@orc/agent-runtime';
import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';

/** The one function that says what an agent is doing; CLI, API and wake-up all ask it. */
export function createStateReader({
  registry,
  clock,
}: Pick<Parts, 'registry' | 'clock'>): (agent: Agent) => AgentState {
  return (agent) =>
    deriveState({
      facts: registry.facts(agent.id),
      agent: { desired: agent.desired, launchedAt: agent.launchedAt },
      now: clock.now(),
    });
}
