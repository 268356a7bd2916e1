import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';

/** An agent's tmux server is gone, and its program with it. It has not crashed: `orc resume` rebuilds it. */
export function noteLost(
  { registry, bus, clock }: Pick<Parts, 'registry' | 'bus' | 'clock'>,
  { id, project }: Agent,
  why: string,
): void {
  const value = { isAlive: false, cause: why };
  registry.recordFact({ agentId: id, kind: 'process', value, source: 'process', at: clock.now() });
  // What the next server shows under the same number is another pane.
  registry.updateAgent(id, { paneId: null });
  bus.publish('agent.lost', { why }, { source: 'supervision', agent: id, project, severity: 'critical' });
}
