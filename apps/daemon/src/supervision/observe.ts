import type { HookFact } from '@orc/claude-hooks';
import type { TranscriptFact } from '@orc/agent-runtime';
import type { Agent } from '@orc/registry';
import type { Evidence } from '../messaging/evidence.ts';
import type { Parts } from '../parts.ts';
import type { Readiness } from '../team/readiness.ts';
import type { Rebriefs } from '../team/rebriefs.ts';
import type { Failures } from './failures.ts';
import type { Restarts } from './restarts.ts';

interface Deps {
  readonly evidence: () => Evidence;
  readonly readiness: Readiness;
  readonly failures: Pick<Failures, 'onFailure' | 'onAnswer'>;
  readonly restarts: Pick<Restarts, 'noteWork'>;
  readonly rebriefs: Pick<Rebriefs, 'judge'>;
  readonly wake: (agentId: string) => void;
  readonly listeners: readonly FactListener[];
}

/** Somebody who has to know what is seen of agents; each takes what concerns it. */
export interface FactListener {
  fromHook(agent: Agent, fact: HookFact): void;
  fromTranscript(agentId: string, fact: TranscriptFact): void;
}

/** Writes down what hooks and transcripts say about agents, each fact with its source and time. */
export function createObserver({ registry }: Pick<Parts, 'registry'>, deps: Deps) {
  return {
    fromHook: (agent: Agent, facts: readonly HookFact[]): void => {
      for (const fact of facts) {
        registry.recordFact({
          agentId: agent.id,
          kind: fact.kind,
          value: fact.data,
          source: 'hook',
          at: fact.at,
        });
        followSession(registry, deps.evidence(), agent, fact);
        // What the transcript says of a failure is exact, so it is heard first.
        if (fact.kind === 'turn.failed') deps.evidence().poll(agent.id);
        for (const listener of deps.listeners) listener.fromHook(agent, fact);
        if (fact.kind === 'turn.failed' && fact.data.subagentId === null)
          deps.failures.onFailure(agent, { error: fact.data.error ?? 'unknown', at: fact.at });
        if (fact.kind === 'turn.stopped') {
          deps.restarts.noteWork(agent.id, fact.at);
          deps.rebriefs.judge(agent.id, fact.at);
        }
        if (fact.kind === 'turn.stopped' || fact.kind === 'session.started') deps.wake(agent.id);
      }
      if (facts.length === 0) return;
      // What came before an event stands in the transcript by now: a sender need not wait for the next look.
      deps.evidence().poll(agent.id);
      deps.readiness.notice(agent.id);
    },
    fromTranscript: (agentId: string, fact: TranscriptFact): void => {
      // How far a text got is the ledger's business, which has it already.
      if ('ids' in fact) return;
      registry.recordFact({
        agentId,
        kind: fact.type,
        value: { ...fact },
        source: 'transcript',
        at: fact.at,
      });
      for (const listener of deps.listeners) listener.fromTranscript(agentId, fact);
      if (fact.type === 'api-error') deps.failures.onFailure(registry.getAgent(agentId), fact);
      else if (fact.type === 'usage') {
        deps.failures.onAnswer(registry.getAgent(agentId), fact.at);
        deps.restarts.noteWork(agentId, fact.at);
      }
    },
  };
}

/** Keeps which sessions an agent has had, and reads on in the transcript of the one it is in. */
function followSession(
  registry: Parts['registry'],
  evidence: Evidence,
  agent: Agent,
  { kind, at, data }: HookFact,
): void {
  const { sessionId, transcriptPath, clientPid, subagentId } = data;
  // A sub-agent's hook names a session of its own.
  if (subagentId !== null || sessionId === null) return;
  if (agent.sessionId !== sessionId || agent.transcriptPath !== transcriptPath) {
    const source = (kind === 'session.started' ? data.source : null) ?? 'unknown';
    registry.recordSession({ agentId: agent.id, sessionId, transcriptPath, startedAt: at, source });
  }
  const known = registry.facts(agent.id).find((fact) => fact.kind === 'client.pid')?.value as
    { pid: number } | undefined;
  if (clientPid !== null && known?.pid !== clientPid)
    registry.recordFact({
      agentId: agent.id,
      kind: 'client.pid',
      value: { pid: clientPid },
      source: 'hook',
      at,
    });
  if (transcriptPath !== null) evidence.follow(agent.id, transcriptPath);
}

export type Observer = ReturnType<typeof createObserver>;
