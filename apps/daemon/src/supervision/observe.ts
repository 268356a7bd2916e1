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
}

/** After a reset the client goes on by itself; this is how long it is given before mail flows again. */
const AFTER_RESET_MS = 120_000;
const UNKNOWN_LIMIT_MS = 5 * 3_600_000;
const LIMIT_REASON = 'the usage limit is reached';

/** Writes down what hooks and transcripts say about agents, each fact with its source and time. */
export function createObserver(
  { registry, queue, bus, clock }: Pick<Parts, 'registry' | 'queue' | 'bus' | 'clock'>,
  deps: Deps,
) {
  const park = (agentId: string, fact: Extract<TranscriptFact, { type: 'limit' }>): void => {
    // Where nothing says when it ends, the longest ordinary window is waited for, and not for ever.
    const until = (fact.resetsAt ?? fact.at + UNKNOWN_LIMIT_MS) + AFTER_RESET_MS;
    // A transcript that is read again tells of limits that were over long ago.
    const isOver = registry.facts(agentId).some(({ kind, at }) => kind === 'usage' && at > fact.at);
    if (until <= clock.now() || isOver) return;
    queue.park(agentId, { reason: LIMIT_REASON, until });
    const { project } = registry.getAgent(agentId);
    bus.publish(
      'agent.limited',
      { ...fact },
      { source: 'transcript', agent: agentId, project, severity: 'warning' },
    );
  };

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
        if (fact.kind === 'turn.failed' && fact.data.subagentId === null)
          deps.failures.onFailure(agent, { error: fact.data.error ?? 'unknown', at: fact.at });
        if (fact.kind === 'turn.stopped') {
          deps.restarts.noteWork(agent.id, fact.at);
          deps.rebriefs.judge(agent.id, fact.at);
        }
        if (fact.kind === 'turn.stopped' || fact.kind === 'session.started') deps.wake(agent.id);
      }
      if (facts.length > 0) deps.readiness.notice(agent.id);
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
      if (fact.type === 'limit') park(agentId, fact);
      else if (fact.type === 'api-error') deps.failures.onFailure(registry.getAgent(agentId), fact);
      else if (fact.type === 'usage') {
        unparkAfterLimit({ registry, queue }, agentId, fact.at);
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

/** An answer of the model after the limit proves that the limit is over. */
function unparkAfterLimit(
  { registry, queue }: Pick<Parts, 'registry' | 'queue'>,
  agentId: string,
  at: number,
): void {
  const isParked = queue
    .parked()
    .some(({ recipient, reason }) => recipient === agentId && reason === LIMIT_REASON);
  const limit = registry.facts(agentId).find(({ kind }) => kind === 'limit');
  if (isParked && at > (limit?.at ?? 0)) queue.unpark(agentId);
}

export type Observer = ReturnType<typeof createObserver>;
