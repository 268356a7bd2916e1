import { newId } from '@orc/contracts';
import type { Message } from '@orc/queue';
import type { Agent } from '@orc/registry';
import { SYSTEM, type Parts } from '../parts.ts';
import type { Briefings, RebriefReason } from './briefings.ts';
import { gatherMemory } from './memory.ts';

export interface Rebriefs {
  /** Queues what an agent is told first of all: its briefing, or its part again with what it was doing. */
  queue(agent: Agent, reason: RebriefReason): Promise<Message>;
  /** A turn has ended: notes whether the last re-brief got the agent back to its work. */
  judge(agentId: string, at: number): void;
}

const PRIORITY = 200;
const KINDS = ['briefing', 'rebrief'];
const EFFECT = 'rebrief.effect';

/**
 * Puts briefings into the ledger, ahead of everything else, so that whether they were seen can be proved as
 * of any message; and keeps what each agent was told, with what was known of its work at that time.
 */
export function createRebriefs(parts: Parts, briefings: Briefings): Rebriefs {
  const { queue, registry, board, clock } = parts;
  return {
    async queue(given, reason) {
      const project = registry.getProject(given.project);
      const isFirst = given.launchCount === 0;
      const memory = isFirst ? undefined : await gatherMemory(parts, given, project);
      const agent = registry.getAgent(given.id);
      const body = memory ? briefings.again(agent, project, reason, memory) : briefings.first(agent, project);
      // A briefing that was never seen is replaced by this one; two would only confuse.
      const unseen = KINDS.flatMap((of) =>
        queue.list({ recipient: agent.id, kind: of, state: ['queued', 'leased', 'injected'] }),
      );
      for (const { id } of unseen) queue.cancel(id, { reason: 'replaced by a newer briefing', by: SYSTEM });
      const kind = isFirst ? 'briefing' : 'rebrief';
      registry.saveContext({
        agentId: agent.id,
        kind: isFirst ? kind : `rebrief.${reason}`,
        briefing: body,
        at: clock.now(),
        activitySummary: memory?.activitySummary ?? null,
        checkpoint: memory ? { file: memory.checkpointFile, git: memory.gitStatus } : null,
      });
      return queue.send({
        id: newId('m'),
        sender: SYSTEM,
        recipient: agent.id,
        kind,
        priority: PRIORITY,
        body,
      });
    },
    judge(agentId, at) {
      const [last] = queue.list({ recipient: agentId, kind: 'rebrief', order: 'newest', limit: 1 });
      if (last?.seenAt == null || last.seenAt > at) return;
      const facts = registry.facts(agentId);
      const isJudged = facts.some(
        ({ kind, value }) => kind === EFFECT && (value as { messageId?: string }).messageId === last.id,
      );
      if (isJudged) return;
      const { seenAt } = last;
      const hasActed = facts.some(({ kind, at: when }) => kind === 'tool.finished' && when >= seenAt);
      const value = {
        messageId: last.id,
        seenAfterMs: seenAt - last.createdAt,
        // With nothing to do, doing nothing is right.
        isBackAtWork: board.currentFor(agentId) === undefined ? null : hasActed,
      };
      registry.recordFact({ agentId, kind: EFFECT, value, source: 'process', at });
    },
  };
}
