import { renderMessage } from '@orc/claude-hooks';
import { newId } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import type { Mailbox } from '../messaging/mailbox.ts';
import { SYSTEM, type Parts } from '../parts.ts';
import type { Briefings } from './briefings.ts';

export type LaunchReason = 'start' | 'restart' | 'resume';

const BRIEFING_PRIORITY = 200;

/**
 * Writes the text that an agent's program is started with: the briefing the first time, later a briefing
 * with what the agent was doing. It is a message as any other, so the ledger can prove that it was seen.
 */
export function createOpeningMessage(
  { queue, registry, clock, config }: Pick<Parts, 'queue' | 'registry' | 'clock' | 'config'>,
  { briefings, spill }: { briefings: Briefings; spill: Mailbox['spill'] },
) {
  return (agent: Agent, project: Project, reason: LaunchReason): string => {
    const isFirst = agent.launchCount === 0;
    const kind = isFirst ? 'briefing' : 'rebrief';
    const body = isFirst ? briefings.first(agent, project) : briefings.again(agent, project, reason);
    // A briefing that the last session never saw is replaced by this one; two would only confuse.
    const unseen = queue.list({ recipient: agent.id, state: ['queued', 'leased', 'injected'] });
    for (const { id, kind: old } of unseen)
      if (old === 'briefing' || old === 'rebrief')
        queue.cancel(id, { reason: 'replaced by a newer briefing', by: SYSTEM });
    const message = queue.send({
      id: newId('m'),
      sender: SYSTEM,
      recipient: agent.id,
      kind,
      priority: BRIEFING_PRIORITY,
      body,
    });
    const worker = `launch-${process.pid}`;
    const leased = queue.lease(agent.id, { worker, limit: 1, leaseMs: config.agents.readyMs });
    const own = leased.find(({ id }) => id === message.id);
    if (own) queue.inject([own.id], { worker, channel: 'launch' });
    else
      queue.release(
        leased.map(({ id }) => id),
        { worker, reason: 'not the briefing' },
      );
    registry.saveContext({
      agentId: agent.id,
      kind,
      briefing: body,
      at: clock.now(),
      activitySummary: null,
      checkpoint: null,
    });
    return renderMessage(message, { at: clock.now(), spill });
  };
}
