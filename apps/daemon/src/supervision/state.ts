import { deriveState } from '@orc/agent-runtime';
import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { StartQueue } from '../admission/start-queue.ts';
import type { Parts } from '../parts.ts';

/** The one function that says what an agent is doing; CLI, API and wake-up all ask it. */
export function createStateReader(
  { registry, clock }: Pick<Parts, 'registry' | 'clock'>,
  starts: Pick<StartQueue, 'of'>,
): (agent: Agent) => AgentState {
  return (agent) => {
    const waits = agent.desired === 'running' ? starts.of(agent.id) : undefined;
    if (waits) {
      const { why, since } = waits;
      return {
        ...{ state: 'starting', why: `its start waits: ${why}`, source: 'admission', since },
        confidence: 'high',
      };
    }
    return deriveState({
      facts: registry.facts(agent.id),
      agent: { desired: agent.desired, launchedAt: agent.launchedAt },
      now: clock.now(),
    });
  };
}
