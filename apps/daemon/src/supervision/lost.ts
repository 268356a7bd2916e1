import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';
import { isSurelySameProcess } from './identity.ts';

type LostParts = Pick<Parts, 'registry' | 'bus' | 'clock'>;

/** An agent's tmux server has ended, and its program with it. It has not crashed: `orc resume` rebuilds it. */
export function tellLost({ registry, bus, clock }: LostParts, { id, project }: Agent, why: string): void {
  const value = { isAlive: false, cause: why };
  registry.recordFact({ agentId: id, kind: 'process', value, source: 'process', at: clock.now() });
  bus.publish('agent.lost', { why }, { source: 'supervision', agent: id, project, severity: 'critical' });
}

/** The same, found out later: what the next server shows under the same number is another pane. */
export function noteLost(parts: LostParts, agent: Agent, why: string): void {
  parts.registry.updateAgent(agent.id, { paneId: null });
  tellLost(parts, agent, why);
}

/** True when the end of the agent's present program was noted. */
export function isKnownDead(
  { registry }: Pick<Parts, 'registry'>,
  { id, launchedAt }: Pick<Agent, 'id' | 'launchedAt'>,
): boolean {
  return registry
    .facts(id)
    .some(
      ({ kind, value, at }) =>
        kind === 'process' && at >= (launchedAt ?? 0) && (value as { isAlive?: boolean }).isAlive === false,
    );
}

/** Whether the agent's present program runs beyond doubt, in a window or out of reach of everybody. */
export function isSurelyRunning(parts: Pick<Parts, 'registry'>, agent: Agent): boolean {
  return isSurelySameProcess(agent) && !isKnownDead(parts, agent);
}
