import type { HookFact } from '@orc/claude-hooks';
import type { TranscriptFact } from '@orc/agent-runtime';
import type { Agent } from '@orc/registry';
import type { Evidence } from '../messaging/evidence.ts';
import type { Parts } from '../parts.ts';
import type { Readiness } from '../team/readiness.ts';

interface Deps {
  readonly evidence: () => Evidence;
  readonly readiness: Readiness;
  readonly wake: (agentId: string) => void;
}

/** After a reset the client goes on by itself; this is how long it is given before mail flows again. */
const AFTER_RESET_MS = 120_000;

/** Writes down what hooks and transcripts say about agents, each fact with its source and time. */
export function createObserver(
  { registry, queue, bus }: Pick<Parts, 'registry' | 'queue' | 'bus'>,
  deps: Deps,
) {
  const follow = (
    agent: Agent,
    { at, data: { sessionId, transcriptPath, clientPid, subagentId } }: HookFact,
  ): void => {
    // A sub-agent's hook names a session of its own.
    if (subagentId !== null || sessionId === null) return;
    if (agent.sessionId !== sessionId || agent.transcriptPath !== transcriptPath)
      registry.updateAgent(agent.id, { sessionId, transcriptPath });
    if (clientPid !== null)
      registry.recordFact({
        agentId: agent.id,
        kind: 'client.pid',
        value: { pid: clientPid },
        source: 'hook',
        at,
      });
    if (transcriptPath !== null) deps.evidence().follow(agent.id, transcriptPath);
  };

  return {
    fromHook(agent: Agent, facts: readonly HookFact[]): void {
      for (const fact of facts) {
        registry.recordFact({
          agentId: agent.id,
          kind: fact.kind,
          value: fact.data,
          source: 'hook',
          at: fact.at,
        });
        follow(agent, fact);
        if (fact.kind === 'turn.stopped' || fact.kind === 'session.started') deps.wake(agent.id);
      }
      if (facts.length > 0) deps.readiness.notice(agent.id);
    },
    fromTranscript(agentId: string, fact: TranscriptFact): void {
      const about = { agentId, source: 'transcript', at: fact.at } as const;
      if (fact.type === 'limit') {
        registry.recordFact({ ...about, kind: 'limit.reached', value: fact });
        queue.park(agentId, {
          reason: 'the usage limit is reached',
          ...(fact.resetsAt !== null && { until: fact.resetsAt + AFTER_RESET_MS }),
        });
        const project = registry.getAgent(agentId).project;
        bus.publish(
          'agent.limited',
          { ...fact },
          { source: 'transcript', agent: agentId, project, severity: 'warning' },
        );
      } else if (fact.type === 'answered' || fact.type === 'usage') {
        registry.recordFact({ ...about, kind: 'model.answered', value: {} });
        const isLimited = queue
          .parked()
          .some((each) => each.recipient === agentId && each.reason.includes('limit'));
        if (isLimited) queue.unpark(agentId);
      } else if (fact.type === 'api-error')
        registry.recordFact({ ...about, kind: 'api.failed', value: fact });
    },
  };
}

export type Observer = ReturnType<typeof createObserver>;
