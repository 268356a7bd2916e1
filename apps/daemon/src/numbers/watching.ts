import type { Counter } from 'prom-client';
import type { Parts } from '../parts.ts';
import type { Counters, WatchedEvent } from './metrics.ts';

const MS = 1_000;
const QUEUE_MAX = 10_000;
/** The label of every agent that is not there. */
const OTHER = 'other';
/** Kinds are words that senders choose; a label must not be. */
const KINDS: ReadonlySet<string> = new Set([
  'task',
  'question',
  'note',
  'notice',
  'check-in',
  'briefing',
  'rebrief',
]);

interface Data {
  readonly kind?: string;
  readonly reason?: string;
}

interface Watching extends Disposable {
  /** The label of an agent that is known to be there. */
  readonly label: (agent: string) => string;
  /** What was counted of agents that have ended since goes over to the label that they share. */
  readonly foldEnded: () => Promise<void>;
}

/** Counts what the bus tells of. Agents that have ended are one label, so that labels stay few. */
export function createWatching({ bus, queue, registry }: Parts, counters: Counters): Watching {
  const crashedAt = new Map<string, number>();
  const labelled = new Set<string>();
  const isThere = (agent: string): boolean => (registry.findAgent(agent)?.desired ?? 'ended') !== 'ended';
  const label = (agent: string): string => {
    labelled.add(agent);
    return agent;
  };
  const labelOf = (agent: string | undefined): string =>
    agent !== undefined && isThere(agent) ? label(agent) : OTHER;

  const onMessage = ({ type, at, message, agent, data }: WatchedEvent): void => {
    const action = type.slice('message.'.length);
    counters.transitions.inc({ action });
    const { kind = 'other' } = data as Data;
    if (kind === 'rebrief' && (action === 'queued' || action === 'seen'))
      counters.rebriefs.inc({ step: action === 'queued' ? 'sent' : 'seen' });
    if (action !== 'seen' && action !== 'finished' && action !== 'failed') return;
    const found = message === undefined ? undefined : queue.find(message);
    if (!found) return;
    if (action === 'seen') return counters.delivery.observe(Math.max(0, at - found.createdAt) / MS);
    counters.finished.inc({ agent: labelOf(agent), outcome: action === 'finished' ? 'completed' : 'failed' });
    if (found.durationMs === null) return;
    counters.timed.inc();
    counters.duration.observe({ kind: KINDS.has(kind) ? kind : 'other' }, found.durationMs / MS);
  };

  const onAgent = ({ type, at, agent = '', data }: WatchedEvent): void => {
    if (type === 'agent.crashed') {
      counters.crashes.inc({ agent: labelOf(agent) });
      crashedAt.set(agent, at);
    }
    if (type !== 'agent.relaunched' || (data as Data).reason !== 'restart') return;
    counters.restarts.inc({ agent: labelOf(agent) });
    const since = crashedAt.get(agent);
    if (since !== undefined) counters.restartTime.observe(Math.max(0, at - since) / MS);
    crashedAt.delete(agent);
  };

  const others: Readonly<Record<string, (event: WatchedEvent) => void>> = {
    'agent.start_waits': () => counters.starts.inc({ outcome: 'waited' }),
    'agent.start_refused': () => counters.starts.inc({ outcome: 'refused' }),
    'task.handed_out': () => counters.handedOut.inc(),
    'task.assigned': () => counters.reassigned.inc(),
    'alert.raised': ({ data }) => counters.notices.inc({ rule: (data as { rule: string }).rule }),
  };

  const subscription = bus.subscribe(
    '*',
    (event) => {
      if (event.type.startsWith('message.')) onMessage(event);
      else if (event.type.startsWith('agent.') && !(event.type in others)) onAgent(event);
      else if (event.type.startsWith('schedule.'))
        counters.checkIns.inc({ outcome: event.type.slice('schedule.'.length) });
      else others[event.type]?.(event);
    },
    { name: 'metrics', queueMax: QUEUE_MAX },
  );

  return {
    label,
    async foldEnded() {
      const ended = new Set([...labelled].filter((agent) => !isThere(agent)));
      // Taken off first: of two scrapes at a time, one folds.
      for (const agent of ended) labelled.delete(agent);
      const { finished, crashes, restarts, compactions } = counters;
      for (const counter of [finished, crashes, restarts, compactions]) await fold(counter, ended);
    },
    [Symbol.dispose]: () => subscription[Symbol.dispose](),
  };
}

async function fold(counter: Counter, agents: ReadonlySet<string>): Promise<void> {
  if (agents.size === 0) return;
  for (const { labels, value } of (await counter.get()).values) {
    if (!agents.has(String(labels.agent))) continue;
    counter.inc({ ...labels, agent: OTHER }, value);
    counter.remove(labels);
  }
}
