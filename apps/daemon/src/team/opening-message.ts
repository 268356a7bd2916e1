import { renderMessage } from '@orc/claude-hooks';
import type { Agent } from '@orc/registry';
import type { Mailbox } from '../messaging/mailbox.ts';
import type { Parts } from '../parts.ts';
import type { Rebriefs } from './rebriefs.ts';

export type LaunchReason = 'start' | 'restart' | 'resume';

/**
 * Writes the text that an agent's program is started with: the briefing the first time, later a briefing
 * with what the agent was doing. It is a message as any other, so the ledger can prove that it was seen.
 */
export function createOpeningMessage(
  { queue, clock, config }: Pick<Parts, 'queue' | 'clock' | 'config'>,
  { rebriefs, spill }: { rebriefs: Rebriefs; spill: Mailbox['spill'] },
) {
  return async (agent: Agent, reason: LaunchReason): Promise<string> => {
    const message = await rebriefs.queue(agent, reason);
    const worker = `launch-${process.pid}`;
    const leased = queue.lease(agent.id, { worker, limit: 1, leaseMs: config.agents.readyMs });
    const own = leased.find(({ id }) => id === message.id);
    if (own) queue.inject([own.id], { worker, channel: 'launch' });
    else
      queue.release(
        leased.map(({ id }) => id),
        { worker, reason: 'not the briefing' },
      );
    return renderMessage(message, { at: clock.now(), spill });
  };
}
