import type { Agent } from '@orc/registry';
import { noticeId } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { isSurelySameProcess } from './identity.ts';

type LostParts = Pick<Parts, 'registry' | 'bus' | 'clock'>;

/** An agent's tmux server has ended, and its program with it. It has not crashed: `orc resume` rebuilds it. */
export function tellLost({ registry, bus, clock }: LostParts, agent: Agent, why: string): void {
  const { id: agentId, project, launchedAt } = agent;
  // Before it is noted, since what is noted is not told again; under one id, since it may be told twice.
  const about = { id: noticeId('lost', agentId, String(launchedAt)), source: 'supervision', agent: agentId };
  bus.publish('agent.lost', { why }, { ...about, project, severity: 'critical' });
  const value = { isAlive: false, cause: why };
  registry.recordFact({ agentId, kind: 'process', value, source: 'process', at: clock.now() });
}

/** The same, found out later: what the next server shows under the same number is another pane. */
export function noteLost(parts: LostParts, agent: Agent, why: string): void {
  if (!isKnownDead(parts, agent)) tellLost(parts, agent, why);
  // Last: who has no pane is not looked for any more.
  parts.registry.updateAgent(agent.id, { paneId: null });
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
