import { readSessionRecord } from '@orc/agent-runtime';
import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';

const REPEAT_MS = 30_000;
/** What an idle client does next, its hooks tell at once. */
const IDLE_MS = 2_000;

/**
 * The second witness: hooks are edges and can be missed (nothing fires after Esc), so the client's own
 * session record is read too. Also says it when an agent's state has changed.
 */
export function createWitness(
  { registry, runtimes, bus, clock }: Pick<Parts, 'registry' | 'runtimes' | 'bus' | 'clock'>,
  stateOf: (agent: Agent) => AgentState,
  onChange: (agent: Agent, state: AgentState) => void,
) {
  const last = new Map<string, string>();
  const recorded = new Map<string, { readonly key: string; readonly at: number }>();

  const readAt = new Map<string, number>();
  const isDue = ({ id, desired }: Agent): boolean => {
    const now = clock.now();
    if (desired !== 'running') return false;
    if (last.get(id) === 'idle' && now - (readAt.get(id) ?? 0) < IDLE_MS) return false;
    readAt.set(id, now);
    return true;
  };

  const readRecord = (agent: Agent): void => {
    if (agent.pid === null) return;
    const fromHook = registry.facts(agent.id).find(({ kind }) => kind === 'client.pid')?.value as
      { pid: number } | undefined;
    const directory = runtimes.find(agent.runtime).configDirectory;
    const pid = fromHook?.pid ?? agent.pid;
    // A client that was killed leaves its record behind, and a later process may get its number.
    const identity = pid === agent.pid ? { startedAtTicks: agent.pidStartedAt } : {};
    const record = readSessionRecord(directory, pid, identity);
    const isNew = record !== undefined || recorded.has(agent.id);
    if (!isNew) return;
    // A record that has vanished is said once, so that what it said last does not outlive it.
    const { status, waitingFor, statusUpdatedAt } = record ?? {
      status: 'unknown',
      waitingFor: null,
      statusUpdatedAt: null,
    };
    const key = JSON.stringify([status, waitingFor, statusUpdatedAt]);
    const now = clock.now();
    const before = recorded.get(agent.id);
    // What is unchanged is written again from time to time only: its age says how fresh the word is.
    if (before?.key === key && now - before.at < REPEAT_MS) return;
    recorded.set(agent.id, { key, at: now });
    registry.recordFact({
      agentId: agent.id,
      kind: 'session-record',
      value: { status, waitingFor, statusUpdatedAt },
      source: 'session-record',
      at: now,
    });
  };

  return {
    look(): void {
      for (const agent of registry.listAgents()) {
        if (isDue(agent)) readRecord(agent);
        const state = stateOf(agent);
        if (last.get(agent.id) === state.state) continue;
        const before = last.get(agent.id);
        last.set(agent.id, state.state);
        if (before === undefined) continue;
        bus.publish(
          'agent.state_changed',
          { from: before, to: state.state, why: state.why, by: state.source },
          {
            source: 'supervision',
            agent: agent.id,
            project: agent.project,
            ...(state.needs === 'you' && { severity: 'warning' as const }),
          },
        );
        onChange(agent, state);
      }
    },
  };
}
