import type { AgentState } from '@orc/contracts';
import { findIdentity, signalProcess } from '@orc/process';
import type { Agent } from '@orc/registry';
import { judgeHealth, type HealthFacts } from '@orc/supervisor';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';

interface Deps {
  readonly notices: Notices;
  readonly stateOf: (agent: Agent) => AgentState;
}

/** Facts that somebody writes about an agent, and not the agent itself. */
const NOT_ITS_OWN: ReadonlySet<string> = new Set(['process', 'screen', 'operator']);

const ACTIVITIES: Readonly<Record<string, HealthFacts['activity']>> = {
  working: 'working',
  idle: 'idle',
  blocked: 'waiting',
  limited: 'waiting',
};

/**
 * Asks of every agent whether it answers. A question is mail that was handed to an idle agent; anything the
 * agent does afterwards is an answer. One that stays silent is said to be unresponsive, and is ended and
 * started again only when it is idle, was asked, and has not stirred for `restartAfterMs`.
 */
export function createResponsiveness(
  { registry, queue, clock, config, bus }: Pick<Parts, 'registry' | 'queue' | 'clock' | 'config' | 'bus'>,
  { notices, stateOf }: Deps,
): () => void {
  const askedAt = new Map<string, number>();
  const silent = new Set<string>();
  /** Found twice in a row, it is no clock that jumped, and no machine that slept. */
  const doubted = new Set<string>();

  const lastSignOf = (agent: Agent): number | null => {
    const own = registry
      .facts(agent.id)
      .filter(({ source }) => !NOT_ITS_OWN.has(source))
      // A record is read again and again; only what the client wrote into it is a sign of life.
      .map(({ source, value, at }) =>
        source === 'session-record'
          ? ((value as { statusUpdatedAt?: number | null }).statusUpdatedAt ?? 0)
          : at,
      );
    return own.length === 0 ? null : Math.max(...own);
  };

  /** When it was first handed something that it has not stirred upon. */
  const questionOf = (agent: Agent, lastSignAt: number | null): number | null => {
    const known = askedAt.get(agent.id);
    if (known !== undefined && known > (lastSignAt ?? 0)) return known;
    askedAt.delete(agent.id);
    const [oldest] = queue
      .list({ recipient: agent.id, state: 'injected' })
      .map(({ injectedAt }) => injectedAt ?? 0)
      .filter((at) => at > (lastSignAt ?? 0))
      .sort((one, other) => one - other);
    if (oldest !== undefined) askedAt.set(agent.id, oldest);
    return oldest ?? null;
  };

  const look = (agent: Agent): void => {
    const { id, project, pid, pidStartedAt } = agent;
    const lastSignAt = lastSignOf(agent);
    const identity = pid === null ? undefined : findIdentity(pid);
    const isItself = identity !== undefined && identity.startedAtTicks === pidStartedAt;
    // Whether it has ended is for whoever watches the windows to say.
    if (!isItself) return;
    const facts: HealthFacts = {
      process: 'running',
      activity: ACTIVITIES[stateOf(agent).state] ?? 'unknown',
      lastSignAt,
      askedAt: questionOf(agent, lastSignAt),
    };
    const { verdict, mayRestart, why } = judgeHealth(facts, clock.now(), config.supervision.health);
    const about = { source: 'supervision', agent: id, project } as const;
    if (verdict !== 'unresponsive') {
      doubted.delete(id);
      if (silent.delete(id)) bus.publish('agent.responsive', { why }, about);
      return;
    }
    if (!silent.has(id)) {
      silent.add(id);
      bus.publish('agent.unresponsive', { why }, { ...about, severity: 'warning' });
    }
    if (!mayRestart || !doubted.has(id)) {
      if (mayRestart) doubted.add(id);
      return;
    }
    doubted.delete(id);
    askedAt.delete(id);
    silent.delete(id);
    notices.critical(agent, `${id} is ended and started again: ${why}`);
    // A program that does not listen does not hear a request to end either.
    signalProcess(identity, 'SIGKILL');
  };

  return () => {
    for (const agent of registry.listAgents())
      if (agent.desired === 'running' && agent.paneId !== null) look(agent);
  };
}
